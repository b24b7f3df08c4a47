package dev.stet.probe.resolve;

import dev.stet.probe.compile.Word;
import dev.stet.probe.resolve.UsdtOperand.Refused;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An operand of a USDT probe as compilers for aarch64 leave it: a register `x0` or `w0`, memory `[sp, 12]`, a
/// number `-1`.
final class ArmOperand {
    /// In struct pt_regs, behind x0 to x30 (kernel `arch/arm64/include/uapi/asm/ptrace.h`).
    private static final int SP = 248;

    private static final Pattern MEMORY = Pattern.compile("\\[([a-z0-9]+)(?:, *#?(-?[0-9]{1,9}))?\\]");
    private static final Pattern GENERAL = Pattern.compile("([xw])([0-9]|[12][0-9]|30)");
    private static final Pattern VECTOR = Pattern.compile("[bhsdqv][0-9]{1,2}");
    private static final Pattern NUMBER = Pattern.compile("#?([+-]?[0-9]{1,18})");

    private ArmOperand() {}

    static Word word(String text, int size, boolean signed) throws Refused {
        Matcher memory = MEMORY.matcher(text);
        if (memory.matches()) {
            long distance = memory.group(2) == null ? 0 : Long.parseLong(memory.group(2));
            return new Word.Load(register(memory.group(1)).plus(distance), size, signed);
        }
        Matcher number = NUMBER.matcher(text);
        if (number.matches()) {
            return UsdtOperand.extended(Word.of(Long.parseLong(number.group(1))), size, signed);
        }
        int bytes = text.startsWith("w") ? Math.min(size, 4) : size;
        return UsdtOperand.extended(register(text), bytes, signed);
    }

    private static Word register(String name) throws Refused {
        Matcher general = GENERAL.matcher(name);
        if (general.matches()) {
            return new Word.Register(8 * Integer.parseInt(general.group(2)));
        }
        if (VECTOR.matcher(name).matches()) {
            throw new Refused("in " + name + ", which probes cannot see");
        }
        return switch (name) {
            case "sp" -> new Word.Register(SP);
            case "xzr", "wzr" -> Word.of(0);
            default -> throw UsdtOperand.notUnderstood(name);
        };
    }
}
