package dev.stet.binary.traits;

import dev.stet.binary.Hazard;
import dev.stet.binary.Language;
import java.util.Optional;

/// What a sign in a file tells: any of these.
///
/// @param runtime as people call it: `libstdc++`
record Meaning(Optional<Language> language, Optional<String> runtime, Optional<Hazard.Kind> hazard) {
    static Meaning of(Language language) {
        return new Meaning(Optional.of(language), Optional.empty(), Optional.empty());
    }

    static Meaning of(Language language, String runtime) {
        return new Meaning(Optional.of(language), Optional.of(runtime), Optional.empty());
    }

    static Meaning of(String runtime) {
        return new Meaning(Optional.empty(), Optional.of(runtime), Optional.empty());
    }

    static Meaning of(String runtime, Hazard.Kind hazard) {
        return new Meaning(Optional.empty(), Optional.of(runtime), Optional.of(hazard));
    }

    static Meaning of(Hazard.Kind hazard) {
        return new Meaning(Optional.empty(), Optional.empty(), Optional.of(hazard));
    }

    Meaning and(Hazard.Kind more) {
        return new Meaning(language, runtime, Optional.of(more));
    }
}
