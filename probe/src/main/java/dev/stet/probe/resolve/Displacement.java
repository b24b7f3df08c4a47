package dev.stet.probe.resolve;

import dev.stet.probe.resolve.UsdtOperand.Refused;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the assembler adds up when it knows where things are: `-8`, `0x10`, `counters`, `8+counters`,
/// `counters+-4`.
///
/// @param symbol empty if it is a number only
/// @param number in bytes, wrapping around at 64 bits
record Displacement(String symbol, long number) {
    /// Compilers write two.
    private static final int MAX_TERMS = 8;

    private static final Pattern TERM =
            Pattern.compile("([+-]*)(?:(0[xX][0-9a-fA-F]{1,16}|[0-9]{1,20})|([A-Za-z_.$][A-Za-z0-9_.$]*))");

    /// @throws Refused if it is no such sum
    static Displacement parse(String written) throws Refused {
        String text = written.replace(" ", "");
        Matcher term = TERM.matcher(text);
        String symbol = "";
        long number = 0;
        int at = 0;
        for (int terms = 0; at < text.length(); terms++) {
            term.region(at, text.length());
            if (terms == MAX_TERMS
                    || !term.lookingAt()
                    || (at > 0 && term.group(1).isEmpty())) {
                throw UsdtOperand.notUnderstood(written);
            }
            boolean negative = term.group(1).chars().filter(c -> c == '-').count() % 2 == 1;
            if (term.group(2) != null) {
                long value = number(term.group(2), written);
                number += negative ? -value : value;
            } else if (!symbol.isEmpty() || negative) {
                throw UsdtOperand.notUnderstood(written);
            } else {
                symbol = term.group(3);
            }
            at = term.end();
        }
        if (at == 0) {
            throw new Refused("in an operand that is empty");
        }
        return new Displacement(symbol, number);
    }

    private static long number(String digits, String written) throws Refused {
        try {
            return digits.startsWith("0x") || digits.startsWith("0X")
                    ? Long.parseUnsignedLong(digits.substring(2), 16)
                    : Long.parseUnsignedLong(digits);
        } catch (NumberFormatException e) {
            throw UsdtOperand.notUnderstood(written);
        }
    }
}
