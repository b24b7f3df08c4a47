package dev.stet.kernel;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/// Reads a BPF ring buffer (kernel `kernel/bpf/ringbuf.c`). One thread reads; another may [#wake] it.
///
/// ```
/// consumer page (ours to write) | producer page | data | as much of it again as the largest record takes
/// ```
public final class RingReader implements AutoCloseable {
    private static final int BUSY = 1 << 31;
    private static final int DISCARD = 1 << 30;
    private static final int HEADER_BYTES = 8;
    private static final int PAGE_BYTES = Syscall.pageBytes();
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

    private final Descriptor ring;
    private final Wakeup wakeup;
    private final MemorySegment consumer;
    private final MemorySegment producer;
    private final MemorySegment data;
    private final long mask;

    /// Takes one record.
    @FunctionalInterface
    public interface Sink {
        /// @param data the ring's memory: valid until this returns
        /// @param at where the record's bytes begin in it
        /// @param length of the record, in bytes
        void accept(MemorySegment data, long at, int length);
    }

    /// @param ring a RINGBUF map, which stays the caller's to close
    /// @param bytes its size, a power of two
    /// @param largest bytes of a record at most. The kernel offers all of the data twice, so that no
    ///     record is ever cut; what is mapped counts as our memory
    public RingReader(Descriptor ring, int bytes, int largest) throws IOException {
        this.ring = ring;
        this.mask = bytes - 1L;
        wakeup = new Wakeup();
        consumer = Syscall.map(ring.fd(), 0, PAGE_BYTES, true);
        long again = Math.min(bytes, (largest + HEADER_BYTES + PAGE_BYTES - 1L) / PAGE_BYTES * PAGE_BYTES);
        MemorySegment rest = Syscall.map(ring.fd(), PAGE_BYTES, PAGE_BYTES + bytes + again, false);
        producer = rest;
        data = rest.asSlice(PAGE_BYTES);
    }

    /// Gives records that are ready to the sink, oldest first.
    ///
    /// @param max how many at most
    /// @return how many
    public int drain(int max, Sink sink) {
        int records = 0;
        long at = (long) LONG.get(consumer, 0L);
        while (records < max && at < (long) LONG.getAcquire(producer, 0L)) {
            long in = at & mask;
            int header = (int) INT.getAcquire(data, in);
            if ((header & BUSY) != 0) {
                break;
            }
            int length = header & ~(BUSY | DISCARD);
            if ((header & DISCARD) == 0) {
                sink.accept(data, in + HEADER_BYTES, length);
                records++;
            }
            at += HEADER_BYTES + (length + 7L & ~7L);
            LONG.setRelease(consumer, 0L, at);
        }
        return records;
    }

    /// Waits until there may be records, for so long at most, or until [#wake].
    public void await(long millis) throws IOException {
        Syscall.awaitReadable(millis, ring.fd(), wakeup.fd());
    }

    /// How full it is, in bytes.
    public long backlog() {
        return (long) LONG.getAcquire(producer, 0L) - (long) LONG.get(consumer, 0L);
    }

    /// Ends the wait of [#await], now and for ever.
    public void wake() {
        wakeup.wake();
    }

    /// To be called when nobody reads any more.
    @Override
    public void close() {
        wakeup.close();
        Syscall.unmap(consumer);
        Syscall.unmap(producer);
    }
}
