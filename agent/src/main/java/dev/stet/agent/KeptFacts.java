package dev.stet.agent;

import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.facts.ProcessFacts;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// What is kept of a process's facts between two looks at it. Texts of its own making are read anew if they are long:
/// thousands of forks of a program with a megabyte of environment cost their owner nothing, and the usual
/// environment of 500 processes would be 4 MB, for a look that takes 50 microseconds.
final class KeptFacts {
    /// All texts of arguments or of an environment together.
    private static final int MAX_CHARS = 1 << 10;
    /// Of the names of libraries, which take longer to read.
    private static final int MAX_LINKS_CHARS = 16 << 10;

    private KeptFacts() {}

    static ProcessFacts of(ProcessFacts facts) {
        ProcessFacts kept = facts;
        for (FactKey<?> key : List.of(FactKey.ARGS, FactKey.ENV)) {
            kept = isLong(kept.get(key), MAX_CHARS) ? without(kept, key) : kept;
        }
        return isLong(kept.get(FactKey.LINKS), MAX_LINKS_CHARS) ? without(kept, FactKey.LINKS) : kept;
    }

    private static <T> ProcessFacts without(ProcessFacts facts, FactKey<T> key) {
        return facts.with(key, Fact.<T>notRead());
    }

    private static boolean isLong(Fact<?> fact, int most) {
        return switch (fact) {
            case Fact.Known<?>(Map<?, ?> texts) -> length(texts.keySet()) + length(texts.values()) > most;
            case Fact.Known<?>(Collection<?> texts) -> length(texts) > most;
            case Fact.Known<?> _, Fact.Absent<?> _, Fact.Unreadable<?> _, Fact.NotRead<?> _ -> false;
        };
    }

    /// Each with what an object takes.
    private static long length(Collection<?> texts) {
        return texts.stream().mapToLong(text -> 32L + text.toString().length()).sum();
    }
}
