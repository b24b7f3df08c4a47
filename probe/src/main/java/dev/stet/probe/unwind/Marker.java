package dev.stet.probe.unwind;

/// Something happened that may leave functions without a return.
///
/// @param time in nanoseconds of the kernel's clock
/// @param frame of the run-time library's function that does it
public record Marker(Owner owner, long time, Kind kind, long frame) {
    /// What happened.
    public enum Kind {
        /// An exception is thrown: `_Unwind_RaiseException`, which `__cxa_throw` and `throw;` call too. Each is to
        /// be marked once: it is paired with its handler.
        RAISE,
        /// A handler of C++ begins: `__cxa_begin_catch`.
        CATCH,
        /// A thread is cancelled or ends itself: `_Unwind_ForcedUnwind`.
        FORCED_UNWIND,
        /// `longjmp`, `siglongjmp`, `__longjmp_chk`.
        LONGJMP,
        /// Go: `runtime.gopanic`.
        PANIC,
        /// Go: `runtime.Goexit`.
        GOEXIT
    }
}
