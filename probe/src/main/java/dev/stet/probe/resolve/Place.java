package dev.stet.probe.resolve;

import dev.stet.probe.compile.Word;
import java.util.List;

/// Where a value is, when the program runs.
public sealed interface Place {
    /// In memory of the target.
    record Memory(Word address) implements Place {}

    /// In words: registers, or words that were computed.
    record Words(List<Part> parts) implements Place {
        public Words {
            parts = List.copyOf(parts);
        }

        /// The whole value is this word's low bytes.
        public static Words of(Word word) {
            return new Words(List.of(new Part(0, 8, word)));
        }
    }

    /// Some bytes of a value.
    ///
    /// @param offset within the value, in bytes
    /// @param size 1 to 8 bytes
    /// @param word has them in its low bytes; what is above them may be anything
    record Part(long offset, int size, Word word) {}

    /// It cannot be had.
    ///
    /// @param why for a person, shown in place of the value: `optimised out`
    record Nowhere(String why) implements Place {}
}
