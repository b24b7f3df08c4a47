package dev.stet.probe.resolve;

import dev.stet.probe.ExpressionException;
import dev.stet.probe.compile.Word;
import dev.stet.probe.compile.Word.Operator;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalLong;

/// Compares text of the target with text that was written, some bytes at a time. It never looks behind the
/// end of the text: what is there may not be readable.
final class TextMatch {
    /// Longer constants make programs long.
    static final int MAX_BYTES = 64;

    private static final int PAGE_BYTES = 4096;

    private final byte[] wanted;

    private TextMatch(byte[] wanted) {
        this.wanted = wanted;
    }

    private static TextMatch of(String wanted, Spot spot) throws ExpressionException {
        byte[] bytes = wanted.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_BYTES) {
            throw spot.error("text is compared with at most " + MAX_BYTES + " bytes; these are " + bytes.length);
        }
        return new TextMatch(bytes);
    }

    /// 1 if the text is this, else 0. A null pointer is no text, not even an empty one.
    ///
    /// @param room what the text is in, in bytes: if it fills that, it has no NUL
    static Word equal(Stretch text, OptionalLong room, String wanted, Spot spot) throws ExpressionException {
        TextMatch match = of(wanted, spot);
        long length = match.wanted.length;
        if (room.isPresent() && length >= room.getAsLong()) {
            return length > room.getAsLong() || length == 0 ? Word.of(0) : match.chunks(text.address());
        }
        if (text.length().isPresent()) {
            Word same = Words.of(Operator.EQUAL, text.length().get(), Word.of(match.wanted.length));
            return match.wanted.length == 0 ? same : new Word.Both(same, match.chunks(text.address()));
        }
        byte[] terminated = Arrays.copyOf(match.wanted, match.wanted.length + 1);
        return new Word.Both(text.address(), new TextMatch(terminated).careful(text.address()));
    }

    /// 1 if the text begins so, else 0.
    static Word begins(Stretch text, String wanted, Spot spot) throws ExpressionException {
        TextMatch match = of(wanted, spot);
        if (match.wanted.length == 0) {
            return Word.of(1);
        }
        if (text.length().isPresent()) {
            Word enough = Words.of(
                    Operator.LESS_OR_EQUAL_SIGNED,
                    Word.of(match.wanted.length),
                    text.length().get());
            return new Word.Both(enough, match.chunks(text.address()));
        }
        return new Word.Both(text.address(), match.careful(text.address()));
    }

    /// The text may end before the bytes do, and the memory with it: then one byte after the other. Memory
    /// ends at the end of a page.
    private Word careful(Word address) {
        if (wanted.length == 1) {
            return chunks(address);
        }
        Word inPage = Words.of(Operator.AND, address, Word.of(PAGE_BYTES - 1));
        Word together = Words.of(Operator.LESS_OR_EQUAL_UNSIGNED, inPage, Word.of(PAGE_BYTES - wanted.length));
        return new Word.Choice(together, chunks(address), chunks(address, 0, 1));
    }

    private Word chunks(Word address) {
        return chunks(address, 0, 8);
    }

    /// The bytes from `at`, at most so many at a time.
    private Word chunks(Word address, int at, int most) {
        int bytes = Math.min(most, Integer.highestOneBit(wanted.length - at));
        byte[] chunk = Arrays.copyOf(Arrays.copyOfRange(wanted, at, at + bytes), 8);
        long value = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN).getLong();
        Word same = Words.of(Operator.EQUAL, address.plus(at).load(bytes, false), Word.of(value));
        int next = at + bytes;
        return next == wanted.length ? same : new Word.Both(same, chunks(address, next, most));
    }
}
