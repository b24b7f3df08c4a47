package dev.stet.probe.unwind;

/// A call that will never return.
///
/// @param time when it was left: the time of the marker, else when that was found
public record Abandoned(UnderWay call, Cause cause, long time) {
    /// How it was left.
    public enum Cause {
        /// An exception of C++, or a panic of Rust.
        EXCEPTION,
        /// The thread was cancelled, or ended itself.
        FORCED_UNWIND,
        LONGJMP,
        /// A panic of Go.
        PANIC,
        /// Go's `runtime.Goexit`.
        GOEXIT,
        /// Its thread or process is gone.
        END,
        /// Nothing that is watched: a coroutine thrown away, say.
        UNKNOWN
    }
}
