package dev.stet.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;

/// Has the kernel kill this process unless it says in time that it is well: what others wait for then waits no longer.
/// A process that is stopped, or has every thread stuck, is killed all the same (timer_create(2)).
public final class KillTimer implements AutoCloseable {
    private static final int CLOCK_MONOTONIC = 1;
    private static final int SIGKILL = 9;
    /// struct sigevent; all but the first words is for threads.
    private static final int SIGEVENT_BYTES = 64;

    private static final int ITIMERSPEC_BYTES = 32;

    private final int timer;

    /// Not yet running.
    public KillTimer() throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment event = arena.allocate(SIGEVENT_BYTES, 8);
            event.set(ValueLayout.JAVA_INT, 8, SIGKILL);
            MemorySegment id = arena.allocate(4, 4);
            var ignored = Syscall.call(
                    "timer_create", Syscall.ABI.timerCreate, CLOCK_MONOTONIC, event.address(), id.address());
            timer = id.get(ValueLayout.JAVA_INT, 0);
        }
    }

    /// All is well: from now on it has this long again.
    public void reset(Duration time) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment spec = arena.allocate(ITIMERSPEC_BYTES, 8);
            spec.set(ValueLayout.JAVA_LONG, 16, time.toSeconds());
            spec.set(ValueLayout.JAVA_LONG, 24, time.toNanosPart());
            var ignored = Syscall.call("timer_settime", Syscall.ABI.timerSettime, timer, 0, spec.address(), 0);
        }
    }

    @Override
    public void close() {
        var ignored = Syscall.once(Syscall.ABI.timerDelete, timer);
    }
}
