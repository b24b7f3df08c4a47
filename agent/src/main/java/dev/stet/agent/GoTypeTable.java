package dev.stet.agent;

import dev.stet.binary.Executable;
import dev.stet.binary.Type;
import dev.stet.facts.Function;
import dev.stet.facts.MappedFile;
import dev.stet.kernel.OpenFile;
import dev.stet.probe.Attachment;
import dev.stet.procfs.ProcReader;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// The types that running Go programs describe: what an interface value holds is named by an address.
final class GoTypeTable implements AutoCloseable {
    /// Programs that are kept open; the one not asked for longest is closed.
    private static final int MAX_PROGRAMS = 64;
    /// Types of one program: more than any has in interfaces.
    private static final int MAX_TYPES = 1 << 14;

    private final ProcReader proc;
    private final Binaries binaries;
    private final Map<Attachment, Opened> opened = new LinkedHashMap<>(64, 0.75f, true);
    private final Map<Attachment, Program> programs = new HashMap<>();
    private final Set<Attachment> leaving = new HashSet<>();

    /// A program's file, which outlives the process.
    private record Opened(OpenFile file, MappedFile mapped) {}

    /// @param loadBias where it is mapped less where it was linked to
    private record Program(Executable executable, long loadBias, Map<Long, Optional<Type>> types) {}

    GoTypeTable(ProcReader proc, Binaries binaries) {
        this.proc = proc;
        this.binaries = binaries;
    }

    /// Opens the file of a Go program that was just attached: it may have ended by the time its calls are looked at.
    synchronized void attached(Attachment attachment, MappedFile mapped) {
        try {
            keep(attachment, new Opened(binaries.open(attachment.process().pid(), mapped), mapped));
        } catch (IOException e) {
            // it has ended already, and makes no calls
        }
    }

    /// The type that is described at a runtime address; empty if that is none, or the process is gone.
    synchronized Optional<Type> at(Attachment attachment, long address) {
        Program program = programs.get(attachment);
        if (program == null) {
            try {
                program = parse(opened(attachment));
            } catch (IOException e) {
                return Optional.empty();
            }
            programs.put(attachment, program);
        }
        Program known = program;
        if (known.types.size() == MAX_TYPES) {
            known.types.clear();
        }
        return known.types.computeIfAbsent(address, _ -> read(known, address));
    }

    private static Optional<Type> read(Program program, long address) {
        try {
            var type = program.executable.goTypeAt(address - program.loadBias);
            return type.isPresent() ? Optional.of(type.get().type()) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private void keep(Attachment attachment, Opened file) {
        Optional.ofNullable(opened.put(attachment, file)).ifPresent(before -> before.file.close());
        if (opened.size() > MAX_PROGRAMS) {
            Attachment eldest = opened.keySet().iterator().next();
            programs.remove(eldest);
            Optional.ofNullable(opened.remove(eldest)).ifPresent(each -> each.file.close());
        }
    }

    private Opened opened(Attachment attachment) throws IOException {
        Opened known = opened.get(attachment);
        if (known != null) {
            return known;
        }
        int pid = attachment.process().pid();
        for (MappedFile mapped : proc.executableMappings(pid)) {
            if (mapped.path().equals(attachment.path())) {
                Opened file = new Opened(binaries.open(pid, mapped), mapped);
                keep(attachment, file);
                return file;
            }
        }
        throw new IOException(attachment.path() + " is not mapped any more");
    }

    /// Closes files of attachments that are gone, and were when this was called before: no call of theirs is still to
    /// come, and an open file keeps its file system from being unmounted.
    ///
    /// @param live what is attached
    synchronized void sweep(Supplier<List<Attachment>> live) {
        if (opened.isEmpty()) {
            return;
        }
        Set<Attachment> now = Set.copyOf(live.get());
        for (Attachment each : List.copyOf(opened.keySet())) {
            if (!now.contains(each) && !leaving.add(each)) {
                programs.remove(each);
                opened.remove(each).file.close();
            }
        }
        leaving.retainAll(opened.keySet());
    }

    private static Program parse(Opened opened) throws IOException {
        Executable executable = Executable.parse(Binaries.source(opened.file));
        return new Program(executable, loadBias(executable, opened.mapped), new HashMap<>());
    }

    /// By any function of the mapping: its place in the file and where it was linked to are known.
    private static long loadBias(Executable executable, MappedFile mapped) throws IOException {
        long[] bias = {0};
        boolean[] found = {false};
        executable.functions().forEach(symbol -> {
            Function function = symbol.function();
            long at = function.fileOffset() - mapped.fileOffset();
            if (!found[0] && at >= 0 && at < mapped.end() - mapped.start()) {
                found[0] = true;
                bias[0] = mapped.start() + at - function.virtualAddress();
            }
        });
        return bias[0];
    }

    @Override
    public synchronized void close() {
        opened.values().forEach(each -> each.file.close());
        opened.clear();
        programs.clear();
    }
}
