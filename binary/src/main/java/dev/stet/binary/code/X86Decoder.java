package dev.stet.binary.code;

import java.util.Arrays;

/// Tells x86-64 instructions apart: where each ends, and which of them return, jump or call. After the opcode
/// maps of the Intel SDM, volume 2, appendix A; 64-bit mode only.
///
/// What is undefined, or has a length that processors do not agree on, is not decoded: to guess would put a
/// breakpoint into the middle of an instruction.
///
/// One decoder holds one instruction at a time, and no allocation is made for it: whole libraries are decoded
/// at a few nanoseconds an instruction. Not safe for use by several threads.
public final class X86Decoder {
    /// The longest instruction a processor accepts, in bytes.
    public static final int MAX_INSTRUCTION_BYTES = 15;

    /// What Stet needs to know of an instruction.
    public enum Kind {
        /// Neither leaves nor branches, as far as the bytes tell.
        OTHER,
        RETURN,
        /// RETF, IRET: no program in user space has any use for it.
        FAR_RETURN,
        JUMP,
        CONDITIONAL_JUMP,
        /// LOOP and JRCXZ: conditional on RCX.
        COUNTED_JUMP,
        INDIRECT_JUMP,
        CALL,
        INDIRECT_CALL,
        /// UD2, HLT, INT3: nothing runs behind it.
        STOP
    }

    /// Maps of opcodes, by the bytes that lead to them.
    static final int ONE_BYTE = 0;

    static final int TWO_BYTE = 1;
    static final int MAP_0F38 = 2;
    static final int MAP_0F3A = 3;

    /// VEX and EVEX: opcodes of other maps follow.
    static final int MAP_VEX = 4;

    /// Of AMD's processors from 2011 to 2017.
    static final int MAP_XOP = 5;

    /// Prefixes of an instruction.
    static final int OPERAND_16 = 1;

    static final int ADDRESS_32 = 2;
    static final int LOCK = 4;
    static final int REPEAT = 8;

    /// CS, DS, ES or SS; not FS and GS.
    static final int IDLE_SEGMENT = 16;

    static final int THREAD_SEGMENT = 32;

    // One letter an opcode: what follows it.
    //   .  nothing        m  ModRM            x  undefined in 64-bit mode, or not decoded
    //   b  imm8           M  ModRM, imm8      w  imm16            e  imm16, imm8 (ENTER)
    //   z  imm16/32       Z  ModRM, imm16/32  v  imm16/32/64      o  address-sized offset
    //   j  rel32          p  prefix, REX or escape: handled before the table is asked
    //   T  group 3 byte   U  group 3 word     g  group 11 byte    G  group 11 word    8  group 1A    F  group 4   H
    // group 5
    private static final byte[] FORMS = bytes(
            "mmmmbzxxmmmmbzxp" // 00
                    + "mmmmbzxxmmmmbzxx" // 10
                    + "mmmmbzpxmmmmbzpx" // 20
                    + "mmmmbzpxmmmmbzpx" // 30
                    + "pppppppppppppppp" // 40
                    + "................" // 50
                    + "xxxmppppzZbM...." // 60
                    + "bbbbbbbbbbbbbbbb" // 70
                    + "MZxMmmmmmmmmmmm8" // 80
                    + "..........x....." // 90
                    + "oooo....bz......" // a0
                    + "bbbbbbbbvvvvvvvv" // b0
                    + "MMw.ppgGe.w..bx." // c0
                    + "mmmmxxx.mmmmmmmm" // d0
                    + "bbbbbbbbjjxb...." // e0
                    + "p.pp..TU......FH"); // f0
    private static final byte[] FORMS_0F = bytes(
            "mmmmx.....x.xm.M" // 00
                    + "mmmmmmmmmmmmmmmm" // 10
                    + "mmmmxxxxmmmmmmmm" // 20
                    + "......x.pxpxxxxx" // 30
                    + "mmmmmmmmmmmmmmmm" // 40
                    + "mmmmmmmmmmmmmmmm" // 50
                    + "mmmmmmmmmmmmmmmm" // 60
                    + "MMMMmmm.mmxxmmmm" // 70
                    + "jjjjjjjjjjjjjjjj" // 80
                    + "mmmmmmmmmmmmmmmm" // 90
                    + "...mMmmm...mMmmm" // a0
                    + "mmmmmmmmmmMmmmmm" // b0
                    + "mmMmMMMm........" // c0
                    + "mmmmmmmmmmmmmmmm" // d0
                    + "mmmmmmmmmmmmmmmm" // e0
                    + "mmmmmmmmmmmmmmmm"); // f0

