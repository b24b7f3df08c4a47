package dev.stet.procfs;

import java.util.function.Supplier;

/// An answer that is looked for when it is first asked for, and then kept. For one thread.
final class Once<T> {
    private final Supplier<T> source;
    private T answer;

    Once(Supplier<T> source) {
        this.source = source;
    }

    T get() {
        if (answer == null) {
            answer = source.get();
        }
        return answer;
    }
}
