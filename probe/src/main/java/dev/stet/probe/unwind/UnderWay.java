package dev.stet.probe.unwind;

/// A call that has begun and whose end nobody has seen.
///
/// @param function any number that tells functions apart
/// @param frame see [Owner]; two calls of one owner that are under way have different ones, but for one that
///     was called by a jump from the other
/// @param entry when it began, in nanoseconds of the kernel's clock
public record UnderWay(Owner owner, long function, long frame, long entry) {
    /// What one call only can be under way with.
    record Key(Owner owner, long function, long frame) {}

    Key key() {
        return new Key(owner, function, frame);
    }
}
