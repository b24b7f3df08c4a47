package dev.stet.service;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// Somebody who watches: what is there for him and he has not taken yet. It is bounded: who is too slow
/// loses what is newest, and is told how much.
public final class Watcher {
    static final int MAX_LINES = 8192;
    static final int MAX_CHARS = 1 << 20;

    private final StreamRequest wanted;
    private final Runnable wake;
    private final Deque<String> lines = new ArrayDeque<>();
    private int chars;
    private long dropped;
    private long told;

    Watcher(StreamRequest wanted, Runnable wake) {
        this.wanted = wanted;
        this.wake = wake;
    }

    StreamRequest wanted() {
        return wanted;
    }

    void offer(String line) {
        synchronized (this) {
            if (lines.size() >= MAX_LINES || chars + line.length() > MAX_CHARS) {
                dropped++;
                return;
            }
            lines.add(line);
            chars += line.length();
        }
        wake.run();
    }

    /// What is there, in order.
    ///
    /// @param atMost characters, but one line at least if there is one
    public synchronized List<String> take(int atMost) {
        List<String> taken = new ArrayList<>();
        int length = 0;
        while (!lines.isEmpty() && (taken.isEmpty() || length + lines.peek().length() <= atMost)) {
            length += lines.peek().length();
            taken.add(lines.remove());
        }
        chars -= length;
        return taken;
    }

    /// How many lines were dropped since this was asked before.
    public synchronized long droppedSince() {
        long since = dropped - told;
        told = dropped;
        return since;
    }

    synchronized long dropped() {
        return dropped;
    }
}
