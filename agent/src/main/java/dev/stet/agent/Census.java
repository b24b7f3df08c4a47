package dev.stet.agent;

import dev.stet.facts.FactKey;
import dev.stet.facts.ProcessFacts;
import dev.stet.policy.Evidence;
import dev.stet.policy.Exemption;
import dev.stet.policy.Policy;
import dev.stet.policy.Settings;
import dev.stet.policy.Verdict;
import dev.stet.procfs.ProcReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;

/// What exemptions match among the processes that run at this moment, each rule by itself. Attaches nothing.
public final class Census {
    /// Whoever asks waits for no fact any longer.
    private static final Duration LONG = Duration.ofDays(365);

    private final ProcReader proc = new ProcReader(Path.of("/proc"));
    private final MachineFacts source;
    private final Judge judge;

    /// A process that a rule matches.
    ///
    /// @param evidence the clauses that hold
    public record Matched(ProcessFacts facts, List<Evidence> evidence) {
        public Matched {
            evidence = List.copyOf(evidence);
        }
    }

    public Census() {
        Binaries binaries = new Binaries(proc);
        source = new MachineFacts(proc, binaries, Metadata.NONE);
        judge = Judge.ofMachine(proc, binaries);
    }

    /// What is known of a process, with some facts that cost more.
    ///
    /// @return empty if there is no such process
    public Optional<ProcessFacts> facts(int pid, Set<FactKey<?>> wanted) {
        return proc.facts(pid).map(facts -> source.read(facts, wanted));
    }

    /// By the rules' names: which processes each matches. Rules that are expired or lifted match nothing.
    ///
    /// @param progress is told how many of a hundred parts are done
    /// @throws IOException if processes cannot be listed
    public Map<String, List<Matched>> matches(Policy policy, List<Exemption> rules, IntConsumer progress)
            throws IOException {
        Map<String, List<Matched>> matches = new HashMap<>();
        Map<Exemption, Policy> alone = new LinkedHashMap<>();
        for (Exemption rule : rules) {
            matches.put(rule.name(), new ArrayList<>());
            if (!policy.isLifted(rule)) {
                alone.put(rule, Policy.of(List.of(rule), policy.tiers(), Settings.DEFAULT));
            }
        }
        List<Integer> pids = proc.pids();
        int done = 0;
        for (int pid : pids) {
            progress.accept(100 * done++ / pids.size());
            Optional<ProcessFacts> read = proc.facts(pid).filter(facts -> !facts.kernelThread());
            if (read.isEmpty()) {
                continue;
            }
            ProcessFacts facts = read.get();
            for (Map.Entry<Exemption, Policy> each : alone.entrySet()) {
                Judge.Judged judged = judge.judge(facts, Optional.of(each.getValue()), LONG);
                facts = judged.facts();
                String name = each.getKey().name();
                evidence(judged.verdict(), each.getKey())
                        .ifPresent(found -> matches.get(name).add(new Matched(judged.facts(), found)));
            }
        }
        return matches;
    }

    private static Optional<List<Evidence>> evidence(Verdict verdict, Exemption rule) {
        return verdict instanceof Verdict.Exempt(var _, var by, var _)
                ? by.stream()
                        .filter(decision ->
                                !decision.isGuard() && decision.rule().equals(rule.name()))
                        .map(decision -> decision.evidence())
                        .findFirst()
                : Optional.empty();
    }
}
