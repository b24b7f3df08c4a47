package dev.stet.probe.resolve;

import dev.stet.probe.compile.Word;
import java.util.Optional;

/// Names that mean the same everywhere, if nothing of the program has them.
final class BuiltIn {
    private BuiltIn() {}

    static Optional<Meaning> named(String name) {
        return switch (name) {
            case "pid" -> Optional.of(signed(new Word.ProcessId()));
            case "tid" -> Optional.of(signed(new Word.ThreadId()));
            case "true" -> Optional.of(Meaning.Number.truth(Word.of(1)));
            case "false" -> Optional.of(Meaning.Number.truth(Word.of(0)));
            case "nil" -> Optional.of(new Meaning.Number(Word.of(0), Shape.Kind.ADDRESS, Meaning.Rank.CONSTANT));
            default -> Optional.empty();
        };
    }

    private static Meaning signed(Word word) {
        return new Meaning.Number(word, Shape.Kind.SIGNED, Meaning.Rank.SIGNED);
    }
}
