package dev.stet.agent;

import dev.stet.facts.Fact;
import dev.stet.facts.MappedFile;
import dev.stet.facts.ProcessFacts;
import dev.stet.kernel.OpenFile;
import dev.stet.policy.Policy;
import dev.stet.policy.ReadResult;
import dev.stet.policy.Verdict;
import dev.stet.probe.AttachPoint;
import dev.stet.probe.Plan;
import dev.stet.probe.Probe;
import dev.stet.procfs.ProcReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/// Looks which packs fit which running processes, and attaches nothing. What policy exempts is not opened.
public final class PackSurvey {
    private final ProcReader proc = new ProcReader(Path.of("/proc"));
    private final Binaries binaries = new Binaries(proc);
    private final Judge judge = Judge.ofMachine(proc, binaries);
    private final List<Pack> packs;
    private final Optional<Policy> policy;

    /// A pack that fits a file of a process.
    ///
    /// @param path of the file, as the process sees it
    /// @param functions that would be probed
    /// @param refusals what the pack asks for and the file does not give
    /// @param absent functions of the pack that the file has not: other versions' and builds'
    public record Fit(
            Pack pack,
            int pid,
            String program,
            String path,
            List<String> functions,
            List<Plan.Refusal> refusals,
            List<String> absent) {
        public Fit {
            functions = List.copyOf(functions);
            refusals = List.copyOf(refusals);
            absent = List.copyOf(absent);
        }
    }

    /// What came of it.
    ///
    /// @param fits by process
    /// @param leftAlone processes that policy, or a guard, leaves alone
    public record Result(List<Fit> fits, int processes, int leftAlone) {
        public Result {
            fits = List.copyOf(fits);
        }
    }

    /// @param packs to be looked for
    public PackSurvey(List<Pack> packs, PolicyDirectory directory) {
        this.packs = List.copyOf(packs);
        policy = directory.read() instanceof ReadResult.Valid(Policy valid, var ignored)
                ? Optional.of(valid)
                : Optional.empty();
    }

    /// Looks at every process.
    ///
    /// @param progress is told how many of how many processes have been looked at
    /// @throws IOException if processes cannot be listed
    public Result run(BiConsumer<Integer, Integer> progress) throws IOException {
        List<Integer> pids = proc.pids();
        List<Fit> fits = new ArrayList<>();
        int leftAlone = 0;
        int done = 0;
        for (int pid : pids) {
            Optional<ProcessFacts> read = proc.facts(pid);
            if (read.isPresent()) {
                leftAlone += look(pid, read.get(), fits) ? 0 : 1;
            }
            progress.accept(++done, pids.size());
        }
        return new Result(fits, pids.size(), leftAlone);
    }

    /// @return false if the process is left alone
    private boolean look(int pid, ProcessFacts read, List<Fit> fits) {
        Judge.Judged judged = judge.judge(read, policy, Duration.ZERO);
        ProcessFacts facts = judged.facts();
        Verdict verdict = judged.verdict();
        if (!verdict.mayProbe()) {
            return false;
        }
        Plan.Permission permission = Permissions.plan(verdict.permission());
        try {
            List<String> seen = new ArrayList<>();
            for (MappedFile mapped : proc.executableMappings(pid)) {
                if (!seen.contains(mapped.path())) {
                    seen.add(mapped.path());
                    look(facts, mapped, permission, fits);
                }
            }
        } catch (IOException e) {
            return true; // it has ended, or does not let anybody look: then nothing fits
        }
        return true;
    }

    private void look(ProcessFacts facts, MappedFile mapped, Plan.Permission permission, List<Fit> fits) {
        boolean isMain =
                facts.exe() instanceof Fact.Known<String> exe && exe.value().equals(mapped.path());
        List<Pack> likely = packs.stream()
                .filter(pack -> PackFit.mayFit(pack, mapped.name(), isMain))
                .toList();
        if (likely.isEmpty()) {
            return;
        }
        int pid = facts.identity().pid();
        try (OpenFile file = binaries.open(pid, mapped)) {
            PackFit.Candidate candidate = binaries.candidate(file, mapped, isMain);
            for (Pack pack : likely) {
                if (PackFit.fits(pack, candidate)) {
                    fits.add(fit(pack, facts, mapped, binaries.analyse(file, pid, mapped, pack.probes(), permission)));
                }
            }
        } catch (IOException e) {
            // What cannot be read fits nothing; `stet run` tells of it.
        }
    }

    private static Fit fit(Pack pack, ProcessFacts facts, MappedFile mapped, Binaries.Analysis analysis) {
        String program = facts.exe() instanceof Fact.Known<String> exe
                ? exe.value().substring(exe.value().lastIndexOf('/') + 1)
                : facts.comm().known().orElse("?");
        return new Fit(
                pack,
                facts.identity().pid(),
                program,
                mapped.path(),
                analysis.plan().points().stream()
                        .map(AttachPoint::name)
                        .distinct()
                        .toList(),
                analysis.plan().refusals(),
                pack.probes().stream()
                        .map(Probe::site)
                        .map(Probe.Site::text)
                        .filter(analysis.missing()::containsKey)
                        .toList());
    }
}
