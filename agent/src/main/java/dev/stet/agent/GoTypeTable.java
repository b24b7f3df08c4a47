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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The types that running Go programs describe: what an interface value holds is named by an address. Asked by
/// one thread.
final class GoTypeTable implements AutoCloseable {
    /// Programs that are kept open; the one not asked for longest is closed.
    private static final int MAX_PROGRAMS = 64;
    /// Types of one program: more than any has in interfaces.
    private static final int MAX_TYPES = 1 << 14;

    private final ProcReader proc;
    private final Binaries binaries;
    private final Map<Attachment, Program> programs = new LinkedHashMap<>(64, 0.75f, true);

    /// @param loadBias where it is mapped less where it was linked to
    private record Program(OpenFile file, Executable executable, long loadBias, Map<Long, Optional<Type>> types) {}

    GoTypeTable(ProcReader proc, Binaries binaries) {
        this.proc = proc;
        this.binaries = binaries;
    }

    /// The type that is described at a runtime address; empty if that is none, or the process is gone.
    Optional<Type> at(Attachment attachment, long address) {
        Program program = programs.get(attachment);
        if (program == null) {
            try {
                program = open(attachment);
            } catch (IOException e) {
                return Optional.empty();
            }
            programs.put(attachment, program);
            closeEldest();
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

    private void closeEldest() {
        if (programs.size() > MAX_PROGRAMS) {
            Attachment eldest = programs.keySet().iterator().next();
            programs.remove(eldest).file.close();
        }
    }

    private Program open(Attachment attachment) throws IOException {
        int pid = attachment.process().pid();
        for (MappedFile mapped : proc.executableMappings(pid)) {
            if (mapped.path().equals(attachment.path())) {
                OpenFile file = binaries.open(pid, mapped);
                try {
                    Executable executable = Executable.parse(Binaries.source(file));
                    return new Program(file, executable, loadBias(executable, mapped), new HashMap<>());
                } catch (IOException | RuntimeException e) {
                    file.close();
                    throw e;
                }
            }
        }
        throw new IOException(attachment.path() + " is not mapped any more");
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
    public void close() {
        programs.values().forEach(program -> program.file.close());
        programs.clear();
    }
}
