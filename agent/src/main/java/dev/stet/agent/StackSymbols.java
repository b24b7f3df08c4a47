package dev.stet.agent;

import dev.stet.binary.Executable;
import dev.stet.binary.FunctionTable;
import dev.stet.facts.FileIdentity;
import dev.stet.facts.MappedFile;
import dev.stet.kernel.OpenFile;
import dev.stet.procfs.CodeArea;
import dev.stet.procfs.ProcReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/// Names the functions of stacks. What a process has mapped is read at most once a second, and ten times for
/// addresses that are nowhere; what it had mapped last serves when it is gone. A file is analysed once, whoever maps
/// it: that takes some milliseconds, for the largest ones a second, and then a frame some tenths of a
/// microsecond.
///
/// Code that a compiler put into another function has that one's name. Not safe for use by several threads.
public final class StackSymbols implements AutoCloseable {
    /// Processes whose mappings are remembered; those that were asked for last.
    private static final int MAX_PROCESSES = 256;

    /// Files that are open, those that were asked for last. Each costs a descriptor and about 50 bytes of
    /// memory for each function.
    private static final int MAX_FILES = 64;

    private static final long FRESH_NANOS = 1_000_000_000;

    /// An address that is nowhere may be a new library's, but mostly code without frame pointers put it there.
    private static final long RETRY_NANOS = 100_000_000;

    private final ProcReader proc;
    private final Files files;
    private final Map<Integer, Mapped> processes = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Mapped> eldest) {
            return size() > MAX_PROCESSES;
        }
    };
    private final SequencedMap<FileIdentity, SymbolFile> symbols = new LinkedHashMap<>(16, 0.75f, true);

    /// Opens files that processes have mapped.
    @FunctionalInterface
    public interface Files {
        /// @throws IOException if it cannot be opened, or must not be
        OpenFile open(int pid, MappedFile mapped) throws IOException;
    }

    /// What a process had mapped when it was read.
    ///
    /// @param identities of files that were opened; empty for those that could not be
    private record Mapped(List<CodeArea> areas, long readAt, Map<MappedFile, Optional<FileIdentity>> identities) {
        Optional<CodeArea> at(long address) {
            int low = 0;
            int high = areas.size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (Long.compareUnsigned(areas.get(middle).end(), address) <= 0) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low < areas.size() && areas.get(low).contains(address)
                    ? Optional.of(areas.get(low))
                    : Optional.empty();
        }
    }

    /// @param files opens what is to be analysed
    public StackSymbols(ProcReader proc, Files files) {
        this.proc = proc;
        this.files = files;
    }

    /// Names the frames of a stack.
    ///
    /// @param addresses runtime addresses: of the innermost function the instruction it is at, of the others the
    ///     one that their callee returns to
    /// @param now in nanoseconds, of a clock that goes forward
    /// @return as many, in the same order
    public List<StackFrame> frames(int pid, List<Long> addresses, long now) {
        List<StackFrame> frames = new ArrayList<>(addresses.size());
        for (int i = 0; i < addresses.size(); i++) {
            // A call may be the last instruction of its function: what it returns to is the next one's then.
            frames.add(frame(pid, addresses.get(i), i == 0 ? 0 : 1, now));
        }
        return frames;
    }

    /// Forgets a process that is gone, all of whose stacks have been named, or that runs another program now.
    public void forget(int pid) {
        processes.remove(pid);
    }

    private StackFrame frame(int pid, long address, int behind, long now) {
        Mapped mapped = mapped(pid, address - behind, now);
        Optional<CodeArea> area = mapped.at(address - behind);
        if (area.isEmpty()) {
            return new StackFrame("", address, "[unknown]");
        }
        if (area.get().file().isEmpty()) {
            String name = area.get().name();
            return new StackFrame("", address, name.startsWith("[") ? name : "[anon]");
        }
        MappedFile file = area.get().file().get();
        long offset = address - file.start() + file.fileOffset();
        return symbols(pid, file, mapped)
                .flatMap(it -> it.at(offset - behind))
                .map(it -> new StackFrame(it.name(), offset - it.fileOffset(), file.name()))
                .orElseGet(() -> new StackFrame("", offset, file.name()));
    }

    private Mapped mapped(int pid, long address, long now) {
        Mapped known = processes.get(pid);
        if (known != null && now - known.readAt < (known.at(address).isPresent() ? FRESH_NANOS : RETRY_NANOS)) {
            return known;
        }
        List<CodeArea> areas = read(pid);
        Map<MappedFile, Optional<FileIdentity>> identities = known == null ? new HashMap<>() : known.identities;
        Mapped fresh = new Mapped(areas.isEmpty() && known != null ? known.areas : areas, now, identities);
        identities
                .keySet()
                .retainAll(fresh.areas.stream()
                        .flatMap(area -> area.file().stream())
                        .collect(Collectors.toSet()));
        processes.put(pid, fresh);
        return fresh;
    }

    /// @return empty too if they cannot be read
    private List<CodeArea> read(int pid) {
        try {
            return proc.code(pid);
        } catch (IOException e) {
            return List.of();
        }
    }

    private Optional<SymbolFile> symbols(int pid, MappedFile file, Mapped mapped) {
        Optional<FileIdentity> known = mapped.identities.getOrDefault(file, Optional.empty());
        Optional<SymbolFile> open = known.map(symbols::get);
        if (open.isPresent() || (mapped.identities.containsKey(file) && known.isEmpty())) {
            return open;
        }
        try {
            OpenFile opened = files.open(pid, file);
            FileIdentity identity = identity(opened);
            mapped.identities.put(file, Optional.of(identity));
            return Optional.of(keep(identity, opened));
        } catch (IOException e) {
            mapped.identities.put(file, Optional.empty());
            return Optional.empty();
        }
    }

    private SymbolFile keep(FileIdentity identity, OpenFile opened) {
        SymbolFile known = symbols.get(identity);
        if (known != null) {
            opened.close();
            return known;
        }
        SymbolFile file = new SymbolFile(opened, functions(opened));
        symbols.put(identity, file);
        if (symbols.size() > MAX_FILES) {
            symbols.pollFirstEntry().getValue().close();
        }
        return file;
    }

    private static Optional<FunctionTable> functions(OpenFile opened) {
        try {
            return Optional.of(Executable.parse(Binaries.source(opened)).functions());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static FileIdentity identity(OpenFile file) {
        OpenFile.Status status = file.status();
        return new FileIdentity(
                status.device(), status.inode(), status.size(), status.modifiedNanos(), status.changedNanos());
    }

    @Override
    public void close() {
        symbols.values().forEach(SymbolFile::close);
        symbols.clear();
        processes.clear();
    }
}
