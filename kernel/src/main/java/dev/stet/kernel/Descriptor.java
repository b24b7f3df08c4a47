package dev.stet.kernel;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/// An open file descriptor of a kernel object: a map, a program, a link, an event. Closing it twice does
/// nothing.
public final class Descriptor implements AutoCloseable {
    private final int fd;
    private final String what;
    private final AtomicBoolean closed = new AtomicBoolean();

    Descriptor(long fd, String what) {
        this.fd = Math.toIntExact(fd);
        this.what = Objects.requireNonNull(what);
    }

    /// The number.
    ///
    /// @throws IllegalStateException if it is closed: another file may have the number by now
    public int fd() {
        if (closed.get()) {
            throw new IllegalStateException(what + " is closed");
        }
        return fd;
    }

    /// Closes it. For a link this detaches, and takes as long as the kernel needs to be sure that no CPU is
    /// inside: tens of milliseconds. Never call it on a virtual thread.
    @Override
    public void close() {
        if (!closed.getAndSet(true)) {
            Syscall.close(fd);
        }
    }

    @Override
    public String toString() {
        return what + " (fd " + fd + (closed.get() ? ", closed)" : ")");
    }
}
