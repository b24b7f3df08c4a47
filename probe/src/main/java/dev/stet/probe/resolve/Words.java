package dev.stet.probe.resolve;

import dev.stet.probe.compile.Interpreter;
import dev.stet.probe.compile.Word;
import dev.stet.probe.compile.Word.Operator;
import java.util.OptionalLong;

/// Small words made of others.
final class Words {
    /// Parts of one word, those of its parts included. It keeps programs below what the kernel looks at, and
    /// whoever reads words from running for ever: a few `max` in each other would make millions.
    static final int MAX_PARTS = 2048;

    private static final Interpreter CONSTANTS =
            new Interpreter(_ -> 0, (_, _) -> OptionalLong.empty(), _ -> OptionalLong.empty(), 0, 0, 0);

    private Words() {}

    /// `left operator right`, computed here if both are known here.
    static Word of(Operator operator, Word left, Word right) {
        if (operator == Operator.ADD && right instanceof Word.Constant(long number)) {
            return left.plus(number);
        }
        Word word = left.calculate(operator, right);
        return left instanceof Word.Constant && right instanceof Word.Constant ? folded(word) : word;
    }

    private static Word folded(Word word) {
        OptionalLong value = CONSTANTS.evaluate(word);
        return value.isPresent() ? Word.of(value.getAsLong()) : word;
    }

    static Word shiftedRight(Word word, long bits) {
        return bits == 0 ? word : of(Operator.SHIFT_RIGHT_UNSIGNED, word, Word.of(bits));
    }

    static Word isZero(Word word) {
        return of(Operator.EQUAL, word, Word.of(0));
    }

    /// The lowest bytes of a word.
    ///
    /// @param size 1, 2, 4 or 8
    static Word extended(Word word, int size, boolean signed) {
        if (size == 8) {
            return word;
        }
        if (word instanceof Word.Load(var address, int bytes, var ignored) && bytes >= size) {
            return address.load(size, signed);
        }
        return bits(word, 0, 8 * size, signed);
    }

    /// Some bits of a word.
    ///
    /// @param shift of the lowest one
    /// @param width 1 to 64
    static Word bits(Word word, int shift, int width, boolean signed) {
        if (signed) {
            Word high = of(Operator.SHIFT_LEFT, word, Word.of(64 - width - shift));
            return of(Operator.SHIFT_RIGHT_SIGNED, high, Word.of(64 - width));
        }
        Word low = shiftedRight(word, shift);
        return (width + shift == 64 && shift > 0) || width == 64
                ? low
                : of(Operator.AND, low, Word.of((1L << width) - 1));
    }

    /// Has it no more parts than a word may have?
    static boolean isSmall(Word word) {
        return rest(word, MAX_PARTS) >= 0;
    }

    /// @return what is left of a number of parts; negative if it was not enough
    static int rest(Word word, int parts) {
        int left = parts - 1;
        for (Word part : word.parts()) {
            if (left < 0) {
                break;
            }
            left = rest(part, left);
        }
        return left;
    }
}
