package dev.stet.probe.unwind;

/// What [Unwinds] asks about processes while it looks at calls.
public interface Target {
    /// Is the thread there? Asked of the main thread (`tid` = `pid`) it is: is the process there?
    boolean threadLives(int pid, int tid);

    /// The 8 bytes at an address of a process, where a call has its return address. Where that is not on the
    /// stack (aarch64), always [Slot.Unknown].
    Slot slot(int pid, long address);

    /// What is at an address.
    sealed interface Slot {
        /// It holds this now.
        record Holds(long word) implements Slot {}

        /// No memory is there any more.
        record Unmapped() implements Slot {}

        /// It could not be read, which says nothing.
        record Unknown() implements Slot {}
    }
}
