package dev.stet.agent;

import dev.stet.binary.Code;
import dev.stet.binary.Executable;
import dev.stet.facts.Fact;
import dev.stet.facts.Function;
import dev.stet.facts.MappedFile;
import dev.stet.facts.ProcessFacts;
import dev.stet.kernel.LinkInfo;
import dev.stet.kernel.OpenFile;
import dev.stet.kernel.SyscallException;
import dev.stet.probe.Attachment;
import dev.stet.probe.Uprobes;
import dev.stet.procfs.ProcReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Finds breakpoints that a killed tracer has left in processes, and takes them out: a process that is killed while
/// it closes links makes the kernel forget breakpoints for good (hazards A1). To attach at such a place what does
/// nothing, and to detach it, makes the kernel put the file's instruction back.
///
/// Only pages that were written to are read, which `/proc/PID/pagemap` knows; and only where an instruction of a known
/// function begins is anything attached. A process that is being debugged is left alone, for these breakpoints are
/// the debugger's, and so is a page that differs in anything but int3s.
final class Leftovers {
    /// The unit of pagemap; more than the kernel's own never harms, and x86-64 has no other.
    private static final int PAGE_BYTES = 4096;
    /// Entries of pagemap that are read at once: 32 MiB of text.
    private static final int ENTRIES = 8192;
    /// Written pages of one process that are compared: 16 MiB. A program that writes more text than that makes its own.
    private static final int MAX_PAGES = 4096;
    /// Of one file of one process: as many as Stet ever attaches to one.
    private static final int MAX_BREAKPOINTS = 1 << 16;
    /// Places that the kernel refuses, before it is asked for no more of a file.
    private static final int MAX_REFUSED = 16;
    /// For all processes together.
    private static final Duration TIME_LIMIT = Duration.ofSeconds(60);

    private final ProcReader proc;
    private final Binaries binaries;
    private final Uprobes.Mechanism mechanism;
    private final Supplier<Collection<Attachment>> own;

    /// What was found in all processes.
    ///
    /// @param processes that were looked at
    /// @param repaired breakpoints that are gone
    /// @param foreign breakpoints that stay
    record Found(int processes, int repaired, int foreign) {
        Found plus(Found other) {
            return new Found(processes + other.processes, repaired + other.repaired, foreign + other.foreign);
        }
    }

    /// @param own what Stet itself has attached now
    Leftovers(ProcReader proc, Binaries binaries, Uprobes.Mechanism mechanism, Supplier<Collection<Attachment>> own) {
        this.proc = proc;
        this.binaries = binaries;
        this.mechanism = mechanism;
        this.own = own;
    }

    /// Looks at every process of the scope, and repairs.
    ///
    /// @param enough asked before each process: is it to end?
    /// @throws IOException if processes cannot be listed
    Found look(Scope scope, BooleanSupplier enough, Consumer<AgentEvent> sink) throws IOException {
        long begun = System.nanoTime();
        Found all = new Found(0, 0, 0);
        for (int pid : proc.pids()) {
            if (enough.getAsBoolean() || System.nanoTime() - begun > TIME_LIMIT.toNanos()) {
                break;
            }
            if (scope.mayInclude(pid)) {
                all = all.plus(look(pid, scope, sink));
            }
        }
        return all;
    }

    private Found look(int pid, Scope scope, Consumer<AgentEvent> sink) {
        Optional<ProcessFacts> facts = pid == ProcessHandle.current().pid() ? Optional.empty() : proc.facts(pid);
        if (facts.isEmpty() || facts.get().kernelThread() || !scope.includes(facts.get()) || isDebugged(pid)) {
            return new Found(0, 0, 0);
        }
        Found found = new Found(1, 0, 0);
        try {
            Set<Place> known = places(own.get());
            for (Map.Entry<MappedFile, Set<Long>> suspect : suspects(pid).entrySet()) {
                MappedFile mapped = suspect.getKey();
                known.addAll(places(own.get())); // what was attached meanwhile
                Set<Long> offsets = suspect.getValue();
                offsets.removeIf(offset -> known.contains(new Place(mapped.path(), offset)));
                if (!offsets.isEmpty() && !isDebugged(pid)) {
                    found = found.plus(repair(facts.get(), mapped, offsets, sink));
                }
            }
        } catch (IOException e) {
            // It has ended, or may not be looked at: a security module may deny even root.
        }
        return found;
    }

