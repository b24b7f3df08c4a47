package dev.stet.service.node;

import dev.stet.agent.AgentState;
import dev.stet.agent.AgentState.ProcessState;
import dev.stet.agent.json.Json;
import dev.stet.agent.json.VerdictJson;
import dev.stet.policy.Verdict;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/// What the agent has and knows, as the API gives it (docs/api.md).
public final class StateJson {
    private StateJson() {}

    /// How an agent is, in a word.
    public enum Health {
        /// It does what its policy says.
        OK,
        /// It works, and something wants a person's attention.
        DEGRADED
    }

    /// The answer to `GET /v1/status`.
    ///
    /// @param version of Stet
    /// @param service what the service itself has to say
    static void status(Json json, String version, AgentState state, ServiceState service) {
        json.text("version", version)
                .number("pid", ProcessHandle.current().pid())
                .text("health", Json.lower(health(state, service)))
                .text("time", state.at().toString())
                .text("started", state.started().toString())
                .number(
                        "uptimeSeconds",
                        Duration.between(state.started(), state.at()).toSeconds());
        Json policy = json.object("policy");
        policy(policy, state.policy());
        policy.end();
        json.texts("packs", state.packs());
        Json processes = json.object("processes");
        counts(state).forEach(processes::number);
        processes.end();
        json.number(
                        "breakpoints",
                        state.processes().stream()
                                .mapToLong(ProcessState::breakpoints)
                                .sum())
                .number(
                        "hitsPerSecond",
                        state.processes().stream()
                                .mapToLong(ProcessState::hitsPerSecond)
                                .sum())
                .number("hitCostNanos", state.hitCost().toNanos());
        Json calls = json.object("calls");
        calls.number("seen", state.totals().calls())
                .number("returned", state.totals().returned())
                .number("lost", state.totals().lost())
                .number("filtered", state.totals().filtered())
                .number("sampledOut", state.totals().sampledOut())
                .number("rateLimited", state.totals().rateLimited())
                .number("stale", state.stale())
                .end();
        service.write(json);
    }

    static Health health(AgentState state, ServiceState service) {
        boolean isWell = state.policy().problems().isEmpty()
                && state.policy().generation() > 0
                && !service.panic()
                && service.troubles().isEmpty();
        return isWell ? Health.OK : Health.DEGRADED;
    }

    private static void policy(Json json, AgentState.PolicyState policy) {
        json.text("directory", policy.directory().toString()).number("generation", policy.generation());
        policy.since().ifPresent(since -> json.text("since", since.toString()));
        json.number("exemptions", policy.exemptions())
                .number("quarantines", policy.quarantines())
                .objects("problems", policy.problems(), VerdictJson::problem);
    }

    /// How many processes there are of each state, and in all; kernel threads do not count.
    public static Map<String, Long> counts(AgentState state) {
        Map<String, Long> counts = new TreeMap<>();
        for (String word : new String[] {"probed", "partly", "exempt", "undecided", "held", "idle", "resting"}) {
            counts.put(word, 0L);
        }
        state.processes().stream().filter(each -> !each.kernelThread()).forEach(each -> {
            counts.merge(word(each), 1L, Long::sum);
            counts.merge("all", 1L, Long::sum);
        });
        counts.putIfAbsent("all", 0L);
        return counts;
    }

    /// What is the case with a process, in a word: `probed`, `partly` probed because of an exemption,
    /// `resting` for being too busy, `held` back by its tier's roll-out, `exempt`, `undecided`, or
    /// `idle`: nothing of it interests any pack.
    public static String word(ProcessState process) {
        boolean hasProbes = process.breakpoints() > 0;
        return switch (process.verdict().orElse(null)) {
            case null -> process.idle() ? "idle" : "undecided";
            case Verdict verdict
            when hasProbes ->
                verdict instanceof Verdict.Exempt ? "partly" : process.resting().isEmpty() ? "probed" : "resting";
            case Verdict _ when !process.resting().isEmpty() -> "resting";
            case Verdict verdict
            when !verdict.mayProbe() ->
                verdict instanceof Verdict.Undecided ? (process.idle() ? "idle" : "undecided") : "exempt";
            case Verdict _ -> process.held().isPresent() ? "held" : "idle";
        };
    }

    /// Why, in a line for a person.
    public static String why(ProcessState process) {
        Verdict verdict = process.verdict().orElse(null);
        return switch (word(process)) {
            case "held" -> process.held().orElse("");
            case "resting" -> "called too often: " + String.join(", ", process.resting());
            case "idle" -> verdict == null ? "not among the programs to look at" : "no pack is about any of its files";
            case "probed" -> "no exemption matches";
            default -> verdict == null ? "not judged yet" : verdict.explain();
        };
    }

    /// One process of `GET /v1/processes`.
    static void process(Json json, ProcessState process, Duration hitCost) {
        json.number("pid", process.process().pid())
                .number("startTicks", process.process().startTicks())
                .text("process", process.program());
        process.exe().ifPresent(exe -> json.text("exe", exe));
        process.uid().ifPresent(uid -> json.number("uid", uid));
        json.bool("kernelThread", process.kernelThread())
                .text("state", word(process))
                .text("why", why(process))
                .number(
                        "functions",
                        process.files().stream()
                                .mapToLong(AgentState.FileState::functions)
                                .sum())
                .number("breakpoints", process.breakpoints())
                .number("hitsPerSecond", process.hitsPerSecond())
                .number("costNanosPerSecond", Math.round(process.cpuShare(hitCost) * 1e9));
    }

    /// `GET /v1/processes/PID`: the same, and all that is known.
    static void whole(Json json, ProcessState process, Duration hitCost) {
        process(json, process, hitCost);
        json.bool("idle", process.idle());
        process.held().ifPresent(why -> json.text("held", why));
        process.verdict().ifPresent(verdict -> VerdictJson.verdict(json, verdict));
        json.objects(
                        "files",
                        process.files(),
                        (each, file) -> each.text("file", file.path())
                                .number("functions", file.functions())
                                .number("breakpoints", file.breakpoints())
                                .texts("packs", file.packs()))
                .texts("resting", process.resting().stream().sorted().toList())
                .objects(
                        "hottest",
                        process.hottest(),
                        (each, hot) -> each.text("function", hot.function()).number("perSecond", hot.perSecond()));
    }
}
