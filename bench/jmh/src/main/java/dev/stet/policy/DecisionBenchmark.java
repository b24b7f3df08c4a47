package dev.stet.policy;

import dev.stet.facts.ProcessFacts;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What decisions cost: with the index, and beside it with every rule tried on every process.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
        value = 1,
        jvmArgs = {"-Xmx512m", "-XX:+UseSerialGC"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DecisionBenchmark {
    private static final int PROCESSES = 10_000;

    @Param({"1000", "10000"})
    int rules;

    private Policy policy;
    private Engine scan;
    private List<ProcessFacts> processes;
    private int next;

    /// Makes the policy and the processes.
    @Setup
    public void prepare() {
        Machine machine = new Machine();
        policy = machine.policy(rules);
        scan = Engine.withoutIndex(policy);
        processes = machine.processes(PROCESSES);
        long exempt = processes.stream()
                .filter(it -> !policy.decide(it, Machine.MOMENT).mayProbe())
                .count();
        if (exempt < 10 || exempt > PROCESSES / 2) {
            throw new IllegalStateException(exempt + " processes are exempt: this measures nothing");
        }
    }

    private ProcessFacts process() {
        next = next + 1 < PROCESSES ? next + 1 : 0;
        return processes.get(next);
    }

    /// One process.
    @Benchmark
    public Verdict one() {
        return policy.decide(process(), Machine.MOMENT);
    }

    /// One process, every rule tried.
    @Benchmark
    public Verdict oneByScan() {
        return scan.decide(process(), Machine.MOMENT);
    }

    /// All 10,000 processes on one thread.
    @Benchmark
    public int all() {
        int probed = 0;
        for (int i = 0; i < PROCESSES; i++) {
            probed += policy.decide(processes.get(i), Machine.MOMENT).mayProbe() ? 1 : 0;
        }
        return probed;
    }

    /// All 10,000 processes on all processors.
    @Benchmark
    public long allOnAllProcessors() {
        return processes.parallelStream()
                .filter(it -> policy.decide(it, Machine.MOMENT).mayProbe())
                .count();
    }

    /// The policy made ready, from rules that were read.
    @Benchmark
    public Policy compile() {
        return Policy.of(policy.exemptions(), policy.tiers(), policy.settings());
    }
}
