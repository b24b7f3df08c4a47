package dev.stet.probe.decode;

import dev.stet.probe.Value;
import java.nio.charset.StandardCharsets;

/// Bytes as text.
final class Texts {
    private Texts() {}

    /// Of known length.
    static Value.Text whole(TakenBytes.Region region) {
        return text(region.copy(), region.size(), region.full());
    }

    /// Up to a NUL that ends it.
    ///
    /// @param max bytes that the take had room for: text that fills them may go on
    static Value.Text terminated(TakenBytes.Region region, int max) {
        byte[] bytes = region.copy();
        int length = untilNul(bytes);
        boolean ended = length < bytes.length && bytes.length < max;
        return text(bytes, length, ended ? length : -1);
    }

    /// Up to a NUL, or up to the end of where it is.
    static Value.Text inside(TakenBytes.Region region) {
        byte[] bytes = region.copy();
        int length = untilNul(bytes);
        boolean ended = length < bytes.length || bytes.length == region.full();
        return text(bytes, length, ended ? length : -1);
    }

    static Value.Text of(String text) {
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        return new Value.Text(text, length, length);
    }

    private static int untilNul(byte[] bytes) {
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return length;
    }

    private static Value.Text text(byte[] bytes, int length, long full) {
        int kept = full == length ? length : withoutHalf(bytes, length);
        return new Value.Text(new String(bytes, 0, kept, StandardCharsets.UTF_8), kept, full);
    }

    /// A character of several bytes that a cut went through is left out.
    private static int withoutHalf(byte[] bytes, int length) {
        int back = 1;
        while (back <= 3 && back <= length) {
            int lead = bytes[length - back] & 0xff;
            if (lead >= 0xc0) {
                int needed = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
                return needed > back ? length - back : length;
            }
            if (lead < 0x80) {
                break;
            }
            back++;
        }
        return length;
    }
}
