package dev.stet.binary.elf;

import dev.stet.binary.UsdtProbe.Argument;
import dev.stet.binary.UsdtProbe.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The arguments of a USDT probe: `-4@%eax 8@-16(%rbp) 4f@%xmm0 4@[sp, 12]` (SystemTap, user space probe
/// implementation; `sys/sdt.h`).
final class UsdtArguments {
    /// The macros go up to 12. What is behind is left out.
    private static final int MAX_ARGUMENTS = 16;

    /// Before the `@`: a minus if it is signed, the size in bytes, `f` if it is a floating-point number.
    private static final Pattern SIZE = Pattern.compile("(-?)([1248])(f?)@");

    private static final int DEFAULT_BYTES = 8;

    private UsdtArguments() {}

    /// Never fails: what is no size is part of the operand.
    static List<Argument> parse(String text) {
        List<Argument> arguments = new ArrayList<>();
        int at = 0;
        while (at < text.length() && arguments.size() < MAX_ARGUMENTS) {
            int end = end(text, at);
            String one = text.substring(at, end).strip();
            if (!one.isEmpty()) {
                arguments.add(argument(one));
            }
            at = end + 1;
        }
        return arguments;
    }

    /// The first space that is neither in brackets nor behind a comma.
    private static int end(String text, int from) {
        int depth = 0;
        char last = ' ';
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ' ' && depth <= 0 && last != ',') {
                return i;
            }
            depth += c == '[' || c == '(' ? 1 : c == ']' || c == ')' ? -1 : 0;
            last = c == ' ' ? last : c;
        }
        return text.length();
    }

    private static Argument argument(String text) {
        Matcher size = SIZE.matcher(text);
        if (!size.lookingAt()) {
            return new Argument(DEFAULT_BYTES, Kind.UNSIGNED, text);
        }
        Kind kind = !size.group(3).isEmpty() ? Kind.FLOAT : size.group(1).isEmpty() ? Kind.UNSIGNED : Kind.SIGNED;
        return new Argument(
                size.group(2).charAt(0) - '0', kind, text.substring(size.end()).strip());
    }
}
