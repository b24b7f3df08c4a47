package dev.stet.agent.audit;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Writes records down from a thread of its own, and never stops whoever adds them. While they cannot be written
/// (the disk is full, the directory is gone) they wait in memory, of which there is only so much; those that find
/// no room are lost, and that they are, how many and when becomes a record itself, at the place where they would
/// have been.
///
/// Records are taken together for a twentieth of a second and are then on the disk (fdatasync), so that nothing
/// older than that is lost by a crash of the machine, and nothing that was written by the end of Stet.
public final class AuditLog implements AutoCloseable {
    private static final int MAX_WAITING = 4096;
    private static final long MAX_WAITING_CHARS = 8 << 20;
    private static final int BATCH = 512;
    private static final long GATHER_MILLIS = 50;
    private static final long RETRY_MILLIS = 1000;
    private static final long END_MILLIS = 5000;

    private final AuditFile file;
    private final Who who;
    private final Clock clock;
    private final Consumer<String> say;
    private final int maxWaiting;
    private final Deque<AuditEntry> waiting = new ArrayDeque<>();
    private final Thread thread;
    private long waitingChars;
    private long lost;
    private long lostInAll;
    private Instant lostSince = Instant.MIN;
    private boolean closing;
    private boolean failing;

    /// @param who writes it
    /// @param say told once when it cannot be written any more, and once when it can again
    public AuditLog(AuditFile file, Who who, Clock clock, Consumer<String> say) {
        this(file, who, clock, say, MAX_WAITING);
    }

    AuditLog(AuditFile file, Who who, Clock clock, Consumer<String> say, int maxWaiting) {
        this.file = file;
        this.who = who;
        this.clock = clock;
        this.say = say;
        this.maxWaiting = maxWaiting;
        thread = Thread.ofPlatform().daemon().name("stet-audit").start(this::run);
    }

    /// Takes a record; returns at once.
    public synchronized void add(AuditEntry entry) {
        long chars = chars(entry);
        if (closing || waiting.size() >= maxWaiting || waitingChars + chars > MAX_WAITING_CHARS) {
            lostSince = lost == 0 ? entry.time() : lostSince;
            lost++;
            lostInAll++;
            return;
        }
        noteLost();
        waiting.add(entry);
        waitingChars += chars;
        notifyAll();
    }

    private static long chars(AuditEntry entry) {
        return entry.why().length() + entry.details().toString().length() + 200L;
    }

    /// Says what was lost, where it was.
    private void noteLost() {
        if (lost > 0) {
            AuditEntry gap = new AuditEntry(
                    clock.instant(),
                    "lost",
                    lost + (lost == 1 ? " record" : " records") + " found no room: the log could not be written",
                    Optional.empty(),
                    Optional.empty(),
                    new JsonText().number("count", lost).text("since", lostSince.toString()));
            lost = 0;
            waiting.add(gap);
            waitingChars += chars(gap);
        }
    }

    private void run() {
        try {
            while (awaitWork()) {
                writeOnce();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// @return false if there will be none any more
    private synchronized boolean awaitWork() throws InterruptedException {
        while (waiting.isEmpty() && !closing) {
            wait();
        }
        long pause = failing ? RETRY_MILLIS : GATHER_MILLIS;
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pause);
        for (long left = pause; left > 0 && !closing; left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())) {
            wait(left);
        }
        return !waiting.isEmpty() && !(closing && failing);
    }

    private void writeOnce() {
        List<AuditEntry> batch = first();
        try {
            file.append(batch, who);
            written(batch);
        } catch (IOException | RuntimeException | Error e) {
            failed(e); // whatever it is: it is tried again
        }
    }

    private synchronized List<AuditEntry> first() {
        List<AuditEntry> batch = new ArrayList<>();
        for (AuditEntry entry : waiting) {
            if (batch.size() == BATCH) {
                break;
            }
            batch.add(entry);
        }
        return batch;
    }

    private void written(List<AuditEntry> batch) {
        boolean again;
        long gone;
        synchronized (this) {
            batch.forEach(_ -> waitingChars -= chars(waiting.remove()));
            if (waiting.isEmpty()) {
                noteLost();
            }
            again = failing;
            failing = false;
            gone = lostInAll;
        }
        if (again) {
            say.accept("audit log " + file.path() + ": written again; " + gone + " records were lost");
        }
    }

    private void failed(Throwable e) {
        boolean first;
        synchronized (this) {
            first = !failing;
            failing = true;
        }
        if (first) {
            say.accept("audit log " + file.path() + ": cannot be written: " + why(e)
                    + "; going on without: what happens is kept in memory as far as there is room, and written when"
                    + " it can be");
        }
    }

    private static String why(Throwable e) {
        return switch (e) {
            case AccessDeniedException _ -> "permission denied";
            case NoSuchFileException _ -> "its directory is not there";
            default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
    }

    /// Writes what waits, for some seconds at most, and ends.
    @Override
    public void close() {
        synchronized (this) {
            if (closing) {
                return;
            }
            noteLost();
            closing = true;
            notifyAll();
        }
        try {
            thread.join(END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            if (!waiting.isEmpty()) {
                say.accept("audit log " + file.path() + ": " + waiting.size() + " records could not be written");
            }
        }
    }
}
