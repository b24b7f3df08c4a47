package dev.stet.facts;

import java.util.Optional;
import java.util.function.Function;

/// Something about a process. A rule that needs a fact which is not known cannot be decided, while a fact that
/// is known to be absent simply does not match.
public sealed interface Fact<T> {
    /// It was read.
    record Known<T>(T value) implements Fact<T> {}

    /// It was looked for and is not there: a kernel thread has no executable, a binary may have no build ID.
    record Absent<T>() implements Fact<T> {}

    /// It was looked for and could not be read, or is on its way still, so nothing is known.
    ///
    /// @param why for a person, without the fact's name: `permission denied`
    record Unreadable<T>(String why) implements Fact<T> {}

    /// Nobody has looked for it yet: it is read when a rule turns on it.
    record NotRead<T>() implements Fact<T> {}

    static <T> Fact<T> of(T value) {
        return new Known<>(value);
    }

    static <T> Fact<T> absent() {
        return new Absent<>();
    }

    static <T> Fact<T> unreadable(String why) {
        return new Unreadable<>(why);
    }

    static <T> Fact<T> notRead() {
        return new NotRead<>();
    }

    /// The value, if it is known.
    default Optional<T> known() {
        return this instanceof Known<T> fact ? Optional.of(fact.value()) : Optional.empty();
    }

    /// What follows from the value; if there is none, the same lack of one.
    default <R> Fact<R> then(Function<? super T, Fact<R>> next) {
        return switch (this) {
            case Known<T>(var value) -> next.apply(value);
            case Absent<T> ignored -> absent();
            case Unreadable<T>(var why) -> unreadable(why);
            case NotRead<T> ignored -> notRead();
        };
    }

    /// The fact that the value makes known.
    default <R> Fact<R> map(Function<? super T, R> value) {
        return then(known -> of(value.apply(known)));
    }
}
