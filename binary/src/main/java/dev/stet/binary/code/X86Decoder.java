package dev.stet.binary.code;

import java.util.Optional;

/// Tells x86-64 instructions apart: their lengths, and which of them return or jump. Knows no operands. After
/// the opcode maps of the Intel SDM, volume 2, appendix A; 64-bit mode only.
///
/// What is undefined, or has a length that processors do not agree on, is not decoded: to guess would put a
/// breakpoint into the middle of an instruction.
public final class X86Decoder {
    /// The longest instruction a processor accepts, in bytes.
    public static final int MAX_INSTRUCTION_BYTES = 15;

    /// What Stet needs to know of an instruction.
    public enum Kind {
        RETURN,
        JUMP,
        CONDITIONAL_JUMP,
        /// Neither leaves nor branches within the function, as far as the bytes tell.
        OTHER
    }

    /// @param length in bytes
    /// @param kind what it does
    /// @param relative a direct jump's target, in bytes from the instruction's end; 0 for all others
    /// @param opcodeAt the opcode's first byte, from the instruction's beginning: how many bytes of prefixes
    ///     there are
    /// @param vex the opcode is one of VEX or EVEX
    public record Instruction(int length, Kind kind, int relative, int opcodeAt, boolean vex) {}

    // One letter an opcode: what follows it.
    //   .  nothing        m  ModRM            x  undefined in 64-bit mode, or not decoded
    //   b  imm8           M  ModRM, imm8      w  imm16            e  imm16, imm8 (ENTER)
    //   z  imm16/32       Z  ModRM, imm16/32  v  imm16/32/64      o  address-sized offset
    //   j  rel32          p  prefix, REX or escape: handled before the table is asked
    //   T  group 3 byte   U  group 3 word     g  group 11 byte    G  group 11 word    8  group 1A    F  group 4   H
    // group 5
    private static final String ONE_BYTE = "mmmmbzxxmmmmbzxp" // 00
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
            + "p.pp..TU......FH"; // f0
    private static final String TWO_BYTE = "mmmmx.....x.xm.M" // 00
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
            + "mmmmmmmmmmmmmmmm"; // f0

    private final byte[] code;
    private final int start;
    private final int end;
    private int at;
    private boolean operand16;
    private boolean address32;
    private boolean wide;
    private boolean repeat;
    private boolean vex;

    private X86Decoder(byte[] code, int start, int end) {
        this.code = code;
        this.start = start;
        this.end = Math.min(end, start + MAX_INSTRUCTION_BYTES);
        this.at = start;
    }

    /// Decodes the instruction at `start`.
    ///
    /// @param end the first byte that may not be looked at
    /// @return empty if the bytes are no instruction, an undecoded one, or end within it
    public static Optional<Instruction> decode(byte[] code, int start, int end) {
        try {
            return Optional.ofNullable(new X86Decoder(code, start, end).decode());
        } catch (EndOfCode cut) {
            return Optional.empty();
        }
    }

    private Instruction decode() throws EndOfCode {
        int rexAt = prefixes();
        int opcodeAt = at;
        int opcode = next();
        wide = rexAt >= 0 && (code[rexAt] & 8) != 0;
        boolean prefixed = rexAt >= 0 || operand16 || repeat;
        char form;
        boolean oneByte = false;
        if (opcode == 0xc4 || opcode == 0xc5 || opcode == 0x62) {
            form = prefixed ? 'x' : vex(opcode);
            vex = true;
        } else if (opcode == 0x0f) {
            opcode = next();
            form = opcode == 0x38 ? 'm' : opcode == 0x3a ? 'M' : TWO_BYTE.charAt(opcode);
            if (opcode == 0x38 || opcode == 0x3a) {
                next();
            } else if ((opcode == 0x78 || opcode == 0x79) && prefixed) {
                return null; // SSE4a has immediates here, which nobody uses
            }
        } else {
            form = ONE_BYTE.charAt(opcode);
            oneByte = true;
        }
        int relativeAt = at;
        if (!operands(form)) {
            return null;
        }
        return instruction(opcode, oneByte, form, opcodeAt, relativeAt);
    }

    private Instruction instruction(int opcode, boolean oneByte, char form, int opcodeAt, int relativeAt) {
        Kind kind = Kind.OTHER;
        if (oneByte && (opcode == 0xc3 || opcode == 0xc2)) {
            kind = Kind.RETURN;
        } else if (oneByte && (opcode == 0xe9 || opcode == 0xeb)) {
            kind = Kind.JUMP;
        } else if ((oneByte && ((opcode & 0xf0) == 0x70 || (opcode & 0xfc) == 0xe0)) || (!oneByte && form == 'j')) {
            kind = Kind.CONDITIONAL_JUMP;
        }
        int relative = 0;
        if (kind == Kind.JUMP || kind == Kind.CONDITIONAL_JUMP) {
            relative = at - relativeAt == 1 ? code[relativeAt] : int32(relativeAt);
        }
        return new Instruction(at - start, kind, relative, opcodeAt - start, vex);
    }

