package dev.stet.binary.elf;

import dev.stet.binary.BinaryException;
import dev.stet.binary.ByteSource;
import dev.stet.binary.MalformedBinaryException;
import dev.stet.binary.packed.PackedInput;
import dev.stet.binary.packed.Unpacker;
import dev.stet.binary.packed.UnpackingBudget;
import dev.stet.binary.packed.XzUnpacker;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The section `.gnu_debugdata`: a small ELF file, packed with xz, whose `.symtab` names the functions that
/// `.dynsym` does not (gdb: MiniDebugInfo; Fedora's programs have it).
public final class DebugData {
    private static final String NAME = ".gnu_debugdata";

    /// Those of Firefox and LLVM, the largest known, have about 2 MiB.
    private static final int MAX_PACKED_BYTES = 8 << 20;

    /// It is held whole while the file is analysed.
    private static final int MAX_BYTES = 16 << 20;

    private static final int CHUNK_BYTES = 256 << 10;

    private DebugData() {}

    /// @return empty if the file has none
    /// @throws MalformedBinaryException if it is no xz file, or too long, or not with an ELF file for the same
    ///     machine in it
    public static Optional<Elf> find(Elf elf) throws BinaryException {
        Optional<Section> section = elf.sections().get().named(NAME).filter(Section::isPlain);
        if (section.isEmpty()) {
            return Optional.empty();
        }
        Section packed = section.get();
        elf.image().check(packed.offset(), packed.size(), NAME);
        if (packed.size() > MAX_PACKED_BYTES) {
            throw new MalformedBinaryException(NAME + ": more than " + MAX_PACKED_BYTES + " bytes", packed.offset());
        }
        Elf inner = Elf.parseDebugFile(unpack(elf, packed));
        if (inner.machine() != elf.machine()) {
            throw new MalformedBinaryException(NAME + ": is for another machine", packed.offset());
        }
        return Optional.of(inner);
    }

    private static ByteSource unpack(Elf elf, Section packed) throws BinaryException {
        synchronized (elf.packed()) {
            UnpackingBudget budget = elf.packed().budget();
            List<byte[]> chunks = new ArrayList<>();
            long size = 0;
            budget.start();
            try (Unpacker unpacker =
                    new XzUnpacker(new PackedInput(elf.image().source(), packed.offset(), packed.size(), budget))) {
                int count = CHUNK_BYTES;
                while (count == CHUNK_BYTES) {
                    byte[] chunk = new byte[CHUNK_BYTES];
                    count = fill(unpacker, chunk);
                    chunks.add(chunk);
                    size += count;
                    check(size, packed, budget);
                }
            } finally {
                budget.stop(size);
            }
            return source(chunks, size);
        }
    }

    private static void check(long size, Section packed, UnpackingBudget budget) throws MalformedBinaryException {
        budget.check(packed.offset());
        if (size > MAX_BYTES) {
            throw new MalformedBinaryException(
                    NAME + ": unpacks to more than " + MAX_BYTES + " bytes", packed.offset());
        }
    }

    private static int fill(Unpacker unpacker, byte[] chunk) throws BinaryException {
        int done = 0;
        int count = -1;
        while (done < chunk.length && count != 0) {
            count = unpacker.read(chunk, done, chunk.length - done);
            done += count;
        }
        return done;
    }

    private static ByteSource source(List<byte[]> chunks, long size) {
        return new ByteSource() {
            @Override
            public long size() {
                return size;
            }

            @Override
            public int read(long at, byte[] into, int offset, int length) {
                if (at >= size) {
                    return 0;
                }
                int start = (int) (at % CHUNK_BYTES);
                int count = (int) Math.min(Math.min(length, CHUNK_BYTES - start), size - at);
                System.arraycopy(chunks.get((int) (at / CHUNK_BYTES)), start, into, offset, count);
                return count;
            }
        };
    }
}
