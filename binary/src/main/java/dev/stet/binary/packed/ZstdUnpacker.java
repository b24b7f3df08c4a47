package dev.stet.binary.packed;

import dev.stet.binary.BinaryException;

/// Unpacks zstd frames (RFC 8878), any number of them, without dictionaries. In Java because libraries for
/// it are native or go around the bounds of arrays, which hostile bytes must not be given to.
public final class ZstdUnpacker implements Unpacker {
    private static final int MAGIC = 0xfd2fb528;
    private static final int SKIPPABLE_MAGIC = 0x184d2a50;
    private static final int RAW = 0;
    private static final int REPEATED = 1;
    private static final int COMPRESSED = 2;

    private final PackedInput input;
    private final BlockBytes block;
    private final ZstdLiterals literals = new ZstdLiterals();
    private final ZstdSequences sequences = new ZstdSequences();
    private final ZstdHistory history;
    private final XxHash64 hash = new XxHash64();
    private boolean inFrame;
    private boolean hasChecksum;
    private int maxBlockBytes;
    private long contentLeft;

    public ZstdUnpacker(PackedInput input) {
        this.input = input;
        this.block = new BlockBytes(input);
        this.history = new ZstdHistory(input);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws BinaryException {
        while (history.available() == 0) {
            if (inFrame) {
                readBlock();
            } else if (input.isAtEnd()) {
                return 0;
            } else {
                beginFrame();
            }
        }
        return history.take(into, offset, length);
    }

    private void beginFrame() throws BinaryException {
        int magic = (int) input.word(4);
        if ((magic & ~0xf) == SKIPPABLE_MAGIC) {
            input.skip(input.word(4));
            return;
        }
        input.require(magic == MAGIC, "zstd: no frame begins here");
        int descriptor = input.u8();
        input.require((descriptor & 8) == 0, "zstd: the reserved bit of the frame header");
        boolean singleSegment = (descriptor & 0x20) != 0;
        long window = singleSegment ? 0 : window(input.u8());
        long dictionary = input.word(new int[] {0, 1, 2, 4}[descriptor & 3]);
        input.require(dictionary == 0, "zstd: needs a dictionary that nobody has");
        contentLeft = contentSize(descriptor >> 6, singleSegment);
        window = singleSegment ? contentLeft : window;
        hasChecksum = (descriptor & 4) != 0;
        maxBlockBytes = (int) Math.min(window, BlockBytes.MAX_BYTES);
        history.beginFrame(window);
        literals.beginFrame();
        sequences.beginFrame();
        hash.begin();
        inFrame = true;
    }

    private static long window(int descriptor) {
        long base = 1L << (10 + (descriptor >> 3));
        return base + base / 8 * (descriptor & 7);
    }

    /// @return [Long#MAX_VALUE] if the frame does not say
    private long contentSize(int flag, boolean singleSegment) throws BinaryException {
        return switch (flag) {
            case 0 -> singleSegment ? input.u8() : Long.MAX_VALUE;
            case 1 -> input.word(2) + 256;
            case 2 -> input.word(4);
            default -> {
                long size = input.word(8);
                input.require(size >= 0, "zstd: a frame of " + Long.toUnsignedString(size) + " bytes");
                yield size;
            }
        };
    }

    private void readBlock() throws BinaryException {
        int header = (int) input.word(3);
        int size = header >> 3;
        history.beginBlock(maxBlockBytes);
        switch (header >> 1 & 3) {
            case RAW -> history.read(size);
            case REPEATED -> history.fill(input.u8(), size);
            case COMPRESSED -> unpack(size);
            default -> throw input.malformed("zstd: a block of the reserved type");
        }
        input.require(history.available() <= contentLeft, "zstd: a frame gives more than it claims");
        contentLeft -= contentLeft == Long.MAX_VALUE ? 0 : history.available();
        if (hasChecksum) {
            history.hash(hash);
        }
        if ((header & 1) != 0) {
            endFrame();
        }
    }

    private void unpack(int size) throws BinaryException {
        input.require(size <= BlockBytes.MAX_BYTES, "zstd: a block of " + size + " bytes");
        input.read(block.bytes, 0, size);
        block.at = 0;
        block.end = size;
        literals.read(block);
        sequences.run(block, literals, history);
    }

    private void endFrame() throws BinaryException {
        inFrame = false;
        input.require(contentLeft == 0 || contentLeft == Long.MAX_VALUE, "zstd: a frame gives less than it claims");
        if (hasChecksum) {
            input.require((int) input.word(4) == (int) hash.value(), "zstd: wrong checksum");
        }
    }

    @Override
    public void close() {
        // Only memory, which goes with it.
    }
}