    private boolean isDebugged(int pid) {
        return proc.tracerPid(pid).orElse(-1) != 0;
    }

    private record Place(String path, long offset) {}

    private static Set<Place> places(Collection<Attachment> attachments) {
        Set<Place> places = new HashSet<>();
        attachments.forEach(each -> each.offsets().forEach(offset -> places.add(new Place(each.path(), offset))));
        return places;
    }

    /// Int3s that the file has not, by the first mapping of each file that has any.
    private Map<MappedFile, Set<Long>> suspects(int pid) throws IOException {
        Map<String, MappedFile> first = new HashMap<>();
        Map<MappedFile, Set<Long>> suspects = new HashMap<>();
        int left = MAX_PAGES;
        Path directory = Path.of("/proc", Integer.toString(pid));
        List<MappedFile> mappings = proc.executableMappings(pid);
        if (mappings.isEmpty()) {
            return suspects;
        }
        try (FileChannel pagemap = FileChannel.open(directory.resolve("pagemap"));
                FileChannel memory = FileChannel.open(directory.resolve("mem"))) {
            for (MappedFile mapped : mappings) {
                List<Long> pages = writtenPages(pagemap, mapped, left);
                left -= pages.size();
                if (!pages.isEmpty()) {
                    MappedFile key = first.computeIfAbsent(
                            mapped.device() + " " + mapped.inode() + " " + mapped.path(), _ -> mapped);
                    Set<Long> found = int3s(pid, memory, mapped, pages);
                    if (!found.isEmpty()) {
                        suspects.computeIfAbsent(key, _ -> new TreeSet<>()).addAll(found);
                    }
                }
            }
        }
        return suspects;
    }

    /// The addresses of pages that were written to.
    private static List<Long> writtenPages(FileChannel pagemap, MappedFile mapped, int max) throws IOException {
        List<Long> pages = new ArrayList<>();
        ByteBuffer entries = ByteBuffer.allocate(ENTRIES * PagemapEntry.BYTES).order(ByteOrder.nativeOrder());
        for (long page = mapped.start(); page < mapped.end() && pages.size() < max; ) {
            long count = Math.min(ENTRIES, (mapped.end() - page) / PAGE_BYTES);
            entries.clear().limit((int) (count * PagemapEntry.BYTES));
            int read = pagemap.read(entries, page / PAGE_BYTES * PagemapEntry.BYTES);
            if (read < PagemapEntry.BYTES) {
                break;
            }
            for (int at = 0; at + PagemapEntry.BYTES <= read && pages.size() < max; at += PagemapEntry.BYTES) {
                if (new PagemapEntry(entries.getLong(at)).isWritten()) {
                    pages.add(page + (long) at / PagemapEntry.BYTES * PAGE_BYTES);
                }
            }
            page += (long) read / PagemapEntry.BYTES * PAGE_BYTES;
        }
        return pages;
    }

    /// File offsets at which these pages have int3s that the file has not; none of a page that differs in more.
    private Set<Long> int3s(int pid, FileChannel memory, MappedFile mapped, List<Long> pages) {
        Set<Long> found = new TreeSet<>();
        byte[] inMemory = new byte[PAGE_BYTES];
        byte[] inFile = new byte[PAGE_BYTES];
        try (OpenFile file = binaries.open(pid, mapped)) {
            for (long page : pages) {
                long offset = page - mapped.start() + mapped.fileOffset();
                int length = memory.read(ByteBuffer.wrap(inMemory), page);
                int both = Math.min(length, file.read(offset, inFile, 0, PAGE_BYTES));
                if (PageDifference.of(inMemory, inFile, both) instanceof PageDifference.Breakpoints(var at)
                        && found.size() + at.size() <= MAX_BREAKPOINTS) {
                    at.forEach(each -> found.add(offset + each));
                }
            }
        } catch (IOException e) {
            // It was unmapped, or is on a file system that must not be asked: what is there is not Stet's.
        }
        return found;
    }

