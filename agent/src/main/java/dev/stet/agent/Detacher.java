package dev.stet.agent;

import dev.stet.kernel.Descriptor;
import dev.stet.probe.Attachment;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

/// Closes links, many at once: each close waits tens of milliseconds for the kernel to be sure that no CPU
/// is inside, and those waits overlap.
final class Detacher implements AutoCloseable {
    /// Fifty at once were fifteen times faster than one after another (design.md); more gain little.
    private static final int THREADS = 64;
    /// The kernel takes the breakpoints out within this time of a close, and then waits for much longer.
    private static final long GRACE_MILLIS = 20;

    /// After a successor has taken over, calls that began before may still end for so long.
    private static final long CALLS_MILLIS = 500;

    private final ExecutorService threads;

    Detacher() {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                5,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name("stet-detach-", 0).factory());
        pool.allowCoreThreadTimeOut(true);
        threads = pool;
    }

    /// Closes everything of these attachments: entries at once, exits a moment later, when no new calls
    /// begin and short ones have ended.
    ///
    /// @return done when the last breakpoint is gone
    CompletableFuture<Void> detach(Collection<Attachment> attachments) {
        Executor later = CompletableFuture.delayedExecutor(GRACE_MILLIS, TimeUnit.MILLISECONDS, threads);
        Stream<CompletableFuture<Void>> entries = links(attachments, Attachment.Links::entries)
                .map(link -> CompletableFuture.runAsync(link::close, threads));
        Stream<CompletableFuture<Void>> exits =
                links(attachments, Attachment.Links::exits).map(link -> CompletableFuture.runAsync(link::close, later));
        return CompletableFuture.allOf(Stream.concat(entries, exits).toArray(CompletableFuture[]::new));
    }

    /// Closes everything of an attachment that another one has replaced.
    ///
    /// @param at when, by [System#nanoTime]
    /// @param calls leave those that are under way some time to end
    CompletableFuture<Void> detachAt(Attachment attachment, long at, boolean calls) {
        long nanos = Math.max(at - System.nanoTime(), 0);
        long exitNanos = nanos + TimeUnit.MILLISECONDS.toNanos(calls ? CALLS_MILLIS : GRACE_MILLIS);
        Stream<CompletableFuture<Void>> entries = attachment.links().entries().stream()
                .map(link -> CompletableFuture.runAsync(link::close, after(nanos)));
        Stream<CompletableFuture<Void>> exits = attachment.links().exits().stream()
                .map(link -> CompletableFuture.runAsync(link::close, after(exitNanos)));
        return CompletableFuture.allOf(Stream.concat(entries, exits).toArray(CompletableFuture[]::new));
    }

    private Executor after(long nanos) {
        return CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS, threads);
    }

    /// Closes links that are nobody's attachment.
    CompletableFuture<Void> close(List<Descriptor> links) {
        return CompletableFuture.allOf(links.stream()
                .map(link -> CompletableFuture.runAsync(link::close, threads))
                .toArray(CompletableFuture[]::new));
    }

    private static Stream<Descriptor> links(
            Collection<Attachment> attachments, Function<Attachment.Links, List<Descriptor>> which) {
        return attachments.stream().flatMap(attachment -> which.apply(attachment.links()).stream());
    }

    /// Lets what has begun end.
    @Override
    public void close() {
        threads.close();
    }
}
