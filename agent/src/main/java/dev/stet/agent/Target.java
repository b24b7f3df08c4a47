package dev.stet.agent;

import dev.stet.facts.Fact;
import dev.stet.facts.ProcessFacts;
import dev.stet.facts.ProcessIdentity;
import dev.stet.policy.Verdict;
import dev.stet.probe.Attachment;
import dev.stet.probe.Plan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// One process, from the moment it is known until it has ended. Only the thread that reconciles it changes
/// it, but for what is synchronized here.
final class Target {
    final ProcessIdentity identity;

    /// What is attached, and what was looked at and left: the files of this process, by where they are
    /// mapped from. Reset by an exec and by a new policy.
    final Map<FileKey, FileState> files = new HashMap<>();

    /// Its attachments were taken away in between: `files` is no longer what it says.
    volatile boolean forgetFiles;

    /// Done when what the last exec made stale is gone.
    volatile CompletableFuture<Void> afterExec = CompletableFuture.completedFuture(null);

    volatile ProcessFacts facts;
    volatile Verdict verdict;

    /// When the reconciliation began that `files` is of; an exec after that makes it another program's.
    long filesSince;

    private final List<Kept> attachments = new ArrayList<>();
    private final List<CompletableFuture<Void>> waiting = new ArrayList<>();
    private boolean running;
    private final long discovered = System.nanoTime();
    private long execNanos = Long.MIN_VALUE;

    /// Which file: what `/proc/PID/maps` says of it.
    record FileKey(String device, long inode, String path) {}

    /// What came of a file.
    ///
    /// @param permission what may be probed of it
    record FileState(Plan.Permission permission) {}

    /// @param begun when the reconciliation began that attached it
    private record Kept(Attachment attachment, long begun) {}

    Target(ProcessIdentity identity) {
        this.identity = identity;
    }

    /// The name people know the program by: the last component of its path, or what the process calls itself.
    String program() {
        ProcessFacts known = facts;
        if (known == null) {
            return "?";
        }
        if (known.exe() instanceof Fact.Known<String> exe) {
            return exe.value().substring(exe.value().lastIndexOf('/') + 1);
        }
        return known.comm().known().orElse("?");
    }

    /// Asks for a reconciliation that begins after this call.
    ///
    /// @param done completed when it has ended
    /// @return true if the caller is to run [#next] now, on some thread
    synchronized boolean ask(CompletableFuture<Void> done) {
        waiting.add(done);
        boolean mine = !running;
        running = true;
        return mine;
    }

    /// Who waits for the reconciliation that begins now; empty if nobody does, and then another call of
    /// [#ask] is needed.
    synchronized List<CompletableFuture<Void>> next() {
        List<CompletableFuture<Void>> now = List.copyOf(waiting);
        waiting.clear();
        running = !now.isEmpty();
        return now;
    }

    /// The process runs another program from this moment on. What was attached later than that is not
    /// touched: the exec may be heard of late.
    ///
    /// @return what was attached before, now stale; the caller is to close it
    synchronized List<Attachment> exec(long nanos) {
        execNanos = Math.max(execNanos, nanos);
        List<Attachment> stale = attachments.stream()
                .filter(kept -> kept.begun < nanos)
                .map(Kept::attachment)
                .toList();
        stale.forEach(attachment -> attachment.staleFrom(nanos));
        attachments.removeIf(kept -> kept.begun < nanos);
        return stale;
    }

    /// For how long it has been known to run its present program.
    synchronized Duration known() {
        return Duration.ofNanos(System.nanoTime() - Math.max(discovered, execNanos));
    }

    /// Was there an exec after this moment?
    synchronized boolean hasExecedSince(long nanos) {
        return nanos < execNanos;
    }

    /// Keeps an attachment, unless an exec came between.
    ///
    /// @param begun when the reconciliation began that attached it
    /// @return false if it is stale, from the exec on, and the caller's to close
    synchronized boolean keep(Attachment attachment, long begun) {
        if (begun < execNanos) {
            attachment.staleFrom(execNanos);
            return false;
        }
        attachments.add(new Kept(attachment, begun));
        return true;
    }

    /// What is attached; the caller is to close it.
    synchronized List<Attachment> takeAttachments() {
        List<Attachment> taken = attachments();
        attachments.clear();
        return taken;
    }

    synchronized List<Attachment> attachments() {
        return attachments.stream().map(Kept::attachment).toList();
    }
}
