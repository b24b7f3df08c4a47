package dev.stet.binary.code;

import dev.stet.binary.BinaryException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Tells switches from tail calls on x86-64.
///
/// ```
/// lea table(%rip),%b; movslq (%b,%i,4),%r; add %b,%r; jmp *%r     switch of GCC and Clang in PIC
/// jmp *table(,%i,8)        lea table(%rip),%b; jmp *(%b,%i,8)     switch without PIC, and of Go
/// jmp *8(%r)               mov 8(%b),%r; jmp *%r                  call by pointer, if the frame is gone
/// ```
///
/// A table is believed if its first entry is an instruction of the function. A jump while the frame still
/// stands stays in the function, since nobody else would take the frame down.
final class X86Jumps implements Jumps {
    /// How many instructions before the jump may make its address.
    private static final int LOOK_BACK = 16;

    /// A function has as many tables as it has switches, and other addresses of data beside them.
    private static final int MAX_TABLES = 256;

    private final X86Stack flow = new X86Stack();
    private final X86Decoder decoder = new X86Decoder();

    /// How a jump's address is made.
    private enum Made {
        SUM,
        INDEXED,
        POINTER,
        POPPED
    }

    @Override
    public Goes[] judge(Part part, Places places) throws BinaryException {
        Goes[] goes = new Goes[part.indirect.count()];
        Arrays.fill(goes, Goes.UNDECIDED);
        if (part.decoded > MAX_BYTES) {
            return goes;
        }
        Collected found = new Collected(part);
        flow.follow(part, found);
        for (int i = 0; i < found.count; i++) {
            goes[i] = judge(found, i, places);
        }
        return goes;
    }

    /// Tables, and what is known at each jump.
    private static final class Collected implements X86Stack.Visitor {
        private final Part part;
        private final List<Long> tables = new ArrayList<>();
        private final int[] recent = new int[LOOK_BACK];
        private final int[] depths;
        private final int[][] before;
        private Goes byRelative;
        private Goes byAbsolute;
        private int seen;
        private int count;

        Collected(Part part) {
            this.part = part;
            this.depths = new int[part.indirect.count()];
            this.before = new int[part.indirect.count()][];
        }

        @Override
        public void visit(X86Decoder it, StackState stack, int at) {
            if (it.map() == X86Decoder.ONE_BYTE && it.opcode() == 0x8d && it.isRipRelative()) {
                long table = part.address + (it.next() - part.from) + it.displacement();
                if (tables.size() < MAX_TABLES && !tables.contains(table)) {
                    tables.add(table);
                }
            }
            if (it.kind() == X86Decoder.Kind.INDIRECT_JUMP && count < depths.length) {
                depths[count] = stack.depth();
                before[count] = lookBack();
                count++;
            }
            recent[seen++ % LOOK_BACK] = at;
        }

        /// What the first table of this kind says, whose entry is code.
        Goes byAnyTable(boolean relative, Places places) throws BinaryException {
            Goes known = relative ? byRelative : byAbsolute;
            for (int i = 0; i < tables.size() && known == null; i++) {
                Goes goes = byEntry(tables.get(i), relative, places);
                known = goes == Goes.UNDECIDED ? null : goes;
            }
            known = known == null ? Goes.UNDECIDED : known;
            if (relative) {
                byRelative = known;
            } else {
                byAbsolute = known;
            }
            return known;
        }

        /// Where the instructions before begin, the last one first.
        private int[] lookBack() {
            int[] last = new int[Math.min(seen, LOOK_BACK)];
            for (int i = 0; i < last.length; i++) {
                last[i] = recent[(seen - 1 - i) % LOOK_BACK];
            }
            return last;
        }
    }

    private Goes judge(Collected found, int index, Places places) throws BinaryException {
        Part part = found.part;
        int at = part.indirect.get(index);
        if (!decoder.decode(part.code, part.from + at, part.from + part.decoded)) {
            return Goes.UNDECIDED;
        }
        long table = 0;
        Made made;
        if (decoder.isMemory()) {
            made = decoder.isRipRelative() || decoder.index() < 0 ? Made.POINTER : Made.INDEXED;
            table = made == Made.INDEXED && decoder.base() < 0 ? decoder.displacement() : 0;
        } else {
            made = made(part, found.before[index], decoder.rm());
        }
        int depth = found.depths[index];
        return switch (made) {
            case SUM, INDEXED -> byTable(found, made == Made.SUM, table, depth, places);
            case POINTER -> depth == 0 ? Goes.OUT : depth == StackState.UNKNOWN ? Goes.UNDECIDED : Goes.WITHIN;
            case POPPED -> Goes.UNDECIDED;
        };
    }

    private static Goes byTable(Collected found, boolean relative, long table, int depth, Places places)
            throws BinaryException {
        if (depth != StackState.UNKNOWN && depth != 0) {
            return Goes.WITHIN;
        }
        Goes goes = table != 0 ? byEntry(table, relative, places) : Goes.UNDECIDED;
        return goes == Goes.UNDECIDED ? found.byAnyTable(relative, places) : goes;
    }

    private static Goes byEntry(long table, boolean relative, Places places) throws BinaryException {
        long word = places.word(table);
        long target = relative ? table + (int) word : word;
        if (word == 0) {
            return Goes.UNDECIDED;
        }
        return places.isWithin(target) ? Goes.WITHIN : places.isEntry(target) ? Goes.OUT : Goes.UNDECIDED;
    }

    /// How the register was made, by the last of the instructions before that is known to write it.
    private Made made(Part part, int[] before, int register) {
        int wanted = register;
        for (int at : before) {
            if (!decoder.decode(part.code, part.from + at, part.from + part.decoded)
                    || decoder.map() != X86Decoder.ONE_BYTE) {
                continue;
            }
            int opcode = decoder.opcode();
            if (opcode >= 0x58 && opcode < 0x60) {
                if (((opcode & 7) | (decoder.rex() & 1) << 3) == wanted) {
                    return Made.POPPED;
                }
            } else if ((opcode == 0x01 && !decoder.isMemory() && decoder.rm() == wanted)
                    || (opcode == 0x03 && decoder.reg() == wanted)) {
                return Made.SUM;
            } else if (opcode == 0x8d && decoder.reg() == wanted) {
                return decoder.index() >= 0 ? Made.SUM : Made.POINTER;
            } else if (opcode == 0x8b && decoder.reg() == wanted) {
                if (decoder.isMemory()) {
                    return !decoder.isRipRelative() && decoder.index() >= 0 ? Made.INDEXED : Made.POINTER;
                }
                wanted = decoder.rm();
            } else if (opcode == 0x89 && !decoder.isMemory() && decoder.rm() == wanted) {
                wanted = decoder.reg();
            } else if (decoder.kind() == X86Decoder.Kind.CALL && wanted == 0) {
                return Made.POINTER;
            }
        }
        return Made.POINTER;
    }
}
