package dev.stet.cli;

import dev.stet.agent.Agent;
import dev.stet.agent.AgentEvent;
import dev.stet.agent.Budgets;
import dev.stet.agent.Pack;
import dev.stet.agent.PackDirectory;
import dev.stet.agent.PackReader;
import dev.stet.agent.Panic;
import dev.stet.agent.PolicyDirectory;
import dev.stet.agent.Scope;
import dev.stet.agent.StateDirectory;
import dev.stet.agent.audit.AuditFile;
import dev.stet.agent.audit.AuditLog;
import dev.stet.agent.audit.AuditTrail;
import dev.stet.agent.json.EventJson;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `stet run`
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Trace every process on this machine with the built-in packs, but for what policy exempts.",
        footer = {
            "",
            "Examples:",
            "  stet run                          every process, until Ctrl-C",
            "  stet run --policy ./policy.d      with exemptions, which may be edited meanwhile",
            "  stet run --json > events.json     one JSON object a line",
            "  stet run --exe '/srv/**'          only programs below /srv"
        })
final class RunCommand implements Runnable {
    /// Room for about 50,000 calls: what a busy machine makes while the JVM collects its garbage.
    private static final int RING_BYTES = 8 << 20;

    /// Enough to tell a median from; a run may last for months.
    private static final int MAX_STALE = 10_000;

    @Mixin
    private PolicyOption policy;

    @Mixin
    private StateOption state;

    @Mixin
    private PrivateOptions privateData;

    @Option(
            names = "--payload",
            description = "Take contents of messages as well: what packs have under 'payload'. Still redacted.")
    private boolean payload;

    @Option(
            names = "--packs",
            paramLabel = "DIR",
            description = "Packs of one's own, beside the built-in ones or in their stead; watched while it runs.")
    private Path packDirectory;

    private volatile boolean hung;
    private final List<Long> staleMillis = new ArrayList<>();
    private int attached;

    @Option(names = "--json", description = "Print one JSON object a line (docs/json.md).")
    private boolean json;

    @Option(names = "--exe", paramLabel = "GLOB", description = "Look only at programs whose path matches.")
    private String exe;

    @Option(
            names = "--perf-events",
            description = "Attach by perf events, as on kernels before 6.6: slower, few breakpoints.")
    private boolean perfOnly;

    @Option(
            names = "--strict",
            description = "Hold a probed process that runs another program until its probes are off, "
                    + "for half a second at most.")
    private boolean strict;

    @Option(
            names = "--budget",
            paramLabel = "PERCENT",
            defaultValue = "25",
            description = "The most of one CPU's time that probes may take from one process whose tier does not say: "
                    + "the hottest functions rest when it is more. 0: any. Default: ${DEFAULT-VALUE}.")
    private double budget;

    @Option(
            names = "--machine-budget",
            paramLabel = "PERCENT",
            defaultValue = "25",
            description = "The same for all processes together, of all CPUs' time. Default: ${DEFAULT-VALUE}.")
    private double machineBudget;

    @Option(names = "--duration", paramLabel = "SECONDS", description = "Stop after so long.")
    private Double seconds;

    @Override
    public void run() {
        PolicyDirectory directory = policy.directory();
        Session.requireRoot();
        OptionalLong limit = Options.millis(seconds);
        Session session = Session.toStandardOutput();
        Output output = session.output();
        CallPrinter printer = new CallPrinter(output, json, session::frames);
        List<Pack> builtIn = PackReader.builtIn();
        Optional<PackDirectory> own = Optional.ofNullable(packDirectory).map(PackDirectory::new);
        List<Pack> packs = PacksCommand.together(builtIn, own);
        Scope scope = exe == null ? new Scope.Everything() : new Scope.Executables(Options.glob(exe));
        if (!json) {
            output.say("packs " + packs.stream().map(Pack::name).collect(Collectors.joining(", ")) + "; policy in "
                    + directory.path() + "; Ctrl-C stops and detaches");
            printer.heading();
        }
        Optional<StateDirectory> kept = state.directory(output::say);
        kept.map(Panic::new)
                .filter(Panic::isOn)
                .ifPresent(panic -> output.say("PANIC: nothing is probed until stet resume; see " + panic.file()));
        Optional<AuditLog> audit = kept.map(it ->
                new AuditLog(new AuditFile(it.auditLog()), Person.who("stet run"), Clock.systemUTC(), output::say));
        Consumer<AgentEvent> trail = audit.<Consumer<AgentEvent>>map(log -> new AuditTrail(log::add, Clock.systemUTC()))
                .orElse(_ -> {});
        session.run(
                new Agent.Options(
                        builtIn,
                        own,
                        scope,
                        directory,
                        false,
                        new Agent.Contents(payload, privateData.redaction()),
                        RING_BYTES,
                        perfOnly,
                        new Budgets.Limits(
                                Options.percent("--budget", budget),
                                Options.percent("--machine-budget", machineBudget)),
                        strict,
                        kept,
                        Clock.systemUTC()),
                event -> {
                    trail.accept(event);
                    tell(event, output);
                    if (event instanceof AgentEvent.Hung) {
                        hung = true;
                        session.end();
                    }
                },
                printer::call,
                limit,
                report -> {
                    audit.ifPresent(AuditLog::close);
                    report.histograms().forEach(each -> printer.histogram(each, report.took()));
                    tellAtEnd(report, output);
                });
        if (hung) {
            throw new Failure(ExitCode.BUG, "ended because it hung at a file; start it again, and please report this");
        }
    }

    private void tell(AgentEvent event, Output output) {
        if (json) {
            output.lineNow(EventJson.of(event));
            return;
        }
        switch (event) {
            // On a whole machine these come by the hundred: they are counted, and told at the end.
            case AgentEvent.Attached _ -> attached++;
            case AgentEvent.Detached(var _, var why, var took) when why == AgentEvent.Detached.Why.EXEC -> stale(took);
            default -> EventText.line(event).ifPresent(output::say);
        }
    }

    private void stale(Duration took) {
        if (staleMillis.size() < MAX_STALE) {
            staleMillis.add(took.toMillis());
        }
    }

    private void tellAtEnd(Session.Report report, Output output) {
        if (!json && !staleMillis.isEmpty()) {
            staleMillis.sort(null);
            output.say(
                    "%d processes ran exec while they were traced: the last stale breakpoint was gone after %d ms (median), %d ms (longest)"
                            .formatted(
                                    staleMillis.size(),
                                    staleMillis.get(staleMillis.size() / 2),
                                    staleMillis.getLast()));
        }
        if (!json) {
            output.say("%d files of processes were probed".formatted(attached));
        }
        TraceCommand.summary(report, output, json);
    }
}
