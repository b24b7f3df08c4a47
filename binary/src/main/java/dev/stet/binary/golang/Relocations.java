package dev.stet.binary.golang;

import dev.stet.binary.BinaryException;
import dev.stet.binary.Machine;
import dev.stet.binary.MalformedBinaryException;
import dev.stet.binary.elf.ByteView;
import dev.stet.binary.elf.Elf;
import dev.stet.binary.elf.Segment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The pointers of a position-independent program that its loader fills in: relocations of type RELATIVE,
/// found by PT_DYNAMIC (gABI chapter 5, `Elf64_Rela`). The file often has zeros in their stead.
///
/// ```
///  0  r_offset: address of the pointer     8  r_info: type, in the low half     16  r_addend: its value
/// ```
final class Relocations {
    private static final int PT_DYNAMIC = 2;
    private static final int DT_RELA = 7;
    private static final int DT_RELASZ = 8;
    private static final int DYNAMIC_BYTES = 16;
    private static final int RELA_BYTES = 24;
    private static final int R_X86_64_RELATIVE = 8;
    private static final int R_AARCH64_RELATIVE = 1027;

    /// Dynamic sections have some thirty entries.
    private static final int MAX_DYNAMIC_BYTES = 64 << 10;

    /// dockerd has 244,000. Each takes 8 bytes of memory.
    private static final int MAX_RELOCATIONS = 3 << 20;

    /// Bits of a relocation's index, beside its address, in a sort key.
    private static final int INDEX_BITS = 22;

    private static final int PIECE_BYTES = RELA_BYTES << 12;

    private static final int FEWEST_ADDENDS = 8;
    private static final int MOST_ADDENDS = 2048;

    /// A read costs as much time as these bytes more.
    private static final int PRICE_BYTES = 2048;

    private final Elf elf;
    private final long tableOffset;
    private final int count;

    /// Address of the pointer, then index of its relocation, ascending.
    private final long[] keys;

    private Relocations(Elf elf, long tableOffset, int count, long[] keys) {
        this.elf = elf;
        this.tableOffset = tableOffset;
        this.count = count;
        this.keys = keys;
    }

    /// @return none if the program has no dynamic section
    static Relocations read(Elf elf) throws BinaryException {
        Relocations none = new Relocations(elf, 0, 0, new long[0]);
        Optional<Segment> dynamic = elf.segments().all().stream()
                .filter(s -> s.type() == PT_DYNAMIC)
                .findFirst();
        if (dynamic.isEmpty()) {
            return none;
        }
        ByteView entries = elf.image()
                .readUpTo(
                        Math.max(0, dynamic.get().offset()),
                        Math.max(0, dynamic.get().fileBytes()),
                        MAX_DYNAMIC_BYTES,
                        "PT_DYNAMIC");
        long address = value(entries, DT_RELA);
        long count = value(entries, DT_RELASZ) / RELA_BYTES;
        if (address <= 0 || count <= 0) {
            return none;
        }
        Segment segment =
                elf.segments().loadedAtAddress(address, count * RELA_BYTES).orElse(null);
        entries.require(segment != null, 0, "DT_RELA: " + count + " relocations are not in the file");
        entries.require(count <= MAX_RELOCATIONS, 0, count + " relocations are more than " + MAX_RELOCATIONS);
        long offset = address - segment.address() + segment.offset();
        return new Relocations(elf, offset, (int) count, keys(elf, offset, (int) count));
    }

    private static long value(ByteView entries, int tag) throws MalformedBinaryException {
        for (long at = 0; at <= entries.size() - DYNAMIC_BYTES && entries.u64(at) != 0; at += DYNAMIC_BYTES) {
            if (entries.u64(at) == tag) {
                return entries.u64(at + 8);
            }
        }
        return 0;
    }

