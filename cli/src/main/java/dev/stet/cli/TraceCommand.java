package dev.stet.cli;

import dev.stet.agent.Agent;
import dev.stet.agent.AgentEvent;
import dev.stet.agent.Budgets;
import dev.stet.agent.FunctionSpec;
import dev.stet.agent.Pack;
import dev.stet.agent.PolicyDirectory;
import dev.stet.agent.Scope;
import dev.stet.agent.TraceRequest;
import dev.stet.agent.TraceRequest.Outcome;
import dev.stet.agent.json.EventJson;
import dev.stet.agent.json.Json;
import dev.stet.agent.json.SafeText;
import dev.stet.agent.json.Times;
import dev.stet.policy.Verdict;
import dev.stet.probe.Plan;
import dev.stet.probe.PlanText;
import dev.stet.probe.Redaction;
import dev.stet.probe.Totals;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stet trace`
@Command(
        name = "trace",
        mixinStandardHelpOptions = true,
        description = {
            "Print every call of some functions: arguments, result, latency.",
            "",
            "FUNCTION is [LIBRARY:]NAME[(CAPTURES)][ -> CAPTURES], or usdt:PROVIDER:NAME[(CAPTURES)]. NAME may be a pattern "
                    + "(*, ?, [a-z]). A capture is an expression (docs/expressions.md): a parameter's name, conn->fd, "
                    + "r.URL.Path, arg1, ret, latency, or a word as int(), hex(), string(), bytes(), u32(); name=... names it. "
                    + "Without captures: what debug information tells, or arg1, arg2, arg3 and ret."
        },
        footer = {
            "",
            "Examples:",
            "  stet trace -p 4711 main.Handle                       a Go function of a running program",
            "  stet trace -p 4711 'work(int(arg1), name=str(arg2)) -> int(ret)'",
            "  stet trace -p 4711 'libssl.so*:SSL_*'                a library's functions",
            "  stet trace --exe '/usr/bin/psql' 'libc.so.6:getaddrinfo(str(arg1))'",
            "  stet trace -p 4711 'handle(conn->fd, name)' --where 'latency > 10ms' --stack",
            "  stet trace -p 4711 malloc --histogram --duration 5",
            "  stet trace -p 4711 --json --count 10 'net/http.*' | jq .function"
        })
final class TraceCommand implements Runnable {
    /// Room for about 300,000 calls without text.
    private static final int RING_BYTES = 32 << 20;

    @ArgGroup(multiplicity = "1")
    private Who who;

    /// Which processes.
    static final class Who {
        @Option(
                names = {"-p", "--pid"},
                paramLabel = "PID",
                description = "Trace this process, until it ends.")
        private Integer pid;

        @Option(
                names = "--exe",
                paramLabel = "GLOB",
                description = "Trace every process whose executable's path matches, running or started later.")
        private String exe;
    }

    @Parameters(arity = "1..*", paramLabel = "FUNCTION", description = "What to trace.")
    private List<String> functions;

    @Mixin
    private PolicyOption policy;

    @Option(names = "--json", description = "Print one JSON object a line (docs/json.md).")
    private boolean json;

    @Mixin
    private CaptureOptions captures;

    @Mixin
    private PrivateOptions privateData;

    @Option(
            names = "--explain-plan",
            description = "Attach nothing; print where probes would be, what they would take, and the BPF programs.")
    private boolean explainPlan;

    @Option(names = "--count", paramLabel = "N", description = "Stop after N calls.")
    private Long count;

    @Option(
            names = "--perf-events",
            description = "Attach by perf events, as on kernels before 6.6: slower, few breakpoints.")
    private boolean perfOnly;

    @Option(names = "--duration", paramLabel = "SECONDS", description = "Stop after so long.")
    private Double seconds;

    private final FirstLook firstLook = new FirstLook();

    @Override
    public void run() {
        PolicyDirectory directory = policy.directory();
        Redaction redaction = privateData.redaction();
        List<FunctionSpec> specs = specs();
        Scope scope = who.pid != null ? new Scope.OneProcess(who.pid) : new Scope.Executables(Options.glob(who.exe));
        OptionalLong limit = Options.millis(seconds);
        Session.requireRoot();
        if (explainPlan) {
            explainPlan(specs, directory);
            return;
        }
        List<Pack> packs = who.pid != null ? look(who.pid, specs, directory, _ -> {}) : packs(specs);
        Session session = Session.toStandardOutput();
        Output output = session.output();
        CallPrinter printer = new CallPrinter(output, json, session::frames);
        AtomicLong left = new AtomicLong(count == null ? Long.MAX_VALUE : count);
        if (!captures.isHistogram()) {
            printer.heading();
        }
        session.run(
                options(packs, scope, directory, redaction),
                event -> tell(event, session),
                call -> {
                    long now = left.getAndDecrement();
                    if (now > 0) {
                        printer.call(call);
                    }
                    if (now == 1) {
                        session.end();
                    }
                },
                limit,
                report -> {
                    report.histograms().forEach(each -> printer.histogram(each, report.took()));
                    summary(report, output, json);
                });
        if (who.pid != null && firstLook.isInVain()) {
            throw new Failure(ExitCode.NOTHING, "nothing could be attached in process " + who.pid);
        }
    }

    private Agent.Options options(List<Pack> packs, Scope scope, PolicyDirectory directory, Redaction redaction) {
        return new Agent.Options(
                packs,
                Optional.empty(),
                scope,
                directory,
                true,
                new Agent.Contents(false, redaction),
                RING_BYTES,
                perfOnly,
                Budgets.Limits.NONE, // who names functions wants them, whatever they cost
                false,
                Optional.empty(),
                Clock.systemUTC());
    }

    private void explainPlan(List<FunctionSpec> specs, PolicyDirectory directory) {
        if (who.pid == null) {
            throw new Failure(ExitCode.USAGE, "--explain-plan needs a process: -p PID");
        }
        List<String> plans = new ArrayList<>();
        var ignored = look(who.pid, specs, directory, plan -> plans.add(PlanText.of(plan)));
        plans.forEach(System.out::print);
    }

    private List<FunctionSpec> specs() {
        FunctionSpec.Settings settings = captures.settings();
        List<FunctionSpec> specs = new ArrayList<>();
        for (String function : functions) {
            try {
                specs.add(FunctionSpec.parse(function, settings));
            } catch (IllegalArgumentException e) {
                throw new Failure(ExitCode.USAGE, e.getMessage());
            }
        }
        return specs;
    }

    private static List<Pack> packs(List<FunctionSpec> specs) {
        return specs.stream()
                .map(spec -> new Pack(
                        "trace",
                        spec.library()
                                .<Pack.Binary>map(Pack.Binary.Library::new)
                                .orElse(new Pack.Binary.Main()),
                        List.of(spec.probe())))
                .toList();
    }

    private static List<Pack> look(int pid, List<FunctionSpec> specs, PolicyDirectory directory, Consumer<Plan> plans) {
        Outcome outcome;
        try {
            outcome = TraceRequest.look(pid, specs, directory, plans);
        } catch (IOException e) {
            throw new Failure(ExitCode.NOTHING, "cannot look into process " + pid + ": " + e.getMessage());
        }
        return switch (outcome) {
            case Outcome.Ready(var packs) -> packs;
            case Outcome.NoProcess(int missing) ->
                throw new Failure(ExitCode.NO_INPUT, "there is no process " + missing + " (any more)");
            case Outcome.BadPolicy(var problems) ->
                throw new Failure(
                        ExitCode.BAD_DATA,
                        "the policy is wrong, so nothing is traced:\n"
                                + problems.stream()
                                        .map(problem -> "  " + problem)
                                        .collect(Collectors.joining("\n")));
            case Outcome.LeftAlone(var _, Verdict verdict) ->
                throw new Failure(
                        ExitCode.NOTHING,
                        "process " + pid + " is " + verdict.explain() + "\n  (stet explain " + pid + " tells more)");
            case Outcome.Refused(var function, var path, var why) ->
                throw new Failure(
                        ExitCode.NOTHING,
                        "%s in %s cannot be traced: %s".formatted(function, SafeText.plain(path), why));
            case Outcome.NoSymbols(var function, var path) ->
                throw new Failure(
                        ExitCode.NOTHING,
                        "%s has no symbols (stripped), so there is no function '%s' to be found in it"
                                .formatted(SafeText.plain(path), function));
            case Outcome.NotFound notFound -> throw new Failure(ExitCode.NOTHING, notFound(pid, notFound));
        };
    }

    private static String notFound(int pid, Outcome.NotFound notFound) {
        if (!notFound.unreadable().isEmpty()
                && notFound.unreadable().size() == notFound.searched().size()) {
            return "cannot look for %s in process %d:\n  %s"
                    .formatted(notFound.function(), pid, SafeText.plain(String.join("; ", notFound.unreadable())));
        }
        if (notFound.searched().isEmpty()) {
            return "process %d maps no library of that name".formatted(pid);
        }
        String where = notFound.searched().size() == 1
                ? notFound.searched().getFirst()
                : notFound.searched().getFirst() + " and "
                        + (notFound.searched().size() - 1) + " libraries";
        return "no function '%s' in %s%s".formatted(notFound.function(), where, EventText.suggestion(notFound.close()));
    }

    private void tell(AgentEvent event, Session session) {
        Output output = session.output();
        if (json) {
            output.lineNow(EventJson.of(event));
        } else if (!(event instanceof AgentEvent.PolicyApplied)) {
            EventText.line(event).ifPresent(output::say);
        }
        if (event instanceof AgentEvent.Ended(var process, var _, var _)
                && who.pid != null
                && process.pid() == who.pid) {
            if (!json) {
                output.say("process " + who.pid + " has ended");
            }
            session.end();
        }
        firstLook.saw(event);
        if (who.pid != null && firstLook.isInVain()) {
            session.end();
        }
    }

    /// What a run came to, in one line or object.
    static void summary(Session.Report report, Output output, boolean json) {
        Totals totals = report.totals();
        if (json) {
            StringBuilder out = new StringBuilder();
            Json.object(out)
                    .text("type", "summary")
                    .text("time", Instant.now().toString())
                    .number("calls", totals.calls())
                    .number("returns", totals.returned())
                    .number("lost", totals.lost())
                    .number("counted", totals.counted())
                    .number("filtered", totals.filtered())
                    .number("filterUnknown", totals.unknown())
                    .number("sampledOut", totals.sampledOut())
                    .number("rateLimited", totals.rateLimited())
                    .number("uncounted", totals.uncounted())
                    .number("left", totals.abandoned())
                    .number("unfinished", totals.unfinished())
                    .number("unmatched", totals.unmatched())
                    .number("restarted", totals.restarted())
                    .number("stale", report.stale())
                    .number("attachedNanos", report.took().toNanos())
                    .end();
            output.lineNow(out);
            return;
        }
        StringBuilder text = new StringBuilder(
                "%,d calls, %,d returns, %,d lost".formatted(totals.calls(), totals.returned(), totals.lost()));
        add(text, totals.counted(), "counted into histograms");
        add(text, totals.filtered(), "filtered out");
        add(text, totals.unknown(), "of them because what --where looks at could not be read");
        add(text, totals.sampledOut(), "left out by sampling");
        add(text, totals.rateLimited(), "left out by the rate limit");
        add(text, totals.uncounted(), "could not be counted");
        add(text, totals.abandoned(), "left without a return");
        add(text, totals.unfinished(), "had not returned when it ended");
        add(text, totals.unmatched(), "had begun before");
        add(text, report.stale(), "left out: after exec");
        output.say(text.append("; attached for ")
                .append(Times.duration(report.took()))
                .append(", detached")
                .toString());
    }

    private static void add(StringBuilder text, long count, String what) {
        if (count > 0) {
            text.append(", %,d %s".formatted(count, what));
        }
    }
}
