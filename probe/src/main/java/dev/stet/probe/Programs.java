package dev.stet.probe;

import dev.stet.bpf.Program;
import dev.stet.kernel.Bpf;
import dev.stet.kernel.Btf;
import dev.stet.kernel.Descriptor;
import dev.stet.kernel.VerifierException;
import dev.stet.probe.compile.ProgramWriter;
import dev.stet.probe.compile.Recording;
import dev.stet.probe.compile.TooComplexException;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// The programs of recordings: loaded when they are wanted, and kept for the next who wants the same. The kernel
/// keeps a program as long as a link has it, so a descriptor is needed only from loading to linking; those that
/// nobody asked for lately are closed. Safe for use by several threads, which load at the same time.
final class Programs implements AutoCloseable {
    private final Maps maps;
    private final boolean multi;
    private final int capacity;
    /// By when they were wanted last.
    private final Map<Recording, Entry> entries = new LinkedHashMap<>(64, 0.75f, true);

    private OptionalInt fsBase;
    private boolean closed;

    /// What came of loading. Refusals are kept, too: the verifier may take a second over one.
    sealed interface Outcome {
        /// @param exit empty if ends are not followed
        record Loaded(Descriptor entry, Optional<Descriptor> exit) implements Outcome {}

        /// It does not fit into what BPF gives a program.
        record TooComplex(String why) implements Outcome {}

        /// @param telling what the kernel's verifier says
        record Rejected(String telling) implements Outcome {}
    }

    /// How many use it, which the map's lock guards, and what it is, which its own does.
    private static final class Entry {
        private int leases;
        private boolean dropped;
        private Outcome outcome;

        void close() {
            if (outcome instanceof Outcome.Loaded(var entry, var exit)) {
                entry.close();
                exit.ifPresent(Descriptor::close);
            }
        }
    }

    /// Programs that stay open until this is closed.
    final class Lease implements AutoCloseable {
        private final Entry entry;
        private boolean over;

        private Lease(Entry entry) {
            this.entry = entry;
        }

        Outcome outcome() {
            return entry.outcome;
        }

        @Override
        public void close() {
            if (!over) {
                over = true;
                release(entry);
            }
        }
    }

    /// @param multi for uprobe_multi links, else for perf events
    /// @param capacity recordings whose programs are kept although nobody is using them
    Programs(Maps maps, boolean multi, int capacity) {
        this.maps = maps;
        this.multi = multi;
        this.capacity = capacity;
    }

    /// The programs of a recording, for uprobe_multi links.
    ///
    /// @throws IOException if the kernel could not load them now
    Lease lease(Recording recording) throws IOException {
        Entry entry;
        synchronized (this) {
            if (closed) {
                throw new IOException("Stet is stopping");
            }
            entry = entries.computeIfAbsent(recording, _ -> new Entry());
            entry.leases++;
        }
        boolean ready = false;
        try {
            synchronized (entry) {
                if (entry.outcome == null) {
                    entry.outcome = load(recording);
                }
            }
            ready = true;
            return new Lease(entry);
        } finally {
            if (!ready) {
                release(entry);
            }
        }
    }

    private synchronized void release(Entry entry) {
        entry.leases--;
        if (entry.dropped && entry.leases == 0) {
            entry.close();
        }
        Iterator<Entry> eldest = entries.values().iterator();
        while (entries.size() > capacity && eldest.hasNext()) {
            Entry next = eldest.next();
            if (next.leases == 0) {
                eldest.remove();
                next.close();
            }
        }
    }

    private Outcome load(Recording recording) throws IOException {
        try {
            Descriptor entry = load(recording, false, OptionalLong.empty());
            if (!recording.follow()) {
                return new Outcome.Loaded(entry, Optional.empty());
            }
            try {
                return new Outcome.Loaded(entry, Optional.of(load(recording, true, OptionalLong.empty())));
            } catch (IOException | TooComplexException | RuntimeException e) {
                entry.close();
                throw e;
            }
        } catch (TooComplexException e) {
            return new Outcome.TooComplex(e.getMessage());
        } catch (VerifierException e) {
            return new Outcome.Rejected(e.telling());
        }
    }

    /// Loads one program, which is the caller's.
    ///
    /// @param exit for where calls end, else for where they begin
    /// @param cookie for kernels without cookies: the one that the program has
    Descriptor load(Recording recording, boolean exit, OptionalLong cookie) throws IOException, TooComplexException {
        var settings = new ProgramWriter.Settings(multi, cookie, threadPointer(recording));
        Program program = exit ? ProgramWriter.exit(recording, settings) : ProgramWriter.entry(recording, settings);
        Map<String, Descriptor> used = maps.of(recording);
        byte[] instructions = program.encode(name -> used.get(name).fd());
        return Bpf.loadProgram(exit ? "stet_exit" : "stet_entry", new Bpf.ProgramKind(multi, multi), instructions);
    }

    private synchronized OptionalInt threadPointer(Recording recording) {
        if (recording.owner() != Recording.Owner.GOROUTINE_IN_THREAD) {
            return OptionalInt.empty();
        }
        if (fsBase == null) {
            fsBase = Btf.fsBase();
        }
        return fsBase;
    }

    /// Closes all programs: those in use when their lease ends.
    @Override
    public synchronized void close() {
        closed = true;
        for (Entry entry : entries.values()) {
            if (entry.leases == 0) {
                entry.close();
            } else {
                entry.dropped = true;
            }
        }
        entries.clear();
    }
}
