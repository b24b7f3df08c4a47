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
/// @param arguments one for each of the probe's entry captures
/// @param results one for each of its return captures; empty unless it returned
public record Call(
        Attachment attachment,
        AttachPoint point,
        int tid,
        long entryNanos,
        End end,
        List<Value> arguments,
        List<Value> results) {
    /// How a call ended.
    public sealed interface End {
        /// Nobody looked.
        record NotFollowed() implements End {}

        /// By a RET. Times are CLOCK_MONOTONIC.
        record Returned(long nanos) implements End {}

        /// By a jump to another function, which returns in its place: there is a time, but no result.
        record TailCall(long nanos) implements End {}
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
        };
    }
}
