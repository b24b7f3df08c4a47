package dev.stet.service.store;

import java.util.ArrayList;
import java.util.List;

/// All calls of a minute, by process name and function. To count a call takes no memory but for the
/// first of its function, and there are only so many functions: what is more is counted together.
final class FunctionCounts {
    static final int MAX_FUNCTIONS = 1024;
    static final String OTHERS = "(others)";

    private static final int SLOTS = 4 * MAX_FUNCTIONS;

    private final Entry[] slots = new Entry[SLOTS];
    private final Entry others = new Entry(OTHERS, OTHERS);
    private int functions;
    private long calls;

    /// What is known of one function.
    static final class Entry {
        private final String process;
        private final String function;
        private final LatencyHistogram latencies = new LatencyHistogram();
        private long calls;
        private long timed;
        private long sum;
        private long max;

        private Entry(String process, String function) {
            this.process = process;
            this.function = function;
        }

        private void add(long nanos) {
            calls++;
            if (nanos >= 0) {
                timed++;
                sum += nanos;
                max = Math.max(max, nanos);
                latencies.add(nanos);
            }
        }

        String process() {
            return process;
        }

        String function() {
            return function;
        }

        long calls() {
            return calls;
        }

        /// Those of which it is known how long they took.
        long timed() {
            return timed;
        }

        /// Nanoseconds.
        long sum() {
            return sum;
        }

        /// Nanoseconds.
        long max() {
            return max;
        }

        LatencyHistogram latencies() {
            return latencies;
        }
    }

    /// A call was seen.
    ///
    /// @param nanos how long it took; below 0 if that is not known
    void add(String process, String function, long nanos) {
        calls++;
        entry(process, function).add(nanos);
    }

    private Entry entry(String process, String function) {
        int hash = process.hashCode() * 31 + function.hashCode();
        int slot = (hash ^ (hash >>> 16)) & (SLOTS - 1);
        while (slots[slot] != null) {
            Entry entry = slots[slot];
            if (entry.function.equals(function) && entry.process.equals(process)) {
                return entry;
            }
            slot = (slot + 1) & (SLOTS - 1);
        }
        if (functions == MAX_FUNCTIONS) {
            return others;
        }
        functions++;
        slots[slot] = new Entry(process, function);
        return slots[slot];
    }

    boolean isEmpty() {
        return calls == 0;
    }

    long calls() {
        return calls;
    }

    /// Those that were called.
    List<Entry> entries() {
        List<Entry> entries = new ArrayList<>(functions + 1);
        for (Entry entry : slots) {
            if (entry != null) {
                entries.add(entry);
            }
        }
        if (others.calls > 0) {
            entries.add(others);
        }
        return entries;
    }
}
