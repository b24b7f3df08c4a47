package dev.stet.binary.elf;

import dev.stet.binary.BinaryException;
import dev.stet.binary.MalformedBinaryException;
import dev.stet.binary.packed.Unpacker;
import dev.stet.binary.packed.UnpackingBudget;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/// The unpacked bytes of a compressed section, in blocks. They come out forward only. Of a section that is
/// held whole, all blocks are unpacked when the first is asked for; of a longer one some that were unpacked
/// last are remembered, and whoever asks for something older makes it begin again.
final class PackedRegion implements Region {
    /// Big enough that few reads cross blocks, small enough that a jump wastes little.
    private static final int BLOCK_BYTES = 256 << 10;

    /// How much of a longer section is remembered: a walk that looks back a little need not begin again.
    private static final int WINDOW_BLOCKS = (2 << 20) / BLOCK_BYTES;

    /// Begins to unpack.
    @FunctionalInterface
    interface Beginning {
        Unpacker begin() throws BinaryException;
    }

    private final PackedSections owner;
    private final Section section;
    private final long size;
    private final boolean whole;
    private final Beginning beginning;
    private final Map<Long, byte[]> blocks = new LinkedHashMap<>();
    private MalformedBinaryException refusal;
    private Unpacker unpacker;
    private long nextBlock;

    /// @param size what the section claims to unpack to
    /// @param whole is it to be held whole?
    PackedRegion(PackedSections owner, Section section, long size, boolean whole, Beginning beginning) {
        this.owner = owner;
        this.section = section;
        this.size = size;
        this.whole = whole;
        this.beginning = beginning;
    }

    @Override
    public long size() {
        return size;
    }

    /// The view's file offset is that of the packed section, for no byte of it is in the file as such.
    @Override
    public ByteView read(long at, long length, String what) throws BinaryException {
        if (at < 0 || length < 0 || at > size || length > size - at || length > MAX_VIEW_BYTES) {
            throw malformed(what + ": " + length + " bytes at " + at + " do not fit in " + size);
        }
        if (length == 0) {
            return ByteView.of(new byte[0], section.offset());
        }
        synchronized (owner) {
            int start = (int) (at % BLOCK_BYTES);
            return length <= BLOCK_BYTES - start
                    ? ByteView.of(block(at / BLOCK_BYTES), section.offset()).slice(start, length, what)
                    : readAcross(at, (int) length);
        }
    }

    private ByteView readAcross(long at, int length) throws BinaryException {
        // Before anything is allocated, it must be known that there is something.
        var ignored = block(at / BLOCK_BYTES);
        byte[] bytes = new byte[length];
        for (int done = 0; done < length; ) {
            byte[] block = block((at + done) / BLOCK_BYTES);
            int start = (int) ((at + done) % BLOCK_BYTES);
            int count = Math.min(length - done, block.length - start);
            System.arraycopy(block, start, bytes, done, count);
            done += count;
        }
        return ByteView.of(bytes, section.offset());
    }

    private byte[] block(long index) throws BinaryException {
        byte[] known = blocks.get(index);
        if (known != null) {
            return known;
        }
        if (refusal != null) {
            throw refusal;
        }
        try {
            return whole ? unpackAll(index) : unpackTo(index);
        } catch (MalformedBinaryException e) {
            stop();
            refusal = e;
            throw e;
        } catch (BinaryException failed) {
            rest();
            throw failed;
        }
    }

    private byte[] unpackAll(long index) throws BinaryException {
        rest();
        unpacker = beginning.begin();
        while (nextBlock * BLOCK_BYTES < size) {
            unpack();
        }
        stop();
        return blocks.get(index);
    }

    private byte[] unpackTo(long index) throws BinaryException {
        owner.touch(this);
        if (index < nextBlock || unpacker == null) {
            rest();
            unpacker = beginning.begin();
        }
        while (nextBlock <= index) {
            if (blocks.size() >= WINDOW_BLOCKS) {
                forgetOldest();
            }
            unpack();
        }
        return blocks.get(index);
    }

    private void forgetOldest() {
        Iterator<Long> oldest = blocks.keySet().iterator();
        oldest.next();
        oldest.remove();
    }

    /// Unpacks the next block.
    private void unpack() throws BinaryException {
        byte[] block = new byte[(int) Math.min(BLOCK_BYTES, size - nextBlock * BLOCK_BYTES)];
        UnpackingBudget budget = owner.budget();
        budget.start();
        int done = 0;
        try {
            budget.check(section.offset());
            while (done < block.length) {
                int count = unpacker.read(block, done, block.length - done);
                if (count == 0) {
                    throw malformed(
                            "claims to unpack to " + size + " bytes, but gives " + (nextBlock * BLOCK_BYTES + done));
                }
                done += count;
            }
        } finally {
            budget.stop(done);
        }
        blocks.put(nextBlock++, block);
    }

    private MalformedBinaryException malformed(String rule) {
        return new MalformedBinaryException(section.name() + ": " + rule, section.offset());
    }

    private void stop() {
        if (unpacker != null) {
            unpacker.close();
            unpacker = null;
        }
    }

    /// Forgets everything but how to begin, and that it cannot.
    void rest() {
        stop();
        blocks.clear();
        nextBlock = 0;
    }
}
