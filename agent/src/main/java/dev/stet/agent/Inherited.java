package dev.stet.agent;

import dev.stet.facts.MappedFile;
import dev.stet.kernel.Descriptor;
import dev.stet.kernel.OpenFile;
import dev.stet.probe.Attachment;
import dev.stet.probe.Uprobes;
import dev.stet.procfs.ProcReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Finds breakpoints that a process has inherited by fork and that are not its own. The kernel takes a breakpoint
/// out of every process in which nothing wants it, but only when a probe at that place is detached: so one that
/// does nothing is attached and detached. Which there are is read from the process's memory, for it may be the
/// child of a child that nobody saw.
final class Inherited {
    private final ProcReader proc;
    private final Binaries binaries;
    private final Uprobes uprobes;

    Inherited(ProcReader proc, Binaries binaries, Uprobes uprobes) {
        this.proc = proc;
        this.binaries = binaries;
        this.uprobes = uprobes;
    }

    /// Attaches what does nothing, wherever the process has a breakpoint that is not its own.
    ///
    /// @param cleaners takes the links: whoever closes them removes the breakpoints
    /// @throws IOException if not all could be found; what was attached until then is among the links
    void find(Target target, List<Descriptor> cleaners) throws IOException {
        int pid = target.identity.pid();
        List<Attachment> own = target.attachments();
        Map<String, List<Attachment>> others = uprobes.live().stream()
                .filter(attachment -> !own.contains(attachment))
                .collect(Collectors.groupingBy(Attachment::path));
        for (MappedFile mapped : proc.executableMappings(pid)) {
            SortedSet<Long> foreign = new TreeSet<>();
            others.getOrDefault(mapped.path(), List.of()).forEach(attachment -> foreign.addAll(attachment.offsets()));
            own.forEach(attachment -> foreign.removeAll(attachment.offsets()));
            List<Long> planted = Breakpoints.planted(pid, mapped, foreign);
            if (!planted.isEmpty()) {
                try (OpenFile file = binaries.open(pid, mapped)) {
                    List<Long> ours = new ArrayList<>(Breakpoints.notInFile(file, planted));
                    if (!ours.isEmpty()) {
                        cleaners.add(uprobes.attachNothing(pid, file, ours));
                    }
                }
            }
        }
    }
}
