package dev.stet.agent;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// Answers to expensive questions, remembered whether they are answers or failures: a binary that cannot be
/// analysed is tried once. The least recently asked are forgotten.
final class Outcomes<K, V> {
    private final Map<K, CompletableFuture<Outcome<V>>> outcomes;

    /// What may fail.
    @FunctionalInterface
    interface Question<V> {
        V answer() throws IOException;
    }

    private sealed interface Outcome<V> {
        record Answer<V>(V value) implements Outcome<V> {}

        record Failure<V>(IOException why) implements Outcome<V> {}
    }

    Outcomes(int capacity) {
        outcomes = new LinkedHashMap<>(64, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, CompletableFuture<Outcome<V>>> eldest) {
                return size() > capacity;
            }
        };
    }

    /// The answer to the question that `key` stands for. Whoever asks first finds it; others who ask
    /// meanwhile wait.
    V get(K key, Question<V> question) throws IOException {
        CompletableFuture<Outcome<V>> mine = new CompletableFuture<>();
        CompletableFuture<Outcome<V>> known;
        synchronized (outcomes) {
            known = outcomes.putIfAbsent(key, mine);
        }
        if (known == null) {
            known = mine;
            try {
                mine.complete(new Outcome.Answer<>(question.answer()));
            } catch (IOException e) {
                mine.complete(new Outcome.Failure<>(e));
            } finally {
                if (!mine.isDone()) { // the key's text takes long to make
                    mine.completeExceptionally(new IllegalStateException("no outcome for " + key));
                }
            }
        }
        return switch (known.join()) {
            case Outcome.Answer<V> answer -> answer.value;
            // A new one, for each has its own stack; the message is all that callers use.
            case Outcome.Failure<V> failure -> throw new IOException(failure.why.getMessage(), failure.why);
        };
    }
}
