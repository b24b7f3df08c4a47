package dev.stet.probe.redact;

import java.util.Optional;

/// Numbers of payment cards (ISO/IEC 7812): 13 to 19 digits, by a known issuer's prefix, whose check digit is
/// right; together, or in the groups in which they are printed, with spaces or hyphens.
final class CardNumbers {
    private static final int MIN_DIGITS = 13;
    private static final int MAX_DIGITS = 19;
    /// Digits of a group as it is printed: 4-4-4-4, 4-6-5, 4-6-4.
    private static final int MAX_GROUP = 6;

    private CardNumbers() {}

    /// @param at a digit that no digit is before
    static Optional<Secret> at(CharSequence text, int at) {
        if (!mayBegin(text, at) || !looksIssued(text, at)) {
            return Optional.empty();
        }
        StringBuilder digits = new StringBuilder(MAX_DIGITS + 1);
        int end = at;
        int group = 0;
        int groups = 1;
        char separator = 0;
        boolean printed = true;
        while (digits.length() <= MAX_DIGITS) {
            char c = Scan.at(text, end);
            if (Scan.isDigit(c)) {
                digits.append(c);
                group++;
                end++;
            } else if ((c == ' ' || c == '-')
                    && (separator == 0 || c == separator)
                    && Scan.isDigit(Scan.at(text, end + 1))
                    && group <= MAX_GROUP
                    && (groups > 1 || group == 4)) {
                printed &= group == 4 || groups == 2;
                separator = c;
                groups++;
                group = 0;
                end++;
            } else {
                break;
            }
        }
        printed &= groups == 1 || (groups == 3 ? group == 4 || group == 5 : group <= 4 && groups >= 4);
        return printed && mayEnd(text, end, separator) && isCard(digits)
                ? Optional.of(new Secret(at, end, "card number"))
                : Optional.empty();
    }

    /// Most numbers are not looked at any further: they are short, or begin otherwise, as years do.
    private static boolean looksIssued(CharSequence text, int at) {
        char first = text.charAt(at);
        return first >= '2'
                && first <= '6'
                && Scan.isDigit(Scan.at(text, at + 1))
                && !(first == '2' && text.charAt(at + 1) < '2')
                && Scan.isDigit(Scan.at(text, at + 2))
                && Scan.isDigit(Scan.at(text, at + 3));
    }

    /// Not within a word, a fraction, or a UUID.
    private static boolean mayBegin(CharSequence text, int at) {
        char before = Scan.at(text, at - 1);
        if (Scan.isWord(before) || before == '_' || before == '%') {
            return false;
        }
        return !((before == '.' || before == '-') && Scan.isWord(Scan.at(text, at - 2)));
    }

    private static boolean mayEnd(CharSequence text, int end, char separator) {
        char after = Scan.at(text, end);
        if (Scan.isWord(after) || after == '_') {
            return false;
        }
        boolean goesOn = after == '.' || after == '-' || (after == separator && separator != 0);
        return !(goesOn && Scan.isDigit(Scan.at(text, end + 1)));
    }

    private static boolean isCard(CharSequence digits) {
        int length = digits.length();
        return length >= MIN_DIGITS && length <= MAX_DIGITS && isIssued(digits, length) && isLuhn(digits);
    }

    private static boolean isIssued(CharSequence digits, int length) {
        int four = Integer.parseInt(digits, 0, 4, 10);
        int two = four / 100;
        int three = four / 10;
        return switch (two / 10) {
            case 4 -> length == 13 || length == 16 || length == 19;
            case 2 -> four >= 2221 && four <= 2720 && length == 16;
            case 3 ->
                ((two == 34 || two == 37) && length == 15)
                        || ((two == 36 || two == 38 || two == 39 || (three >= 300 && three <= 305)) && length == 14)
                        || (four >= 3528 && four <= 3589 && length >= 16);
            case 5 -> (two >= 51 && two <= 55 && length == 16) || four == 5018 || four == 5020 || four == 5038;
            case 6 ->
                length >= 16
                        && (two == 65 || two == 62 || four == 6011 || (three >= 644 && three <= 649) || four == 6759);
            default -> false;
        };
    }

    /// The check digit of ISO/IEC 7812-1, annex B.
    private static boolean isLuhn(CharSequence digits) {
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(digits.length() - 1 - i) - '0';
            int doubled = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
            sum += i % 2 == 1 ? doubled : digit;
        }
        return sum % 10 == 0;
    }
}
