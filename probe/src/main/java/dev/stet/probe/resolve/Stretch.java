package dev.stet.probe.resolve;

import dev.stet.probe.compile.Word;
import java.util.Optional;

/// Text of the target, as words.
///
/// @param address where it begins
/// @param length in bytes; empty if it ends at its NUL
public record Stretch(Word address, Optional<Word> length) {
    /// Text of known length.
    public Stretch(Word address, Word length) {
        this(address, Optional.of(length));
    }
}
