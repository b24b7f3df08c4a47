package dev.stet.agent;

import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.facts.ProcessFacts;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// What is kept of a process's facts between two looks at it. Texts of its own making are read anew if they are long:
/// thousands of forks of a program with a megabyte of environment cost their owner nothing.
final class KeptFacts {
    /// All texts of one fact together. Few environments are longer.
    private static final int MAX_CHARS = 16 << 10;

    private KeptFacts() {}

    static ProcessFacts of(ProcessFacts facts) {
        ProcessFacts kept = facts;
        for (FactKey<?> key : List.of(FactKey.ARGS, FactKey.ENV, FactKey.LINKS)) {
            kept = isLong(kept.get(key)) ? without(kept, key) : kept;
        }
        return kept;
    }

    private static <T> ProcessFacts without(ProcessFacts facts, FactKey<T> key) {
        return facts.with(key, Fact.<T>notRead());
    }

    private static boolean isLong(Fact<?> fact) {
        return switch (fact) {
            case Fact.Known<?>(Map<?, ?> texts) -> length(texts.keySet()) + length(texts.values()) > MAX_CHARS;
            case Fact.Known<?>(Collection<?> texts) -> length(texts) > MAX_CHARS;
            case Fact.Known<?> _, Fact.Absent<?> _, Fact.Unreadable<?> _, Fact.NotRead<?> _ -> false;
        };
    }

    /// Each with what an object takes.
    private static long length(Collection<?> texts) {
        return texts.stream().mapToLong(text -> 32L + text.toString().length()).sum();
    }
}
