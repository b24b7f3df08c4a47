package dev.stet.binary.names;

/// Decodes identifiers that are not ASCII (RFC 3492, as RFC 2603 of Rust uses it: `_` for the delimiter).
final class Punycode {
    /// Identifiers are short, and decoding inserts, which is quadratic.
    private static final int MAX_CHARS = 500;

    private Punycode() {}

    static String decode(String text) throws Undecodable {
        int delimiter = text.lastIndexOf('_');
        String out = delimiter > 0 ? text.substring(0, delimiter) : "";
        int at = delimiter + 1;
        if (text.length() > MAX_CHARS || at >= text.length()) {
            throw Undecodable.name();
        }
        int[] points = new int[text.length()];
        int count = 0;
        for (; count < out.length(); count++) {
            points[count] = out.charAt(count);
        }
        long point = 128;
        long index = 0;
        int bias = 72;
        while (at < text.length()) {
            long delta = 0;
            long weight = 1;
            for (int k = 36; ; k += 36) {
                int digit = at < text.length() ? digit(text.charAt(at++)) : -1;
                delta += digit * weight;
                if (digit < 0 || delta > Integer.MAX_VALUE) {
                    throw Undecodable.name();
                }
                int threshold = Math.clamp(k - bias, 1, 26);
                if (digit < threshold) {
                    break;
                }
                weight *= 36 - threshold;
                if (weight > Integer.MAX_VALUE) {
                    throw Undecodable.name();
                }
            }
            index += delta;
            count++;
            bias = bias(delta, count, index == delta && point == 128);
            point += index / count;
            index %= count;
            if (!Character.isValidCodePoint((int) Math.min(point, Integer.MAX_VALUE))
                    || (point >= 0xd800 && point < 0xe000)) {
                throw Undecodable.name();
            }
            System.arraycopy(points, (int) index, points, (int) index + 1, count - 1 - (int) index);
            points[(int) index++] = (int) point;
        }
        return new String(points, 0, count);
    }

    private static int digit(char c) {
        return Cursor.isLower(c) ? c - 'a' : Cursor.isDigit(c) ? c - '0' + 26 : -1;
    }

    private static int bias(long delta, int count, boolean first) {
        long rest = first ? delta / 700 : delta / 2;
        rest += rest / count;
        int k = 0;
        while (rest > 455) {
            rest /= 35;
            k += 36;
        }
        return (int) (k + 36 * rest / (rest + 38));
    }
}
