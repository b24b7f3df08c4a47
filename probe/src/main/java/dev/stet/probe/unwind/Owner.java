package dev.stet.probe.unwind;

/// Whose call it is: what has a stack.
public sealed interface Owner {
    /// The process, as the host numbers it.
    int pid();

    /// A thread, for all code but Go's. Coroutines and signal handlers give it several stacks. Frames are stack
    /// pointers at the entry, so the further out, the higher.
    record NativeThread(int pid, int tid) implements Owner {}

    /// A goroutine, which has one stack, though that moves. Frames are distances to the stack's upper end, so
    /// the further out, the smaller.
    ///
    /// @param id its number, or the address of its descriptor
    record Goroutine(int pid, long id) implements Owner {}

    /// Is the first frame further out than the second, if both are on one stack?
    default boolean isOuter(long frame, long than) {
        return switch (this) {
            case NativeThread _ -> Long.compareUnsigned(frame, than) > 0;
            case Goroutine _ -> Long.compareUnsigned(frame, than) < 0;
        };
    }
}
