package dev.stet.probe.unwind;

import dev.stet.probe.unwind.Abandoned.Cause;
import dev.stet.probe.unwind.Marker.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// What one owner did of late that tells of its calls. Everything in it is bounded: what is forgotten makes an
/// answer come later, never wrong.
final class History {
    /// Of each kind of note. More than unwindings are usually nested.
    private static final int MAX_NOTES = 32;

    /// No stack has more, so an exception that is caught further away went somewhere else: glibc's default.
    private static final long MAX_STACK_BYTES = 8L << 20;

    private final Owner owner;
    private final Deque<Marker> markers = new ArrayDeque<>();
    private final List<Marker> raised = new ArrayList<>();
    private final Deque<Unwound> unwound = new ArrayDeque<>();
    private final Deque<Ended> ended = new ArrayDeque<>();

    /// Frames that an exception went through: from the one that threw it to the one that the handler's function
    /// called.
    private record Unwound(Marker raise, long handlerFrame, long time) {}

    /// A call that returned.
    private record Ended(long frame, long time) {}

    History(Owner owner) {
        this.owner = owner;
    }

    void add(Marker marker) {
        if (marker.kind() == Kind.CATCH) {
            caught(marker);
            return;
        }
        keep(markers, marker);
        if (marker.kind() == Kind.RAISE) {
            raised.add(marker);
            if (raised.size() > MAX_NOTES) {
                raised.removeFirst();
            }
        }
    }

    /// The handler of the exception that was thrown last, for destructors catch what they throw. Those that
    /// nobody was seen to catch stay behind: they are never the last when one is caught.
    private void caught(Marker handler) {
        if (raised.isEmpty()) {
            return;
        }
        Marker last = raised.removeLast();
        long distance = handler.frame() - last.frame();
        if (owner.isOuter(last.frame(), handler.frame()) || Math.abs(distance) > MAX_STACK_BYTES) {
            raised.clear();
        } else {
            keep(unwound, new Unwound(last, handler.frame(), handler.time()));
        }
    }

    private boolean isBetween(long inner, long frame, long outer) {
        return !owner.isOuter(inner, frame) && !owner.isOuter(frame, outer);
    }

    void returned(long frame, long time) {
        keep(ended, new Ended(frame, time));
    }

    private static <T> void keep(Deque<T> notes, T note) {
        notes.addLast(note);
        if (notes.size() > MAX_NOTES) {
            notes.removeFirst();
        }
    }

    /// Has an exception that was caught gone through the call?
    ///
    /// @param after what was thrown before does not count
    /// @param until what happened later does not count
    boolean exceptionWentThrough(UnderWay call, long after, long until) {
        return unwound.stream()
                .anyMatch(each -> each.raise.time() > after && each.time <= until && wentThrough(each, call));
    }

    /// When a handler begins, nothing is left of what is further in on its stack, when ever that began.
    private boolean wentThrough(Unwound each, UnderWay call) {
        return call.entry() < each.time && isBetween(each.raise.frame(), call.frame(), each.handlerFrame);
    }

    /// Has the goroutine begun to end, in this call?
    boolean goexitIn(UnderWay call, long until) {
        return markers.stream()
                .anyMatch(each -> each.kind() == Kind.GOEXIT && each.time() <= until && happenedIn(each, call));
    }

    /// Has a call further out returned since the call began? Where there is one stack, none within it is left.
    boolean outerReturned(UnderWay call, long until) {
        return ended.stream()
                .anyMatch(each ->
                        each.time > call.entry() && each.time <= until && owner.isOuter(each.frame, call.frame()));
    }

    /// Did anything happen in the call that may have ended it?
    boolean mayHaveLeft(UnderWay call) {
        return cause(call).isPresent();
    }

    /// The first thing that happened in the call and may have ended it: no exception that was caught within it. What
    /// came later was most often in other calls, whose frames are where the call's own was.
    Optional<Marker> cause(UnderWay call) {
        return markers.stream()
                .filter(each -> happenedIn(each, call) && !wasCaughtWithin(each, call))
                .findFirst();
    }

    private boolean happenedIn(Marker marker, UnderWay call) {
        return marker.time() > call.entry() && !owner.isOuter(marker.frame(), call.frame());
    }

    private boolean wasCaughtWithin(Marker marker, UnderWay call) {
        return unwound.stream().anyMatch(each -> each.raise.equals(marker) && !wentThrough(each, call));
    }

    static Cause causeOf(Marker marker) {
        return switch (marker.kind()) {
            case RAISE, CATCH -> Cause.EXCEPTION;
            case FORCED_UNWIND -> Cause.FORCED_UNWIND;
            case LONGJMP -> Cause.LONGJMP;
            case PANIC -> Cause.PANIC;
            case GOEXIT -> Cause.GOEXIT;
        };
    }
}
