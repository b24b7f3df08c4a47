package dev.stet.agent;

import dev.stet.facts.Fact;
import dev.stet.facts.Glob;
import dev.stet.facts.MappedFile;
import dev.stet.facts.ProcessFacts;
import dev.stet.kernel.OpenFile;
import dev.stet.policy.Permission;
import dev.stet.policy.Policy;
import dev.stet.policy.ReadResult;
import dev.stet.policy.Verdict;
import dev.stet.policy.yaml.Problem;
import dev.stet.probe.Plan;
import dev.stet.procfs.ProcReader;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Looks, before anything is attached, whether functions that a person named can be traced in a running
/// process, so that what cannot work is said at once.
public final class TraceRequest {
    /// The pack that a person's own functions are said to be of.
    private static final String PACK = "trace";

    private TraceRequest() {}

    /// What came of it.
    public sealed interface Outcome {
        /// It can be done, with these packs.
        record Ready(List<Pack> packs) implements Outcome {}

        /// There is no such process.
        record NoProcess(int pid) implements Outcome {}

        /// Policy, or a guard, says no.
        record LeftAlone(ProcessFacts facts, Verdict verdict) implements Outcome {}

        /// The policy's files are wrong.
        record BadPolicy(List<Problem> problems) implements Outcome {}

        /// A function is nowhere.
        ///
        /// @param searched files that were looked into
        /// @param close functions of similar names
        /// @param unreadable files that could not be looked into, with the reason
        record NotFound(String function, List<String> searched, List<String> close, List<String> unreadable)
                implements Outcome {}

        /// The executable has no names of functions at all.
        record NoSymbols(String function, String path) implements Outcome {}

        /// A function is there, and cannot be probed.
        record Refused(String function, String path, String why) implements Outcome {}
    }

    /// Looks.
    ///
    /// @param plans is given what would be done in each file
    /// @throws IOException if the process's memory map cannot be read
    public static Outcome look(int pid, List<FunctionSpec> functions, PolicyDirectory directory, Consumer<Plan> plans)
            throws IOException {
        ProcReader proc = new ProcReader(Path.of("/proc"));
        Binaries binaries = new Binaries(proc);
        Optional<ProcessFacts> facts = proc.facts(pid);
        if (facts.isEmpty()) {
            return new Outcome.NoProcess(pid);
        }
        Judge judge = Judge.ofMachine(proc, binaries);
        Verdict verdict;
        switch (directory.read()) {
            case ReadResult.Invalid(var problems) -> {
                return new Outcome.BadPolicy(problems);
            }
            case ReadResult.Valid(Policy policy, var _) ->
                verdict = judge.judge(facts.get(), Optional.of(policy), Duration.ZERO)
                        .verdict();
        }
        Permission permission = verdict.permission();
        if (!permission.probe() || !permission.mayUsePack(PACK)) {
            return new Outcome.LeftAlone(facts.get(), verdict);
        }
        List<MappedFile> mappings;
        try {
            mappings = distinct(proc.executableMappings(pid));
        } catch (NoSuchFileException e) {
            return new Outcome.NoProcess(pid);
        } catch (IOException e) {
            throw new IOException("its memory map: " + Reason.of(e), e);
        }
        List<Pack> packs = new ArrayList<>();
        for (FunctionSpec function : functions) {
            switch (find(pid, function, facts.get(), mappings, binaries, permission, plans)) {
                case Outcome.Ready(var found) -> packs.addAll(found);
                case Outcome other -> {
                    boolean lives =
                            proc.identity(pid).equals(Optional.of(facts.get().identity()));
                    return lives ? other : new Outcome.NoProcess(pid);
                }
            }
        }
        return new Outcome.Ready(packs);
    }

    private static List<MappedFile> distinct(List<MappedFile> mappings) {
        List<MappedFile> files = new ArrayList<>();
        for (MappedFile mapped : mappings) {
            if (files.stream().noneMatch(known -> known.path().equals(mapped.path()))) {
                files.add(mapped);
            }
        }
        return files;
    }

    private static Outcome find(
            int pid,
            FunctionSpec spec,
            ProcessFacts facts,
            List<MappedFile> mappings,
            Binaries binaries,
            Permission permission,
            Consumer<Plan> plans) {
        List<String> searched = new ArrayList<>();
        List<String> close = new ArrayList<>();
        List<String> unreadable = new ArrayList<>();
        Optional<String> nameless = Optional.empty();
        for (MappedFile mapped : mappings) {
            boolean isMain =
                    facts.exe() instanceof Fact.Known<String> exe && exe.value().equals(mapped.path());
            boolean fits =
                    spec.library().map(glob -> glob.matches(mapped.name())).orElse(true);
            // A pattern without a library means the executable: `*` of all libraries is not what anybody wants.
            boolean patternElsewhere = !isMain
                    && spec.library().isEmpty()
                    && Glob.isPattern(spec.probe().site().text());
            if (!fits || patternElsewhere) {
                continue;
            }
            searched.add(mapped.path());
            if (isMain ? !permission.executable() : !permission.mayProbeLibrary(mapped.name())) {
                unreadable.add(mapped.path() + ": exempt by policy, so it is not opened");
                continue;
            }
            try (OpenFile file = binaries.open(pid, mapped)) {
                var analysis = binaries.analyse(file, pid, mapped, List.of(spec.probe()), Permissions.plan(permission));
                plans.accept(analysis.plan());
                if (!analysis.plan().points().isEmpty()) {
                    return new Outcome.Ready(
                            List.of(new Pack(PACK, where(spec, mapped, isMain), List.of(spec.probe()))));
                }
                if (!analysis.plan().refusals().isEmpty()) {
                    var refusal = analysis.plan().refusals().getFirst();
                    return new Outcome.Refused(refusal.function(), mapped.path(), refusal.why());
                }
                if (isMain && analysis.functions() == 0) {
                    nameless = Optional.of(mapped.path());
                }
                analysis.missing().values().forEach(close::addAll);
            } catch (IOException e) {
                unreadable.add(mapped.path() + ": " + Reason.of(e));
            }
        }
        return nameless.isPresent()
                ? new Outcome.NoSymbols(spec.probe().site().text(), nameless.get())
                : new Outcome.NotFound(spec.probe().site().text(), searched, close, unreadable);
    }

    private static Pack.Binary where(FunctionSpec spec, MappedFile mapped, boolean isMain) {
        if (spec.library().isPresent()) {
            return new Pack.Binary.Library(spec.library().get());
        }
        return isMain
                ? new Pack.Binary.Main()
                : new Pack.Binary.Library(Glob.name(mapped.name().replaceAll("([\\\\*?\\[])", "\\\\$1")));
    }
}
