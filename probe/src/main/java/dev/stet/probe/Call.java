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
/// @param arguments what was taken at the entry
/// @param results what was taken at the return; empty unless it returned
/// @param stack return addresses at the entry, the innermost first; empty unless asked for
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

    /// How a call ended.
    public sealed interface End {
        /// Nobody looked.
        record NotFollowed() implements End {}

        /// By a RET. Times are CLOCK_MONOTONIC.
        record Returned(long nanos) implements End {}

        /// By a jump to another function, which returns in its place: there is a time, but no result.
        record TailCall(long nanos) implements End {}

        /// Without a return: its frame was left, and never came back to.
        ///
        /// @param nanos when it was left, or, if nobody saw that, when it was found out
        record Unwound(long nanos, Cause cause) implements End {}
    }

    /// What made a call end without a return.
    public enum Cause {
        /// A C++ exception or a Rust panic was thrown, and caught further out.
        EXCEPTION,
        LONGJMP,
        /// A Go panic, recovered further out.
        PANIC,
        /// Go's runtime.Goexit.
        GOEXIT,
        THREAD_ENDED,
        /// Another call began in its frame; why, nobody saw.
        UNKNOWN
    }

    /// Had the process run another program by then? Then it is nobody's call: the attachment was for the
    /// program before. The answer is right once every exec has been heard of that was before the call's end.
    public boolean isStale() {
        return attachment.isStaleAt(entryNanos);
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