    private Found repair(ProcessFacts facts, MappedFile mapped, Set<Long> offsets, Consumer<AgentEvent> sink)
            throws IOException {
        int pid = facts.identity().pid();
        int left;
        try (OpenFile file = binaries.open(pid, mapped)) {
            Set<Long> free = new TreeSet<>(offsets);
            inUse(pid, mapped).forEach(free::remove);
            List<Long> instructions = binaries.step(file, Binaries.READING, () -> instructions(file, free));
            attachAndDetach(pid, file, instructions);
            left = Breakpoints.planted(pid, mapped, offsets).size();
        }
        int gone = offsets.size() - left;
        if (gone > 0) {
            sink.accept(new AgentEvent.Repaired(facts.identity(), program(facts), mapped.path(), gone));
        }
        if (left > 0) {
            sink.accept(new AgentEvent.ForeignBreakpoints(facts.identity(), program(facts), mapped.path(), left));
        }
        return new Found(0, gone, left);
    }

    /// Where the kernel says that somebody is attached now.
    private static Set<Long> inUse(int pid, MappedFile mapped) throws IOException {
        Set<Long> offsets = new HashSet<>();
        for (LinkInfo link : LinkInfo.all()) {
            if ((link.pid() == 0 || link.pid() == pid) && link.path().endsWith(mapped.path())) {
                offsets.addAll(link.offsets());
            }
        }
        return offsets;
    }

    /// Those at which an instruction of a function begins. Elsewhere a probe would break the code.
    private static List<Long> instructions(OpenFile file, Set<Long> offsets) {
        List<Long> instructions = new ArrayList<>();
        try {
            Executable executable = Executable.parse(Binaries.source(file));
            if (executable.machine() != Binaries.HOST) {
                return List.of();
            }
            Map<Long, Code> codes = new TreeMap<>();
            for (long offset : offsets) {
                Optional<Function> function = executable.functions().at(offset);
                if (function.isPresent()) {
                    long start = function.get().fileOffset();
                    if (!codes.containsKey(start)) {
                        codes.put(start, executable.code(function.get()));
                    }
                    if (codes.get(start) instanceof Code.Instructions code && code.begins((int) (offset - start))) {
                        instructions.add(offset);
                    }
                }
            }
        } catch (IOException e) {
            // It is no binary, or one for another machine: nothing is attached to it.
        }
        return instructions;
    }

    private void attachAndDetach(int pid, OpenFile file, List<Long> offsets) throws IOException {
        List<List<Long>> parts = new ArrayList<>();
        if (mechanism == Uprobes.Mechanism.MULTI) {
            parts.add(offsets);
        } else {
            offsets.forEach(offset -> parts.add(List.of(offset)));
        }
        int refused = 0;
        while (!parts.isEmpty() && refused < MAX_REFUSED) {
            List<Long> part = parts.removeLast();
            if (part.isEmpty()) {
                continue;
            }
            try {
                // To close it is all that is wanted of it.
                Uprobes.attachNothing(mechanism, pid, file, part).close();
            } catch (SyscallException e) {
                if (e.errno() == SyscallException.ESRCH) {
                    throw e;
                }
                refused++;
                if (part.size() > 1) { // one of them may be what the kernel does not probe
                    parts.add(part.subList(0, part.size() / 2));
                    parts.add(part.subList(part.size() / 2, part.size()));
                }
            }
        }
    }

    private static String program(ProcessFacts facts) {
        return facts.exe() instanceof Fact.Known<String>(var exe)
                ? exe.substring(exe.lastIndexOf('/') + 1)
                : facts.comm().known().orElse("?");
    }
}
