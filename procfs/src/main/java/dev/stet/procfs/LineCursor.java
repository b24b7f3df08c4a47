package dev.stet.procfs;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/// Reads the words of one line of bytes from left to right.
final class LineCursor {
    private final byte[] bytes;
    private final int end;
    private int at;

    LineCursor(byte[] bytes, int length) {
        this.bytes = bytes;
        this.end = length;
    }

    /// The next word: up to a space or the end, without it. Empty at the end of the line.
    String word() {
        int from = at;
        while (at < end && bytes[at] != ' ') {
            at++;
        }
        String word = new String(bytes, from, at - from, StandardCharsets.ISO_8859_1);
        at = Math.min(at + 1, end);
        return word;
    }

    /// A number up to `stop` or the end, both passed over.
    ///
    /// @param radix 10 or 16
    /// @return empty if something else stands there, or it does not fit 63 bits
    OptionalLong number(int radix, char stop) {
        long value = 0;
        int from = at;
        while (at < end && bytes[at] != stop) {
            int digit = Character.digit(bytes[at], radix);
            if (digit < 0 || value > (Long.MAX_VALUE - digit) / radix) {
                return OptionalLong.empty();
            }
            value = value * radix + digit;
            at++;
        }
        boolean any = at > from;
        if (at < end) {
            at++;
        }
        return any ? OptionalLong.of(value) : OptionalLong.empty();
    }

    /// A hexadecimal number of up to 64 bits, which is not negative though its type says so, up to `stop`, that
    /// passed over.
    ///
    /// @return empty if something else stands there, or it does not fit 64 bits
    OptionalLong address(char stop) {
        long value = 0;
        int from = at;
        while (at < end && bytes[at] != stop) {
            int digit = Character.digit(bytes[at], 16);
            if (digit < 0 || at - from == 16) {
                return OptionalLong.empty();
            }
            value = (value << 4) | digit;
            at++;
        }
        boolean any = at > from;
        if (at < end) {
            at++;
        }
        return any ? OptionalLong.of(value) : OptionalLong.empty();
    }

    void skipSpaces() {
        while (at < end && bytes[at] == ' ') {
            at++;
        }
    }

    /// All that is left, with those octal escapes resolved that the kernel makes of these characters; any
    /// other backslash is the text's own.
    String rest(String escaped) {
        return unescaped(bytes, at, end, escaped);
    }

    static String unescaped(byte[] bytes, int from, int to, String escaped) {
        ByteArrayOutputStream plain = new ByteArrayOutputStream(to - from);
        for (int at = from; at < to; at++) {
            int octal = bytes[at] == '\\' && to - at >= 4 ? octal(bytes, at + 1) : -1;
            if (octal >= 0 && escaped.indexOf(octal) >= 0) {
                plain.write(octal);
                at += 3;
            } else {
                plain.write(bytes[at]);
            }
        }
        return plain.toString(StandardCharsets.UTF_8);
    }

    private static int octal(byte[] bytes, int at) {
        int value = 0;
        for (int digit = 0; digit < 3; digit++) {
            int b = bytes[at + digit];
            if (b < '0' || b > '7') {
                return -1;
            }
            value = value * 8 + b - '0';
        }
        return value;
    }
}
