package dev.stet.service;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// The last lines that the agent has said, for who was not there.
public final class RecentLog {
    private static final int MAX_LINES = 2000;
    private static final int MAX_CHARS = 256 * 1024;
    private static final int MAX_LINE = 2000;

    private final Clock clock;
    private final Broadcast broadcast;
    private final Deque<Line> lines = new ArrayDeque<>();
    private int chars;

    /// @param text one line, or a few
    public record Line(Instant at, String text) {}

    public RecentLog(Clock clock, Broadcast broadcast) {
        this.clock = clock;
        this.broadcast = broadcast;
    }

    /// The agent has said something.
    public void say(String text) {
        String kept = text.length() > MAX_LINE ? text.substring(0, MAX_LINE) + "..." : text;
        Line line = new Line(clock.instant(), kept);
        synchronized (this) {
            lines.add(line);
            chars += kept.length();
            while (lines.size() > MAX_LINES || chars > MAX_CHARS) {
                chars -= lines.remove().text.length();
            }
        }
        broadcast.log(line.at, line.text);
    }

    /// The last ones, the oldest first.
    public synchronized List<Line> last(int atMost) {
        return lines.stream().skip(Math.max(0, lines.size() - atMost)).toList();
    }
}
