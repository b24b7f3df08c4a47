package dev.stet.agent;

import dev.stet.agent.Explanation.AttachedFunction;
import dev.stet.binary.Executable;
import dev.stet.facts.Function;
import dev.stet.facts.MappedFile;
import dev.stet.kernel.LinkInfo;
import dev.stet.kernel.OpenFile;
import dev.stet.procfs.ProcReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What is attached to a process according to the kernel, whoever attached it.
final class AttachedFunctions {
    private AttachedFunctions() {}

    /// @throws IOException if the kernel does not tell
    static List<AttachedFunction> of(int pid, ProcReader proc, Binaries binaries) throws IOException {
        List<AttachedFunction> attached = new ArrayList<>();
        List<MappedFile> mappings = mappings(pid, proc);
        for (LinkInfo link : LinkInfo.all()) {
            if (link.pid() != pid && link.pid() != 0) {
                continue;
            }
            Optional<MappedFile> mapped = mappings.stream()
                    .filter(file ->
                            link.path().equals(file.path()) || link.path().endsWith(file.path()))
                    .findFirst();
            if (link.pid() == 0 && mapped.isEmpty()) {
                continue; // everywhere, but this process does not map that file
            }
            Map<String, Integer> functions = functions(pid, mapped, link, binaries);
            functions.forEach((function, count) ->
                    attached.add(new AttachedFunction(link.program(), link.path(), function, count, link.pid() == 0)));
        }
        return attached;
    }

    /// Empty if they cannot be read: then functions are shown by their offsets, and the verdict is told all the same.
    private static List<MappedFile> mappings(int pid, ProcReader proc) {
        try {
            return proc.executableMappings(pid);
        } catch (IOException e) {
            return List.of();
        }
    }

    /// How many breakpoints each function has. Names are read while the file is open.
    private static Map<String, Integer> functions(
            int pid, Optional<MappedFile> mapped, LinkInfo link, Binaries binaries) {
        if (mapped.isPresent()) {
            try (OpenFile file = binaries.open(pid, mapped.get())) {
                return functions(link, Optional.of(Executable.parse(Binaries.source(file))));
            } catch (IOException e) {
                // then they have no names
            }
        }
        return functions(link, Optional.empty());
    }

    private static Map<String, Integer> functions(LinkInfo link, Optional<Executable> executable) {
        Map<String, Integer> functions = new TreeMap<>();
        for (long offset : link.offsets()) {
            functions.merge(name(executable, offset), 1, Integer::sum);
        }
        return functions;
    }

    private static String name(Optional<Executable> executable, long offset) {
        try {
            if (executable.isPresent()) {
                Optional<Function> function = executable.get().functions().at(offset);
                if (function.isPresent()) {
                    return function.get().name();
                }
            }
        } catch (IOException e) {
            // then it has no name
        }
        return "0x" + Long.toHexString(offset);
    }
}
