package dev.stet.binary.code;

import dev.stet.binary.BinaryException;
import dev.stet.binary.Machine;
import dev.stet.binary.MalformedBinaryException;
import dev.stet.binary.elf.ByteView;
import dev.stet.binary.elf.Elf;
import dev.stet.binary.elf.Segment;
import java.util.Optional;

/// Finds what the unwinder knows of an address, by the sorted table in `.eh_frame_hdr` (LSB 5.0 core, 10.6
/// exception frames): strip leaves it, since programs with exceptions need it when they run. It is the only
/// thing in a stripped file that says where functions without a name begin and end.
///
/// What is broken or of an unusual form tells nothing. Nothing of it is kept but where the table is.
final class FrameTable {
    private static final int PT_GNU_EH_FRAME = 0x6474_e550;

    /// Version 1; a pointer to `.eh_frame` and a count, in any form of 4 bytes; a table whose words of 4 bytes
    /// count from the header, as all linkers write it.
    private static final int VERSION = 1;

    private static final int COUNT_4_BYTES = 0x03;
    private static final int FROM_HEADER_4_BYTES = 0x3b;
    private static final int HEADER_BYTES = 12;
    private static final int ROW_BYTES = 8;

    /// Chromium has 2 million functions.
    private static final int MAX_ROWS = 1 << 24;

    /// The longest entries of real programs have some kilobytes.
    private static final int MAX_ENTRY_BYTES = 1 << 14;

    private static final int MAX_COMMON_BYTES = 1 << 8;

    private final Elf elf;

    /// Where the table is; null until it was looked for.
    private Optional<Rows> rows;

    /// @param header virtual address of `.eh_frame_hdr`
    /// @param fileOffset of the first row
    private record Rows(long header, long fileOffset, int count) {}

    /// A stretch of code with one entry of its own: a function, or a part of one that was moved away.
    ///
    /// @param begin virtual address
    /// @param size in bytes
    /// @param isEntry is the stack at the first instruction what it is at the first one of a function?
    record Entry(long begin, long size, boolean isEntry) {
        boolean holds(long virtualAddress) {
            return virtualAddress >= begin && virtualAddress - begin < size;
        }
    }

    FrameTable(Elf elf) {
        this.elf = elf;
    }

    /// The stretch that holds the address.
    ///
    /// @return empty if the table does not say
    Optional<Entry> find(long virtualAddress) throws BinaryException {
        try {
            if (rows == null) {
                rows = rows();
            }
            if (rows.isEmpty()) {
                return Optional.empty();
            }
            Rows table = rows.get();
            int row = floor(table, virtualAddress);
            if (row < 0) {
                return Optional.empty();
            }
            return entry(table.header + row(table, row).i32(4)).filter(entry -> entry.holds(virtualAddress));
        } catch (MalformedBinaryException broken) {
            rows = rows == null ? Optional.empty() : rows;
            return Optional.empty();
        }
    }

    private Optional<Rows> rows() throws BinaryException {
        for (Segment segment : elf.segments().all()) {
            if (segment.type() == PT_GNU_EH_FRAME && segment.fileBytes() >= HEADER_BYTES) {
                ByteView header = elf.image().read(segment.offset(), HEADER_BYTES, HEADER_BYTES, ".eh_frame_hdr");
                boolean usual = header.u8(0) == VERSION
                        && (header.u8(1) & 0x0f) % 8 == 3
                        && header.u8(2) == COUNT_4_BYTES
                        && header.u8(3) == FROM_HEADER_4_BYTES;
                long count = header.u32(8);
                if (usual && count <= MAX_ROWS && count <= (segment.fileBytes() - HEADER_BYTES) / ROW_BYTES) {
                    return Optional.of(new Rows(segment.address(), segment.offset() + HEADER_BYTES, (int) count));
                }
            }
        }
        return Optional.empty();
    }

    /// The last row that does not begin behind the address; -1 if there is none.
    private int floor(Rows table, long virtualAddress) throws BinaryException {
        int low = 0;
        int high = table.count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (table.header + row(table, middle).i32(0) <= virtualAddress) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    private ByteView row(Rows table, int index) throws BinaryException {
        long at = table.fileOffset + (long) index * ROW_BYTES;
        return elf.image().read(at, ROW_BYTES, ROW_BYTES, ".eh_frame_hdr");
    }

    private Optional<Entry> entry(long address) throws BinaryException {
        Optional<ByteView> own = record(address, MAX_ENTRY_BYTES);
        if (own.isEmpty()) {
            return Optional.empty();
        }
        long common = address + 4 - own.get().u32(0);
        Optional<ByteView> shared = record(common, MAX_COMMON_BYTES);
        if (shared.isEmpty() || shared.get().u32(0) != 0) {
            return Optional.empty();
        }
        FrameEntry entry = FrameEntry.read(shared.get(), own.get(), address + 4);
        return Optional.of(new Entry(entry.begin(), entry.size(), isEntry(entry)));
    }

    /// The caller's frame is behind the return address, if there is one in memory.
    private boolean isEntry(FrameEntry entry) {
        return elf.machine() == Machine.X86_64
                ? entry.register() == 7 && entry.offset() == 8
                : entry.register() == 31 && entry.offset() == 0;
    }

    /// A record without its length.
    ///
    /// @return empty if it is none, or in the form for more than 4 GiB
    private Optional<ByteView> record(long address, int cap) throws BinaryException {
        Segment segment = elf.segments().loadedAtAddress(address, 8).orElse(null);
        if (segment == null) {
            return Optional.empty();
        }
        long offset = address - segment.address() + segment.offset();
        long length = elf.image().read(offset, 4, 4, ".eh_frame").u32(0);
        boolean fits = length >= 4 && length <= cap && segment.holdsAddress(address, 4 + length);
        return fits ? Optional.of(elf.image().read(offset + 4, length, cap, ".eh_frame")) : Optional.empty();
    }
}
