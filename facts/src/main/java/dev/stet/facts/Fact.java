package dev.stet.facts;

import java.util.Optional;

/// Something read about a process. Known, absent and unreadable are three answers: a rule that needs an
/// unreadable fact cannot be decided, while an absent one simply does not match.
public sealed interface Fact<T> {
    /// It was read.
    record Known<T>(T value) implements Fact<T> {}

    /// It was looked for and is not there: a kernel thread has no executable, a binary may have no build ID.
    record Absent<T>() implements Fact<T> {}

    /// It could not be read, so nothing is known.
    ///
    /// @param why for a person, without the fact's name: `permission denied`
    record Unreadable<T>(String why) implements Fact<T> {}

    static <T> Fact<T> of(T value) {
        return new Known<>(value);
    }

    static <T> Fact<T> absent() {
        return new Absent<>();
    }

    static <T> Fact<T> unreadable(String why) {
        return new Unreadable<>(why);
    }

    /// The value, if it is known.
    default Optional<T> known() {
        return this instanceof Known<T> fact ? Optional.of(fact.value()) : Optional.empty();
    }
}
