package dev.stet.agent;

import dev.stet.probe.Attachment;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Closes links, many at once: each close waits tens of milliseconds for the kernel to be sure that no CPU is inside,
/// and those waits overlap.
final class Detacher implements AutoCloseable {
    /// Fifty at once were fifteen times faster than one after another (design.md); more gain little.
    private static final int THREADS = 64;

    private final ExecutorService threads;

    Detacher() {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                THREADS, THREADS, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Thread.ofPlatform()
                        .daemon()
                        .name("stet-detach-", 0)
                        .factory());
        pool.allowCoreThreadTimeOut(true);
        threads = pool;
    }

    /// Closes everything of these attachments.
    ///
    /// @return done when the last breakpoint is gone
    CompletableFuture<Void> detach(Collection<Attachment> attachments) {
        return CompletableFuture.allOf(attachments.stream()
                .flatMap(attachment -> attachment.links().stream())
                .map(link -> CompletableFuture.runAsync(link::close, threads))
                .toArray(CompletableFuture[]::new));
    }

    /// Lets what has begun end.
    @Override
    public void close() {
        threads.close();
    }
}
