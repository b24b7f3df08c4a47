package dev.stet.probe;

import java.util.List;
import java.util.OptionalLong;

/// One call that was seen.
///
/// @param attachment in whose process
/// @param point which function
/// @param tid the thread that made it
/// @param entryNanos CLOCK_MONOTONIC
/// @param end how it ended
/// @param arguments what was taken at the entry, in the order of the captures
/// @param results what was taken at the return; empty unless it returned
/// @param stack return addresses at the entry, the innermost first; empty if they were not asked for
public record Call(
        Attachment attachment,
        AttachPoint point,
        int tid,
        long entryNanos,
        End end,
        List<NamedValue> arguments,
        List<NamedValue> results,
        List<Long> stack) {
    public Call {
        arguments = List.copyOf(arguments);
        results = List.copyOf(results);
        stack = List.copyOf(stack);
    }

    /// How a call ended. Times are CLOCK_MONOTONIC.
    public sealed interface End {
        /// Nobody looked.
        record NotFollowed() implements End {}

        /// By a RET.
        record Returned(long nanos) implements End {}

        /// By a jump to another function, which returns in its place: there is a time, but no result.
        record TailCall(long nanos) implements End {}

        /// It was left in another way than by returning: there is no result.
        ///
        /// @param nanos when that was noticed, which may be later than it was
        record Unwound(long nanos, Cause cause) implements End {}
    }

    /// What left a call that did not return.
    public enum Cause {
        /// A C++ exception, or what is thrown by the same means.
        EXCEPTION,
        LONGJMP,
        /// A panic of Go, whether it was recovered further out or not.
        PANIC,
        /// `runtime.Goexit`.
        GOEXIT,
        /// Its thread or process is no more.
        THREAD_ENDED,
        /// A later call shows that it cannot be under way any more.
        UNKNOWN
    }

    /// Had the process run another program by then? Then it is nobody's call: the attachment was for the
    /// program before. The answer is right once every exec has been heard of that was before the call's end.
    public boolean isStale() {
        return attachment.isStaleAt(entryNanos);
    }

    /// Was it seen by two attachments, of which one takes the other's place, and is the other's to report?
    public boolean isOthers() {
        return attachment.isOthersAt(entryNanos);
    }

    /// From entry to end.
    public OptionalLong latencyNanos() {
        return switch (end) {
            case End.NotFollowed _ -> OptionalLong.empty();
            case End.Returned(long nanos) -> OptionalLong.of(nanos - entryNanos);
            case End.TailCall(long nanos) -> OptionalLong.of(nanos - entryNanos);
            case End.Unwound(long nanos, var _) -> OptionalLong.of(nanos - entryNanos);
        };
    }
}