    /// The forms that most instructions have, without a switch: see [#simple].
    private static final byte[] SIMPLE = simple(FORMS);

    private static final byte[] SIMPLE_0F = simple(FORMS_0F);

    /// There is a ModRM byte; an immediate as long as a word; this is not one of the simple forms.
    private static final int MOD_RM = 16;

    private static final int WORD = 32;
    private static final int NOT_SIMPLE = -1;

    private static final Kind[] KINDS = kinds();

    /// Prefix bits of a byte; -1 for REX, 0 if it is no prefix.
    private static final byte[] PREFIXES = prefixBits();

    private byte[] code = {};
    private int at;
    private int end;
    private int limit;

    private int next;
    private int prefixes;
    private int rex;
    private int map;
    private int opcode;
    private int modRmAt;
    private int immediateAt;
    private Kind kind = Kind.OTHER;

    private static byte[] bytes(String ascii) {
        byte[] bytes = new byte[ascii.length()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) ascii.charAt(i);
        }
        return bytes;
    }

    /// @return for each opcode how many bytes of immediates there are, plus flags
    private static byte[] simple(byte[] forms) {
        byte[] all = new byte[forms.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte)
                    switch (forms[i]) {
                        case '.' -> 0;
                        case 'b' -> 1;
                        case 'w' -> 2;
                        case 'z' -> WORD;
                        case 'm' -> MOD_RM;
                        case 'M' -> MOD_RM + 1;
                        case 'Z' -> MOD_RM + WORD;
                        default -> NOT_SIMPLE;
                    };
        }
        return all;
    }

    private static Kind[] kinds() {
        Kind[] kinds = new Kind[256];
        Arrays.fill(kinds, Kind.OTHER);
        Arrays.fill(kinds, 0x70, 0x80, Kind.CONDITIONAL_JUMP);
        Arrays.fill(kinds, 0xe0, 0xe4, Kind.COUNTED_JUMP);
        kinds[0xc2] = Kind.RETURN;
        kinds[0xc3] = Kind.RETURN;
        kinds[0xca] = Kind.FAR_RETURN;
        kinds[0xcb] = Kind.FAR_RETURN;
        kinds[0xcf] = Kind.FAR_RETURN;
        kinds[0xe8] = Kind.CALL;
        kinds[0xe9] = Kind.JUMP;
        kinds[0xeb] = Kind.JUMP;
        kinds[0xcc] = Kind.STOP;
        kinds[0xf4] = Kind.STOP;
        return kinds;
    }

    private static byte[] prefixBits() {
        byte[] bits = new byte[256];
        Arrays.fill(bits, 0x40, 0x50, (byte) -1);
        bits[0x66] = OPERAND_16;
        bits[0x67] = ADDRESS_32;
        bits[0xf0] = LOCK;
        bits[0xf2] = REPEAT;
        bits[0xf3] = REPEAT;
        for (int segment : new int[] {0x26, 0x2e, 0x36, 0x3e}) {
            bits[segment] = IDLE_SEGMENT;
        }
        bits[0x64] = THREAD_SEGMENT;
        bits[0x65] = THREAD_SEGMENT;
        return bits;
    }

    /// Decodes the instruction at `start`. The bytes must stay as they are for as long as it is asked about.
    ///
    /// @param end the first byte that may not be looked at
    /// @return false if the bytes are no instruction, an undecoded one, or end within it: then nothing else
    ///     may be asked
    public boolean decode(byte[] code, int start, int end) {
        this.code = code;
        this.at = start;
        this.end = Math.min(end, code.length);
        this.limit = start > this.end - MAX_INSTRUCTION_BYTES ? this.end : start + MAX_INSTRUCTION_BYTES;
        this.modRmAt = -1;
        this.map = ONE_BYTE;
        int p = passPrefixes(start);
        if (p >= limit) {
            return false;
        }
        opcode = code[p++] & 0xff;
        int simple = SIMPLE[opcode];
        if (simple >= 0) {
            kind = KINDS[opcode];
            return simple(simple, p);
        }
        if (opcode == 0x0f) {
            return decodeTwoByte(p);
        }
        byte form = FORMS[opcode];
        boolean xop = opcode == 0x8f && p < limit && (code[p] & 0x1f) >= 8;
        if (xop || opcode == 0xc4 || opcode == 0xc5 || opcode == 0x62) {
            next = p;
            form = rex != 0 || (prefixes & (OPERAND_16 | REPEAT | LOCK)) != 0 ? (byte) 'x' : vex(opcode);
            p = next;
        } else {
            kind = KINDS[opcode];
        }
        immediateAt = p;
        return operands(form, p) && next <= limit;
    }

    private boolean simple(int simple, int p) {
        immediateAt = p;
        int q = (simple & MOD_RM) != 0 ? modRm(p) : p;
        next = q + (simple & 15) + ((simple & WORD) != 0 ? word() : 0);
        return next <= limit;
    }

    private boolean decodeTwoByte(int start) {
        int p = start;
        if (p >= limit) {
            return false;
        }
        byte form = twoByte(code[p++] & 0xff);
        if (map != TWO_BYTE) {
            if (p >= limit) {
                return false;
            }
            opcode = code[p++] & 0xff;
        } else if (SIMPLE_0F[opcode] >= 0 && form != 'x') {
            return simple(SIMPLE_0F[opcode], p);
        }
        immediateAt = p;
        return operands(form, p) && next <= limit;
    }

    /// Passes the prefixes. Only a REX right before the opcode counts.
    private int passPrefixes(int start) {
        int seen = 0;
        int lastRex = 0;
        int p = start;
        for (; p < limit; p++) {
            int b = code[p] & 0xff;
            int bits = PREFIXES[b];
            if (bits == 0) {
                break;
            }
            if (bits < 0) {
                lastRex = b;
            } else {
                seen |= bits;
                lastRex = 0;
            }
        }
        prefixes = seen;
        rex = lastRex;
        return p;
    }

    private byte twoByte(int second) {
        opcode = second;
        kind = Kind.OTHER;
        map = TWO_BYTE;
        if (second == 0x38) {
            map = MAP_0F38;
            return 'm';
        }
        if (second == 0x3a) {
            map = MAP_0F3A;
            return 'M';
        }
        if ((second & 0xf0) == 0x80) {
            kind = Kind.CONDITIONAL_JUMP;
        } else if (second == 0x0b || second == 0xb9 || second == 0xff) {
            kind = Kind.STOP;
        } else if ((second == 0x78 || second == 0x79) && (rex != 0 || (prefixes & (OPERAND_16 | REPEAT | LOCK)) != 0)) {
            return 'x'; // SSE4a has immediates here, which nobody uses
        }
        return FORMS_0F[second];
    }

    /// Passes a VEX, EVEX or XOP prefix and its opcode (SDM volume 2, 2.3 and 2.7; AMD64 volume 3, 1.2.7).
    private byte vex(int escape) {
        kind = Kind.OTHER;
        map = MAP_VEX;
        int payload = escape == 0xc5 ? 1 : escape == 0x62 ? 3 : 2;
        if (payload >= limit - next) {
            return 'x';
        }
        int first = code[next] & 0xff;
        int vexMap = 1;
        if (escape == 0x8f) {
            map = MAP_XOP;
            vexMap = first & 0x1f;
        } else if (escape == 0xc4) {
            vexMap = first & 0x1f;
        } else if (escape == 0x62) {
            vexMap = first & 7;
            if ((first & 8) != 0 || (code[next + 1] & 4) == 0) {
                return 'x';
            }
        }
        next += payload;
        opcode = code[next++] & 0xff;
        return switch (vexMap) {
            case 1 -> vexOne(opcode, escape == 0x62);
            case 8 -> (byte) (escape == 0x8f ? 'M' : 'x');
            case 9 -> (byte) (escape == 0x8f ? 'm' : 'x');
            case 10 -> (byte) (escape == 0x8f ? 'Z' : 'x');
            case 2 -> 'm';
            case 3 -> 'M';
            case 5, 6 -> (byte) (escape == 0x62 ? 'm' : 'x');
            default -> 'x';
        };
    }

    private static byte vexOne(int opcode, boolean evex) {
        byte form = FORMS_0F[opcode];
        if (evex && (opcode == 0x7a || opcode == 0x7b)) {
            return 'm'; // conversions from and to unsigned words
        }
        return opcode == 0x77 || form == 'm' || form == 'M' ? form : (byte) 'x';
    }

    /// Passes what follows the opcode, so that `next` is where the instruction ends; that may be behind the
    /// limit.
    private boolean operands(byte form, int p) {
        switch (form) {
            case '.' -> next = p;
            case 'b' -> next = p + 1;
            case 'w' -> next = p + 2;
            case 'e' -> next = p + 3;
            case 'z' -> next = p + word();
            case 'v' -> next = p + ((rex & 8) != 0 ? 8 : word());
            case 'o' -> next = p + ((prefixes & ADDRESS_32) != 0 ? 4 : 8);
            case 'm' -> next = modRm(p);
            case 'M' -> next = modRm(p) + 1;
            case 'Z' -> next = modRm(p) + word();
            case 'j' -> {
                next = p + 4;
                return word() == 4; // else Intel reads 4 bytes, AMD 2
            }
            default -> {
                return group(form, p);
            }
        }
        return true;
    }

    private int word() {
        return (prefixes & OPERAND_16) != 0 && (rex & 8) == 0 ? 2 : 4;
    }

    /// Opcodes whose meaning the ModRM byte completes.
    private boolean group(byte form, int p) {
        if (form == 'x' || form == 'p' || p >= limit) {
            return false;
        }
        int modRm = code[p] & 0xff;
        int reg = (modRm >> 3) & 7;
        next = modRm(p);
        switch (form) {
            case 'T' -> next += reg < 2 ? 1 : 0;
            case 'U' -> next += reg < 2 ? word() : 0;
            case 'g' -> {
                next++;
                return reg == 0 || modRm == 0xf8;
            }
            case 'G' -> {
                next += word();
                return reg == 0 || (modRm == 0xf8 && word() == 4);
            }
            case '8' -> {
                return reg == 0;
            }
            case 'F' -> {
                return reg < 2;
            }
            case 'H' -> {
                kind = reg == 4 ? Kind.INDIRECT_JUMP : reg == 2 ? Kind.INDIRECT_CALL : Kind.OTHER;
                return reg < 7;
            }
            default -> throw new AssertionError(form);
        }
        return true;
    }

    /// Passes ModRM, SIB and displacement (SDM volume 2, table 2-2 and 2-3).
    ///
    /// @return where they end; behind the limit if they are cut
    private int modRm(int p) {
        if (p >= limit) {
            return limit + 1;
        }
        modRmAt = p;
        int modRm = code[p++];
        int mod = modRm & 0xc0;
        if (mod == 0xc0) {
            return p;
        }
        int base = modRm & 7;
        if (base == 4) {
            if (p >= limit) {
                return limit + 1;
            }
            base = code[p++] & 7;
        }
        return mod == 0x40 ? p + 1 : mod == 0x80 || base == 5 ? p + 4 : p;
    }

    /// In bytes.
    public int length() {
        return next - at;
    }

    /// Where it ends, and the next begins.
    public int next() {
        return next;
    }

    public Kind kind() {
        return kind;
    }

    /// The target of a direct jump or call, in bytes from the instruction's end; of no use for all others.
    public int relative() {
        return next - immediateAt == 1 ? code[immediateAt] : int32(immediateAt);
    }

    /// A conditional jump's condition, as in the opcode's lower half (SDM volume 2, table B-1).
    int condition() {
        return opcode & 15;
    }

    int map() {
        return map;
    }

    int opcode() {
        return opcode;
    }

    int prefixes() {
        return prefixes;
    }

    /// The bits W (8), R (4), X (2) and B (1) of the REX prefix.
    int rex() {
        return rex & 15;
    }

    boolean hasModRm() {
        return modRmAt >= 0;
    }

    int modRm() {
        return code[modRmAt] & 0xff;
    }

    /// ModRM.reg with REX.R.
    int reg() {
        return (modRm() >> 3 & 7) | (rex & 4) << 1;
    }

    /// Is the operand in memory?
    boolean isMemory() {
        return modRmAt >= 0 && (code[modRmAt] & 0xc0) != 0xc0;
    }

    /// ModRM.rm with REX.B: a register operand.
    int rm() {
        return (modRm() & 7) | (rex & 1) << 3;
    }

    private boolean hasSib() {
        return (modRm() & 7) == 4;
    }

    private int sib() {
        return code[modRmAt + 1] & 0xff;
    }

    /// Relative to the instruction's end?
    boolean isRipRelative() {
        return modRmAt >= 0 && (code[modRmAt] & 0xc7) == 5;
    }

    /// The base register of a memory operand.
    ///
    /// @return -1 if there is none, or it is RIP
    int base() {
        int base = hasSib() ? sib() & 7 : modRm() & 7;
        return base == 5 && (modRm() & 0xc0) == 0 ? -1 : base | (rex & 1) << 3;
    }

    /// The index register of a memory operand.
    ///
    /// @return -1 if there is none
    int index() {
        int index = hasSib() ? (sib() >> 3 & 7) | (rex & 2) << 2 : 4;
        return index == 4 ? -1 : index;
    }

    /// What the index is multiplied by: 1, 2, 4 or 8.
    int scale() {
        return 1 << (sib() >> 6);
    }

    /// The displacement of a memory operand, 0 if it has none. EVEX multiplies a short one by what the
    /// operand's size says: that is not known here.
    int displacement() {
        int dispAt = modRmAt + (hasSib() ? 2 : 1);
        return switch (modRm() >> 6) {
            case 1 -> code[dispAt];
            case 2 -> int32(dispAt);
            default -> (hasSib() ? sib() & 7 : modRm() & 7) == 5 ? int32(dispAt) : 0;
        };
    }

    /// The immediate operand that ends the instruction, of 1 or 4 bytes.
    int immediate(int bytes) {
        return bytes == 1 ? code[next - 1] : int32(next - 4);
    }

    /// Does nothing: the kinds of NOP that the kernel knows (Linux: `arch/x86/lib/insn-eval.c: insn_is_nop`).
    boolean isNop() {
        if (map == TWO_BYTE) {
            return opcode == 0x1f && (modRm() & 0x38) == 0;
        }
        if (map != ONE_BYTE) {
            return false;
        }
        return switch (opcode) {
            case 0x90 -> (rex & 1) == 0;
            case 0x89, 0x8b -> (rex & 8) != 0 && !isMemory() && reg() == rm();
            case 0x8d -> (rex & 8) != 0 && index() < 0 && displacement() == 0 && base() == reg();
            default -> false;
        };
    }

    private int int32(int i) {
        return (code[i] & 0xff) | (code[i + 1] & 0xff) << 8 | (code[i + 2] & 0xff) << 16 | code[i + 3] << 24;
    }
}
