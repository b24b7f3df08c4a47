package dev.stet.agent;

import dev.stet.agent.Explanation.AttachedFunction;
import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.facts.ProcessFacts;
import dev.stet.facts.ProcessIdentity;
import dev.stet.policy.Policy;
import dev.stet.policy.ReadResult;
import dev.stet.policy.yaml.Problem;
import dev.stet.procfs.ProcReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Says why processes of this machine are, or are not, probed, by policy files as they are now. Attaches nothing.
public final class Explainer {
    /// In clock ticks.
    private static final long TICK_MILLIS = 10;

    private final ProcReader proc = new ProcReader(Path.of("/proc"));
    private final Binaries binaries = new Binaries(proc);
    private final Optional<Policy> policy;
    private final List<Problem> problems;
    private final Set<FactKey<?>> also;

    /// @param also facts to read, whether or not a rule asks
    public Explainer(PolicyDirectory directory, StateDirectory state, Set<FactKey<?>> also) {
        ReadResult result = directory.read(state);
        problems = result instanceof ReadResult.Invalid(var found) ? found : List.of();
        policy = result instanceof ReadResult.Valid(var valid, var _) ? Optional.of(valid) : Optional.empty();
        this.also = Set.copyOf(also);
    }

    /// @return empty if there is no such process
    /// @throws IOException if the kernel does not tell what is attached
    public Optional<Explanation> process(int pid) throws IOException {
        Optional<ProcessFacts> read = proc.facts(pid);
        if (read.isEmpty()) {
            return Optional.empty();
        }
        Judge.Explained explained = Judge.ofMachine(proc, binaries).explain(read.get(), policy, age(read.get()), also);
        return Optional.of(explanation(explained, true, AttachedFunctions.of(pid, proc, binaries)));
    }

    /// As if Stet had run before the process did.
    private Duration age(ProcessFacts facts) {
        Duration age = proc.uptime().minusMillis(facts.identity().startTicks() * TICK_MILLIS);
        return age.isNegative() ? Duration.ZERO : age;
    }

    /// What would be decided about a process that runs this file, as far as the file alone tells, and once it has
    /// run for long.
    public Explanation file(Path file) {
        LoneFile source = new LoneFile(file, binaries);
        Judge judge =
                new Judge((int) ProcessHandle.current().pid(), source, new Timekeeper(Clock.systemUTC(), proc::uptime));
        return explanation(judge.explain(source.nobody(), policy, proc.uptime(), also), false, List.of());
    }

    private Explanation explanation(Judge.Explained explained, boolean running, List<AttachedFunction> attached) {
        return new Explanation(explained.facts(), running, explained.whole(), explained.asked(), problems, attached);
    }

    /// The processes that run this program, by pid.
    ///
    /// @param program a path, as the target or the host sees it, or the last component of one
    /// @throws IOException if the processes cannot be listed
    public List<Integer> running(String program) throws IOException {
        List<Integer> running = new ArrayList<>();
        for (int pid : proc.pids().stream().sorted().toList()) {
            Optional<ProcessFacts> facts = proc.facts(pid);
            if (facts.isPresent() && facts.get().exe() instanceof Fact.Known<String>(var exe) && isIt(exe, program)) {
                running.add(pid);
            }
        }
        return running;
    }

    private static boolean isIt(String exe, String program) {
        return program.contains("/") ? exe.equals(program) : exe.endsWith("/" + program);
    }

    /// Of a process that there is not.
    static ProcessIdentity nobody() {
        return new ProcessIdentity(Integer.MAX_VALUE, 0);
    }
}
