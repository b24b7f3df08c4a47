package dev.stet.agent;

import dev.stet.agent.AgentEvent.Detached.Why;
import dev.stet.facts.ProcessIdentity;
import dev.stet.kernel.Descriptor;
import dev.stet.probe.Attachment;
import dev.stet.probe.Markers;
import dev.stet.probe.Uprobes;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// Lets go of attachments, and counts what is planted and removed.
final class Releases implements AutoCloseable {
    private final Detacher detacher = new Detacher();
    private final Uprobes uprobes;
    private final Consumer<AgentEvent> sink;
    private final AtomicInteger planted = new AtomicInteger();
    private final AtomicInteger removed = new AtomicInteger();
    private final Set<ProcessIdentity> touched = ConcurrentHashMap.newKeySet();

    /// What was done so far.
    ///
    /// @param planted breakpoints
    /// @param removed breakpoints
    record Counts(int planted, int removed) {}

    Releases(Uprobes uprobes, Consumer<AgentEvent> sink) {
        this.uprobes = uprobes;
        this.sink = sink;
    }

    /// An attachment was made.
    ///
    /// @param since when it was decided, by [System#nanoTime]
    void planted(Attachment attachment, long since) {
        if (!Markers.isOnly(attachment)) {
            touched.add(attachment.process());
            planted.addAndGet(attachment.breakpoints());
            sink.accept(new AgentEvent.Attached(attachment, Duration.ofNanos(System.nanoTime() - since)));
        }
    }

    /// Lets go.
    ///
    /// @param since the moment that made them unwanted, by [System#nanoTime]
    /// @return done when the last breakpoint is gone
    CompletableFuture<Void> detach(Collection<Attachment> attachments, Why why, long since) {
        return all(attachments.stream()
                .map(attachment -> detacher.detach(List.of(attachment)).thenRun(() -> gone(attachment, why, since)))
                .toList());
    }

    /// Lets go of what was attached too late to be kept: nobody has heard of it.
    CompletableFuture<Void> drop(Attachment attachment) {
        return detacher.detach(List.of(attachment)).thenRun(() -> uprobes.forget(attachment));
    }

    /// Lets go of what a successor has replaced.
    ///
    /// @param at when its last call begins, by [System#nanoTime]
    /// @param calls may those under way still be seen to end?
    CompletableFuture<Void> detachReplaced(Attachment attachment, long at, boolean calls, long since) {
        return detacher.detachAt(attachment, at, calls).thenRun(() -> gone(attachment, Why.REPLACED, since));
    }

    /// Closes links that are nobody's attachment.
    CompletableFuture<Void> close(List<Descriptor> links) {
        return detacher.close(links);
    }

    private void gone(Attachment attachment, Why why, long since) {
        uprobes.forget(attachment);
        Duration took = Duration.ofNanos(System.nanoTime() - since);
        if (!Markers.isOnly(attachment)) {
            touched.add(attachment.process());
            removed.addAndGet(attachment.breakpoints());
            sink.accept(new AgentEvent.Detached(attachment, why, took));
        }
    }

    Counts counts() {
        return new Counts(planted.get(), removed.get());
    }

    /// Forgets which processes were changed.
    void countTouched() {
        touched.clear();
    }

    /// How many processes were changed since [#countTouched].
    int touched() {
        return touched.size();
    }

    static CompletableFuture<Void> all(Collection<CompletableFuture<Void>> futures) {
        return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new));
    }

    @Override
    public void close() {
        detacher.close();
    }
}
