package dev.stet.probe.resolve;

import dev.stet.probe.compile.Word;
import dev.stet.probe.compile.Word.Operator;
import dev.stet.probe.resolve.UsdtOperand.Refused;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A register of x86-64 by the name that the assembler gives it, in one of its widths.
///
/// @param offset of the whole register in struct pt_regs (kernel `arch/x86/include/asm/ptrace.h`)
/// @param bytes 1, 2, 4 or 8: how much of it is meant
/// @param isHigh the second byte is meant: `ah`
record X86Register(int offset, int bytes, boolean isHigh) {
    private static final int RIP = 128;

    /// Where the probe's instruction is.
    static final Word INSTRUCTION_POINTER = new Word.Register(RIP);

    /// Those with a letter for a name: a, b, c, d.
    private static final Map<String, Integer> LETTERS = Map.of("a", 80, "b", 40, "c", 88, "d", 96);

    private static final Map<String, Integer> POINTERS = Map.of("si", 104, "di", 112, "bp", 32, "sp", 152);

    /// r8 to r15.
    private static final int[] NUMBERED = {72, 64, 56, 48, 24, 16, 8, 0};

    private static final Pattern LETTER = Pattern.compile("([re]?)([abcd])x|([abcd])([lh])");
    private static final Pattern POINTER = Pattern.compile("([re]?)(si|di|bp|sp)(l?)");
    private static final Pattern NUMBER = Pattern.compile("r(8|9|1[0-5])([dwbl]?)");
    private static final Pattern VECTOR = Pattern.compile("(xmm|ymm|zmm|mm|st|k)\\(?[0-9]{0,2}\\)?");

    /// @param name without the `%`
    /// @throws Refused if there is no such register, or probes do not see it
    static X86Register named(String name) throws Refused {
        Matcher letter = LETTER.matcher(name);
        if (letter.matches()) {
            return letter.group(2) != null
                    ? new X86Register(LETTERS.get(letter.group(2)), bytes(letter.group(1)), false)
                    : new X86Register(
                            LETTERS.get(letter.group(3)), 1, letter.group(4).equals("h"));
        }
        Matcher pointer = POINTER.matcher(name);
        if (pointer.matches() && (pointer.group(3).isEmpty() || pointer.group(1).isEmpty())) {
            int bytes = pointer.group(3).isEmpty() ? bytes(pointer.group(1)) : 1;
            return new X86Register(POINTERS.get(pointer.group(2)), bytes, false);
        }
        Matcher number = NUMBER.matcher(name);
        if (number.matches()) {
            return new X86Register(
                    NUMBERED[Integer.parseInt(number.group(1)) - 8], bytesOfNumbered(number.group(2)), false);
        }
        if (VECTOR.matcher(name).matches()) {
            throw new Refused("in " + name + ", which probes cannot see");
        }
        if (name.equals("rip")) {
            return new X86Register(RIP, 8, false);
        }
        throw UsdtOperand.notUnderstood("%" + name);
    }

    /// The word of a register that memory is addressed by.
    ///
    /// @param written with the `%`
    /// @throws Refused if it is no register of 64 bits
    static Word wide(String written) throws Refused {
        if (!written.startsWith("%")) {
            throw UsdtOperand.notUnderstood("(" + written + ")");
        }
        X86Register register = named(written.substring(1));
        if (register.bytes != 8) {
            throw new Refused("at an address of less than 64 bits, in " + UsdtOperand.shown(written));
        }
        return register.word();
    }

    /// The register's bytes, in the word's low ones.
    Word word() {
        Word whole = new Word.Register(offset);
        return isHigh ? whole.calculate(Operator.SHIFT_RIGHT_UNSIGNED, Word.of(8)) : whole;
    }

    private static int bytes(String prefix) {
        return switch (prefix) {
            case "r" -> 8;
            case "e" -> 4;
            default -> 2;
        };
    }

    private static int bytesOfNumbered(String suffix) {
        return switch (suffix) {
            case "" -> 8;
            case "d" -> 4;
            case "w" -> 2;
            default -> 1;
        };
    }
}
