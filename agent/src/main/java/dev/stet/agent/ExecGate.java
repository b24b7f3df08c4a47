package dev.stet.agent;

import dev.stet.kernel.ExecHolds;
import dev.stet.kernel.KillTimer;
import dev.stet.kernel.SyscallException;
import dev.stet.procfs.MountPoint;
import dev.stet.procfs.ProcReader;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// Holds a probed process that is about to run another program until its probes are off, so that no breakpoint that
/// was meant for the old program ever lives in the new one. Everybody else is let go at once.
///
/// All programs of the machine that are started wait for one thread here. It does nothing but answer; and unless it
/// says every now and then that it does, the kernel kills Stet, which lets everybody go.
final class ExecGate implements AutoCloseable {
    /// A process is held for this long at most.
    static final Duration LIMIT = Duration.ofMillis(500);
    /// Without a sign of life for this long, Stet is killed.
    private static final Duration WEDGED = Duration.ofSeconds(5);

    private static final long IDLE_MILLIS = 500;
    private static final long BUSY_MILLIS = 10;
    /// How often new mounts are looked for.
    private static final Duration MOUNTS = Duration.ofSeconds(1);

    private final ExecHolds holds;
    private final KillTimer timer;
    private final ProcReader proc;
    private final Before before;
    private final Consumer<AgentEvent> sink;
    private final Map<Integer, Held> held = new ConcurrentHashMap<>();
    private final Set<String> marked = new HashSet<>();
    private final Set<Integer> looked = new HashSet<>();
    private final AtomicLong longest = new AtomicLong();
    private final AtomicLong count = new AtomicLong();
    private final AtomicLong late = new AtomicLong();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("stet-exec-gate").unstarted(this::run);
    private final ExecutorService others = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("stet-exec-", 0).factory());
    private CompletableFuture<Void> marking = CompletableFuture.completedFuture(null);
    private long mountsAt = Long.MIN_VALUE;
    private volatile boolean stopping;

    /// Takes the probes off a process.
    interface Before {
        /// Has it any? Answered at once.
        boolean isProbed(int pid);

        /// @return done when the last one is off
        CompletableFuture<Void> exec(int pid);

        /// Processes that have probes.
        List<Integer> probed();
    }

    /// @param since by [System#nanoTime]
    private record Held(int pid, long since) {}

    /// @throws IOException if the kernel cannot hold programs
    ExecGate(ProcReader proc, Before before, Consumer<AgentEvent> sink) throws IOException {
        this.proc = proc;
        this.before = before;
        this.sink = sink;
        holds = new ExecHolds();
        try {
            timer = new KillTimer();
        } catch (SyscallException e) {
            holds.close();
            throw e;
        }
    }

    void start() {
        thread.start();
    }

    private void run() {
        Optional<String> failure = Optional.empty();
        try {
            while (!stopping) {
                timer.reset(WEDGED);
                markSometimes();
                holds.await(held.isEmpty() ? IDLE_MILLIS : BUSY_MILLIS);
                holds.drain(this::held);
                letGoOverdue();
            }
        } catch (IOException | RuntimeException e) {
            failure = Optional.of(e.toString());
        } finally {
            held.keySet().forEach(this::letGo);
            timer.close();
            holds.close(); // which lets go whoever is not yet heard of
        }
        failure.ifPresent(why ->
                sink.accept(new AgentEvent.Notice("programs are not held any more before they are run: " + why)));
    }

    /// On this thread there is nothing but to answer; what may take its time is done on others.
    private void held(int pid, int fd) {
        if (!before.isProbed(pid)) {
            holds.letGo(fd);
            return;
        }
        held.put(fd, new Held(pid, System.nanoTime()));
        others.execute(() -> {
            var ignored = before.exec(pid).whenComplete((_, _) -> letGo(fd));
        });
    }

    /// @return false if it has been let go already
    private boolean letGo(int fd) {
        Held one = held.remove(fd);
        if (one == null) {
            return false;
        }
        holds.letGo(fd);
        var _ = count.incrementAndGet();
        var _ = longest.accumulateAndGet(System.nanoTime() - one.since, Math::max);
        return true;
    }

    private void letGoOverdue() {
        long now = System.nanoTime();
        held.forEach((fd, one) -> {
            if (now - one.since > LIMIT.toNanos() && letGo(fd)) {
                var _ = late.incrementAndGet();
                others.execute(() -> sink.accept(new AgentEvent.Notice(
                        "process %d runs another program before its probes are off: that takes more than %d ms"
                                .formatted(one.pid, LIMIT.toMillis()))));
            }
        });
    }

    private void markSometimes() {
        long now = System.nanoTime();
        if (marking.isDone() && (mountsAt == Long.MIN_VALUE || now - mountsAt > MOUNTS.toNanos())) {
            mountsAt = now;
            marking = CompletableFuture.runAsync(this::mark, others);
        }
    }

    /// Marks what is mounted where Stet is and where probed processes are.
    private void mark() {
        mark("self", "");
        Set<Integer> probed = Set.copyOf(before.probed());
        looked.retainAll(probed);
        Set<String> current = new HashSet<>();
        for (int pid : probed) {
            if (looked.add(pid)) {
                Optional<String> namespace = proc.mountNamespace(pid);
                if (namespace.isPresent() && current.add(namespace.get())) {
                    mark(Integer.toString(pid), "/proc/" + pid + "/root");
                }
            }
        }
    }

    private void mark(String pid, String root) {
        List<MountPoint> points = proc.mountPoints(pid);
        for (MountPoint point : points) {
            if (Binaries.isLocal(point.type()) && marked.add(point.device())) {
                try {
                    holds.mark(root + point.point());
                } catch (SyscallException e) {
                    // Something is mounted over it, or it is gone: another mount of it may be reached.
                    marked.remove(point.device());
                }
            }
        }
    }

    @Override
    public void close() {
        stopping = true;
        holds.wake();
        try {
            thread.join(LIMIT.toMillis() + IDLE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        others.shutdown();
        if (count.get() > 0) {
            sink.accept(new AgentEvent.Notice(
                    "%d processes were held before they ran another program, the longest for %d ms; %d of them had probes still"
                            .formatted(count.get(), longest.get() / 1_000_000, late.get())));
        }
    }
}
