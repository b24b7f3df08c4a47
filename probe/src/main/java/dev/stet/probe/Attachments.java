package dev.stet.probe;

import dev.stet.facts.ProcessIdentity;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The attachments that there are, by the numbers that cookies have of them. Those that are closed are still known
/// for a while, for the records that were under way; then nothing is left of them.
final class Attachments {
    /// Closed ones that are known, and how many points these may have together.
    private static final int MAX_CLOSED = 4096;

    private static final int MAX_CLOSED_POINTS = 1 << 20;

    private final Map<Integer, Attachment> all = new LinkedHashMap<>();
    private final Set<Integer> closed = new HashSet<>();
    private final Deque<Attachment> byClosing = new ArrayDeque<>();
    private int closedPoints;
    private int last;

    /// A new one, whose points are yet to be attached.
    synchronized Attachment add(
            ProcessIdentity process, String program, String path, List<AttachPoint> points, Attachment.Span span) {
        do {
            last++; // after billions they begin again
        } while (last == 0 || all.containsKey(last));
        Attachment attachment = new Attachment(last, process, program, path, points, span);
        all.put(last, attachment);
        return attachment;
    }

    /// Whom a cookie is of.
    ///
    /// @return empty if it was closed thousands of attachments ago
    synchronized Optional<Attachment> of(long cookie) {
        return Optional.ofNullable(all.get((int) (cookie >>> 32)));
    }

    /// Those that are not closed, and those that are just being made.
    synchronized List<Attachment> live() {
        return all.values().stream().filter(each -> !closed.contains(each.id())).toList();
    }

    /// Is it known, and not closed?
    synchronized boolean isLive(long cookie) {
        int id = (int) (cookie >>> 32);
        return all.containsKey(id) && !closed.contains(id);
    }

    /// It is closed.
    ///
    /// @return false if it was before
    synchronized boolean close(Attachment attachment) {
        if (!all.containsKey(attachment.id()) || !closed.add(attachment.id())) {
            return false;
        }
        byClosing.add(attachment);
        closedPoints += attachment.planned().size();
        while (byClosing.size() > MAX_CLOSED || (closedPoints > MAX_CLOSED_POINTS && byClosing.size() > 1)) {
            Attachment oldest = byClosing.remove();
            closed.remove(oldest.id());
            all.remove(oldest.id());
            closedPoints -= oldest.planned().size();
        }
        return true;
    }
}
