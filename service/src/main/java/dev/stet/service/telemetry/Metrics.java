package dev.stet.service.telemetry;

import dev.stet.agent.AgentState;
import dev.stet.agent.AgentState.ProcessState;
import dev.stet.probe.Totals;
import dev.stet.service.telemetry.Metric.Kind;
import dev.stet.service.telemetry.Metric.Sample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The agent's state as metrics. docs/connect.md lists all of them.
public final class Metrics {
    private Metrics() {}

    /// What they are made of.
    ///
    /// @param version of Stet
    /// @param states processes by state, as `stet ps` has them
    /// @param panic nothing is probed until `stet resume`
    /// @param troubles how many things want a person's attention
    /// @param dropped calls and events, by who could not take them
    /// @param own what the agent uses
    public record Source(
            String version,
            AgentState state,
            Map<String, Long> states,
            boolean panic,
            int troubles,
            Map<String, Long> dropped,
            OwnUse own) {
        public Source {
            states = Map.copyOf(states);
            dropped = Map.copyOf(dropped);
        }
    }

    /// All, in the order of the page.
    public static List<Metric> of(Source source) {
        List<Metric> all = new ArrayList<>();
        AgentState state = source.state;
        all.add(new Metric(
                "stet_build_info",
                Kind.GAUGE,
                "",
                "1, with the version of Stet.",
                List.of(new Sample(Map.of("version", source.version), 1))));
        all.add(Metric.gauge(
                "stet_uptime_seconds",
                "seconds",
                "Since the agent started.",
                Duration.between(state.started(), state.at()).toMillis() / 1000.0));
        all.add(labelled(
                "stet_processes",
                Kind.GAUGE,
                "Processes by what is the case with them; kernel threads do not count.",
                "state",
                source.states));
        all.add(Metric.gauge(
                "stet_breakpoints",
                "",
                "Instructions that are probed.",
                state.processes().stream().mapToLong(ProcessState::breakpoints).sum()));
        long hits = state.processes().stream()
                .mapToLong(ProcessState::hitsPerSecond)
                .sum();
        all.add(Metric.gauge("stet_hits_per_second", "", "Hits of breakpoints in the last second.", hits));
        all.add(Metric.gauge(
                "stet_probe_cpu_ratio",
                "ratio",
                "What probes take from targets, in CPUs, by what a hit costs.",
                hits * (state.hitCost().toNanos() / 1e9)));
        all.add(Metric.gauge(
                "stet_hit_cost_seconds",
                "seconds",
                "What one hit of a breakpoint takes of a target's time.",
                state.hitCost().toNanos() / 1e9));
        all.add(Metric.gauge(
                "stet_resting_functions",
                "",
                "Functions that rest because they are called too often.",
                state.processes().stream()
                        .mapToLong(each -> each.resting().size())
                        .sum()));
        calls(state, all);
        policy(source, all);
        all.add(labelled(
                "stet_sink_dropped",
                Kind.COUNTER,
                "Calls and events that a sink could not take.",
                "sink",
                source.dropped));
        own(source.own, all);
        return all;
    }

    private static void calls(AgentState state, List<Metric> all) {
        Totals totals = state.totals();
        all.add(Metric.counter("stet_calls", "Calls that began.", totals.calls()));
        all.add(Metric.counter("stet_calls_returned", "Calls whose end was recorded.", totals.returned()));
        all.add(Metric.counter("stet_calls_lost", "Calls that were seen and could not be reported.", totals.lost()));
        all.add(labelled(
                "stet_calls_left_out",
                Kind.COUNTER,
                "Calls that were not to be reported, by why.",
                "reason",
                Map.of(
                        "filtered", totals.filtered(),
                        "sampled", totals.sampledOut(),
                        "rate", totals.rateLimited(),
                        "stale", state.stale())));
        all.add(Metric.counter("stet_calls_unwound", "Calls that were left without a return.", totals.abandoned()));
    }

    private static void policy(Source source, List<Metric> all) {
        AgentState.PolicyState policy = source.state.policy();
        all.add(Metric.gauge(
                "stet_policy_generation",
                "",
                "How many policies were put in force; 0: none, so nothing is probed.",
                policy.generation()));
        all.add(Metric.gauge(
                "stet_policy_problems",
                "",
                "What is wrong with the policy's files, which are not in force then.",
                policy.problems().size()));
        all.add(Metric.gauge(
                "stet_exemptions", "", "Exemptions that are written, quarantines among them.", policy.exemptions()));
        all.add(Metric.gauge("stet_quarantines", "", "Exemptions that the guardian has made.", policy.quarantines()));
        all.add(Metric.gauge("stet_panic", "", "1 if nothing is probed until stet resume.", source.panic ? 1 : 0));
        all.add(Metric.gauge(
                "stet_troubles", "", "What wants a person's attention, as stet status names it.", source.troubles));
    }

    private static void own(OwnUse own, List<Metric> all) {
        all.add(Metric.gauge("stet_resident_bytes", "bytes", "Memory that the agent takes.", own.residentBytes()));
        all.add(Metric.gauge(
                "stet_heap_bytes", "bytes", "Of that, what objects take, garbage among them.", own.heapBytes()));
        all.add(new Metric(
                "stet_cpu_seconds",
                Kind.COUNTER,
                "seconds",
                "CPU time that the agent took.",
                List.of(new Sample(Map.of(), own.cpuSeconds()))));
        all.add(Metric.gauge("stet_threads", "", "Threads of the agent.", own.threads()));
        all.add(Metric.gauge("stet_descriptors", "", "Descriptors that the agent has open.", own.descriptors()));
    }

    private static Metric labelled(String name, Kind kind, String help, String label, Map<String, Long> values) {
        return new Metric(
                name,
                kind,
                "",
                help,
                values.entrySet().stream()
                        .filter(each -> !each.getKey().equals("all"))
                        .sorted(Map.Entry.comparingByKey())
                        .map(each -> new Sample(Map.of(label, each.getKey()), (double) each.getValue()))
                        .toList());
    }
}
