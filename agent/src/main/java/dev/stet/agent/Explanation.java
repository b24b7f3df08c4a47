package dev.stet.agent;

import dev.stet.binary.Executable;
import dev.stet.facts.Function;
import dev.stet.facts.MappedFile;
import dev.stet.facts.ProcessFacts;
import dev.stet.kernel.LinkInfo;
import dev.stet.kernel.OpenFile;
import dev.stet.policy.Policy;
import dev.stet.policy.ReadResult;
import dev.stet.policy.Verdict;
import dev.stet.policy.yaml.Problem;
import dev.stet.procfs.ProcReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Why a process is, or is not, probed: what policy says of it, by which facts, and what is attached to it
/// according to the kernel, whoever attached it.
///
/// @param facts that were read
/// @param verdict by the policy files as they are now
/// @param problems of the policy files; if there are any, the verdict is that of a Stet that starts now
/// @param attached what the kernel says is attached
public record Explanation(
        ProcessFacts facts, Verdict verdict, List<Problem> problems, List<AttachedFunction> attached) {
    /// Whoever asks waits for no fact any longer.
    private static final Duration LONG = Duration.ofDays(365);

    public Explanation {
        problems = List.copyOf(problems);
        attached = List.copyOf(attached);
    }

    /// One function of one file that has breakpoints.
    ///
    /// @param program the BPF program's name; Stet's begin with `stet_`
    /// @param path of the file
    /// @param function its name, or the file offset in hexadecimal
    /// @param breakpoints how many of its instructions
    /// @param everyProcess the link is in every process, and not in this one only
    public record AttachedFunction(
            String program, String path, String function, int breakpoints, boolean everyProcess) {
        /// Did Stet attach it?
        public boolean isStets() {
            return program.startsWith("stet_");
        }
    }

    /// @return empty if there is no such process
    /// @throws IOException if the kernel does not tell what is attached
    public static Optional<Explanation> of(int pid, PolicyDirectory directory) throws IOException {
        ProcReader proc = new ProcReader(Path.of("/proc"));
        Binaries binaries = new Binaries(proc);
        Optional<ProcessFacts> read = proc.facts(pid);
        if (read.isEmpty()) {
            return Optional.empty();
        }
        ReadResult result = directory.read();
        List<Problem> problems = result instanceof ReadResult.Invalid(var found) ? found : List.of();
        Optional<Policy> policy =
                result instanceof ReadResult.Valid(var valid, var _) ? Optional.of(valid) : Optional.empty();
        Judge judge = Judge.ofMachine(proc, binaries);
        Judge.Judged judged = judge.judge(read.get(), policy, LONG);
        return Optional.of(new Explanation(judged.facts(), judged.verdict(), problems, attached(pid, proc, binaries)));
    }

    private static List<AttachedFunction> attached(int pid, ProcReader proc, Binaries binaries) throws IOException {
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
