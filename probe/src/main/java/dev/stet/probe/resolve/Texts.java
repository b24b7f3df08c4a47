package dev.stet.probe.resolve;

import dev.stet.probe.compile.Word;
import dev.stet.probe.compile.Word.Operator;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Comparing text of the target with text of an expression, a few bytes at a time.
final class Texts {
    /// As many reads of the target's memory as this makes are enough for one condition.
    private static final int MAX_BYTES = 64;

    private Texts() {}

    /// 1 if the text is just this.
    static Word equal(Stretch text, String expected, int at) throws Mistake {
        byte[] bytes = bytes(expected, at);
        if (text.length().isEmpty()) {
            return same(text.address(), Arrays.copyOf(bytes, bytes.length + 1)); // with its NUL
        }
        Word length = text.length().get().calculate(Operator.EQUAL, Word.of(bytes.length));
        return bytes.length == 0 ? length : new Word.Both(length, same(text.address(), bytes));
    }

    /// 1 if the text begins with this.
    static Word startsWith(Stretch text, String expected, int at) throws Mistake {
        byte[] bytes = bytes(expected, at);
        if (bytes.length == 0) {
            return Word.of(1);
        }
        Word begins = same(text.address(), bytes);
        return text.length()
                .<Word>map(length -> new Word.Both(
                        Word.of(bytes.length).calculate(Operator.LESS_OR_EQUAL_SIGNED, length), begins))
                .orElse(begins);
    }

    private static byte[] bytes(String text, int at) throws Mistake {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_BYTES) {
            throw new Mistake(at, "text of more than " + MAX_BYTES + " bytes is not compared in the kernel");
        }
        return bytes;
    }

    /// A text that ends earlier differs before anything behind it is read.
    private static Word same(Word address, byte[] bytes) {
        Word same = null;
        for (int done = 0; done < bytes.length; ) {
            int size = Integer.highestOneBit(Math.min(8, bytes.length - done));
            long expected = 0;
            for (int i = size - 1; i >= 0; i--) {
                expected = expected << 8 | bytes[done + i] & 0xff;
            }
            Word part = address.plus(done).load(size, false).calculate(Operator.EQUAL, Word.of(expected));
            same = same == null ? part : new Word.Both(same, part);
            done += size;
        }
        return same;
    }
}