    /// Passes the prefixes.
    ///
    /// @return where the REX prefix is: only one right before the opcode counts; -1 if there is none
    private int prefixes() throws EndOfCode {
        int rexAt = -1;
        while (true) {
            int b = peek();
            if ((b & 0xf0) == 0x40) {
                rexAt = at;
            } else {
                switch (b) {
                    case 0x66 -> operand16 = true;
                    case 0x67 -> address32 = true;
                    case 0xf0, 0xf2, 0xf3 -> repeat = true;
                    case 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65 -> {}
                    default -> {
                        return rexAt;
                    }
                }
                rexAt = -1;
            }
            at++;
        }
    }

    /// Passes a VEX or EVEX prefix and its opcode (SDM volume 2, 2.3 and 2.7).
    private char vex(int escape) throws EndOfCode {
        int map = 1;
        if (escape == 0xc5) {
            next();
        } else {
            int first = next();
            int second = next();
            map = escape == 0xc4 ? first & 0x1f : first & 7;
            if (escape == 0x62) {
                if ((first & 8) != 0 || (second & 4) == 0) {
                    return 'x';
                }
                next();
            }
        }
        int opcode = next();
        return switch (map) {
            case 1 -> vexOne(opcode);
            case 2 -> 'm';
            case 3 -> 'M';
            case 5, 6 -> escape == 0x62 ? 'm' : 'x';
            default -> 'x';
        };
    }

    private static char vexOne(int opcode) {
        char form = TWO_BYTE.charAt(opcode);
        return opcode == 0x77 || form == 'm' || form == 'M' ? form : 'x';
    }

    /// Passes what follows the opcode.
    private boolean operands(char form) throws EndOfCode {
        int word = operand16 && !wide ? 2 : 4;
        switch (form) {
            case '.' -> {}
            case 'b' -> skip(1);
            case 'w' -> skip(2);
            case 'e' -> skip(3);
            case 'z' -> skip(word);
            case 'v' -> skip(wide ? 8 : word);
            case 'o' -> skip(address32 ? 4 : 8);
            case 'm' -> modRm();
            case 'M' -> {
                modRm();
                skip(1);
            }
            case 'Z' -> {
                modRm();
                skip(word);
            }
            case 'j' -> {
                if (word == 2) {
                    return false; // Intel reads 4 bytes, AMD 2
                }
                skip(4);
            }
            default -> {
                return group(form, word);
            }
        }
        return true;
    }

    /// Opcodes whose meaning the ModRM byte completes.
    private boolean group(char form, int word) throws EndOfCode {
        if (form == 'x' || form == 'p') {
            return false;
        }
        int modRm = peek();
        int reg = (modRm >> 3) & 7;
        modRm();
        return switch (form) {
            case 'T' -> skip(reg < 2 ? 1 : 0);
            case 'U' -> skip(reg < 2 ? word : 0);
            case 'g' -> skip(1) && (reg == 0 || modRm == 0xf8);
            case 'G' -> skip(word) && (reg == 0 || (modRm == 0xf8 && word == 4));
            case '8' -> reg == 0;
            case 'F' -> reg < 2;
            case 'H' -> reg < 7;
            default -> throw new AssertionError(form);
        };
    }

    /// Passes ModRM, SIB and displacement (SDM volume 2, table 2-2 and 2-3).
    private void modRm() throws EndOfCode {
        int modRm = next();
        int mod = modRm >> 6;
        int rm = modRm & 7;
        if (mod == 3) {
            return;
        }
        int base = rm == 4 ? next() & 7 : rm;
        if (mod == 1) {
            skip(1);
        } else if (mod == 2 || base == 5) {
            skip(4);
        }
    }

    private int peek() throws EndOfCode {
        if (at >= end) {
            throw new EndOfCode();
        }
        return code[at] & 0xff;
    }

    private int next() throws EndOfCode {
        int b = peek();
        at++;
        return b;
    }

    private boolean skip(int count) throws EndOfCode {
        if (count > end - at) {
            throw new EndOfCode();
        }
        at += count;
        return true;
    }

    private int int32(int i) {
        return (code[i] & 0xff) | (code[i + 1] & 0xff) << 8 | (code[i + 2] & 0xff) << 16 | code[i + 3] << 24;
    }

    /// The instruction does not fit; never leaves this class.
    private static final class EndOfCode extends Exception {
        private static final long serialVersionUID = 1;

        EndOfCode() {
            super(null, null, false, false);
        }
    }
}