    private static long[] keys(Elf elf, long tableOffset, int count) throws BinaryException {
        long relative = relative(elf);
        long[] keys = new long[count];
        int kept = 0;
        boolean sorted = true;
        for (long done = 0; done < (long) count * RELA_BYTES; done += PIECE_BYTES) {
            ByteView piece =
                    elf.image().readUpTo(tableOffset + done, (long) count * RELA_BYTES - done, PIECE_BYTES, "DT_RELA");
            for (long at = 0; at <= piece.size() - RELA_BYTES; at += RELA_BYTES) {
                long address = piece.u64(at);
                if (piece.u32(at + 8) == relative && 0 <= address && address < Long.MAX_VALUE >> INDEX_BITS) {
                    keys[kept] = address << INDEX_BITS | (done + at) / RELA_BYTES;
                    sorted &= kept == 0 || keys[kept - 1] < keys[kept];
                    kept++;
                }
            }
        }
        long[] exact = kept == count ? keys : Arrays.copyOf(keys, kept);
        if (!sorted) {
            Arrays.sort(exact);
        }
        return exact;
    }

    /// Fills in the pointers that are all within the bytes.
    ///
    /// @param address of the first byte
    /// @param memory that pays for what is read
    /// @return the bytes themselves if there is none
    ByteView apply(ByteView bytes, long address, Memory memory) throws BinaryException {
        int first = firstFrom(address - 7);
        if (first == keys.length || keys[first] >> INDEX_BITS >= address + bytes.size()) {
            return bytes;
        }
        byte[] filled = bytes.copy(Integer.MAX_VALUE, "page");
        Addends addends = new Addends(memory);
        for (int i = first; i < keys.length; i++) {
            long at = (keys[i] >> INDEX_BITS) - address;
            if (at >= bytes.size()) {
                break;
            }
            long value = addends.at(keys[i] & ((1 << INDEX_BITS) - 1));
            for (int b = 0; b < 8; b++) {
                if (at + b >= 0 && at + b < filled.length) {
                    filled[(int) at + b] = (byte) (value >> (8 * b));
                }
            }
        }
        return ByteView.of(filled, bytes.fileOffset());
    }

    /// Where pointers of this value are.
    ///
    /// @param most of them
    /// @return their addresses, in no order
    List<Long> pointersTo(long value, int most) throws BinaryException {
        List<Long> found = new ArrayList<>();
        long relative = relative(elf);
        long end = (long) count * RELA_BYTES;
        for (long done = 0; done < end && found.size() < most; done += PIECE_BYTES) {
            ByteView piece = elf.image().readUpTo(tableOffset + done, end - done, PIECE_BYTES, "DT_RELA");
            for (long at = 0; at <= piece.size() - RELA_BYTES && found.size() < most; at += RELA_BYTES) {
                if (piece.u64(at + 16) == value && piece.u32(at + 8) == relative) {
                    found.add(piece.u64(at));
                }
            }
        }
        return found;
    }

    private static long relative(Elf elf) {
        return elf.machine() == Machine.AARCH64 ? R_AARCH64_RELATIVE : R_X86_64_RELATIVE;
    }

    /// The first relocation of this address or a higher one.
    private int firstFrom(long address) {
        int at = Arrays.binarySearch(keys, Math.max(0, address) << INDEX_BITS);
        return at < 0 ? -at - 1 : at;
    }

    /// Reads values of relocations, which mostly follow each other.
    private final class Addends {
        private final Memory memory;
        private ByteView piece;
        private long firstIndex;
        private int wanted = FEWEST_ADDENDS;

        Addends(Memory memory) {
            this.memory = memory;
        }

        long at(long index) throws BinaryException {
            if (piece == null || index < firstIndex || (index - firstIndex + 1) * RELA_BYTES > piece.size()) {
                boolean next = piece != null && index == firstIndex + piece.size() / RELA_BYTES;
                // Tables are nearly in order of address, so the longer it is, the more of it will be wanted.
                wanted = next ? Math.min(4 * wanted, MOST_ADDENDS) : FEWEST_ADDENDS;
                firstIndex = index;
                piece = elf.image()
                        .readUpTo(
                                tableOffset + index * RELA_BYTES,
                                (long) wanted * RELA_BYTES,
                                MOST_ADDENDS * RELA_BYTES,
                                "DT_RELA");
                memory.charge(piece.size() + PRICE_BYTES, piece.fileOffset());
            }
            return piece.u64((index - firstIndex) * RELA_BYTES + 16);
        }
    }
}
