package dev.stet.agent;

import dev.stet.kernel.TaskEvents;
import dev.stet.kernel.TaskEvents.TaskEvent;
import dev.stet.probe.ProcessExits;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/// Hears, on a thread of its own, of processes that begin, run programs, map files and end.
final class TaskFollower {
    /// Room for the records of a burst of forks on one CPU.
    private static final int TASK_PAGES = 256;

    private final TaskEvents tasks = new TaskEvents(TASK_PAGES);
    /// Empty until it is opened, and if the kernel does not tell how processes end.
    private Optional<ProcessExits> exits = Optional.empty();
    private final Processes processes;
    private final Consumer<AgentEvent> events;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("stet-tasks").unstarted(this::follow);
    private volatile boolean stopping;

    /// @throws IOException if the kernel does not tell
    TaskFollower(Processes processes, Consumer<AgentEvent> events) throws IOException {
        this.processes = processes;
        this.events = events;
        processes.beforeEnds(this::drainEnds);
    }

    /// Takes some tens of milliseconds, for which the start of everything else need not wait.
    private void openExits() {
        try {
            ProcessExits opened = new ProcessExits();
            synchronized (tasks) {
                exits = Optional.of(opened);
            }
        } catch (IOException | RuntimeException e) {
            events.accept(new AgentEvent.Notice(
                    "how processes end is not seen, so nothing is learned from it: " + e.getMessage()));
        }
    }

    void start() {
        thread.start();
    }

    private void follow() {
        try {
            drain();
            openExits();
            while (!stopping) {
                drain();
                tasks.await(1000);
            }
        } catch (IOException e) {
            events.accept(new AgentEvent.Notice("new processes are no longer noticed: " + e.getMessage()));
        }
    }

    /// Tells of everything that was until now.
    void drain() {
        synchronized (tasks) {
            if (!stopping) {
                drainExits();
                tasks.drain(this::take);
            }
        }
    }

    private void drainEnds() {
        synchronized (tasks) {
            if (!stopping) {
                drainExits();
            }
        }
    }

    private void drainExits() {
        exits.ifPresent(ended -> ended.drain(exit -> {
            try {
                processes.died(exit);
            } catch (RuntimeException | Error e) {
                events.accept(new AgentEvent.Notice("judging how " + exit.process() + " ended: " + e));
            }
        }));
    }

    private void take(TaskEvent event) {
        try {
            follow(event);
        } catch (RuntimeException | Error e) {
            // A mistake of Stet's about one event must not end the following of all.
            events.accept(new AgentEvent.Notice("following processes: " + e));
        }
    }

    private void follow(TaskEvent event) {
        if (event instanceof TaskEvent.Exec || event instanceof TaskEvent.Exit) {
            // Whoever starts a program again has seen it end before: so must Stet.
            drainExits();
        }
        switch (event) {
            case TaskEvent.Fork(int pid, int _, long _) -> processes.forked(pid);
            case TaskEvent.Exec(int pid, long nanos) -> processes.execed(pid, nanos);
            case TaskEvent.Mapped(int pid, String path, long _) -> processes.mapped(pid, path);
            case TaskEvent.Exit(int pid, long _) -> processes.exited(pid);
            case TaskEvent.Lost(long count) -> {
                events.accept(new AgentEvent.Notice(
                        "the kernel dropped " + count + " process events; looking at every process again"));
                var ignored = processes.rescan();
            }
        }
    }

    /// Tells nothing any more from here on.
    void stop() {
        synchronized (tasks) {
            stopping = true;
        }
    }

    void close() throws InterruptedException {
        tasks.wake();
        thread.join();
        tasks.close();
        exits.ifPresent(ProcessExits::close);
    }
}
