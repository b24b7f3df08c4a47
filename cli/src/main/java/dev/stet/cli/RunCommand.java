package dev.stet.cli;

import dev.stet.agent.Agent;
import dev.stet.agent.AgentEvent;
import dev.stet.agent.Pack;
import dev.stet.agent.PackReader;
import dev.stet.agent.Panic;
import dev.stet.agent.StateDirectory;
import dev.stet.agent.audit.AuditFile;
import dev.stet.agent.audit.AuditLog;
import dev.stet.agent.audit.AuditTrail;
import dev.stet.agent.json.EventJson;
import dev.stet.probe.Call;
import dev.stet.service.node.Service;
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
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `stet run`
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        modelTransformer = ConfigOptions.class,
        description = {
            "Trace every process on this machine with the built-in packs, but for what policy exempts.",
            "This is the agent: stet status, ps, top, events and logs ask it."
        },
        footer = {
            "",
            "Examples:",
            "  stet run                          every process, until Ctrl-C",
            "  stet run --policy ./policy.d      with exemptions, which may be edited meanwhile",
            "  stet run --json > events.json     one JSON object a line",
            "  stet run --exe '/srv/**'          only programs below /srv",
            "  stet run --config ./stet.yaml     as a service does; stet config show tells what counts"
        })
final class RunCommand implements Runnable {
    /// Enough to tell a median from; a run may last for months.
    private static final int MAX_STALE = 10_000;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration. The environment counts more, and options count most"
                    + " (default: /etc/stet/stet.yaml, if there is one; docs/config.md).")
    private Path config;

    @Option(names = "--json", description = "Print one JSON object a line (docs/json.md): --output json.")
    private boolean json;

    @Option(names = "--duration", paramLabel = "SECONDS", description = "Stop after so long.")
    private Double seconds;

    private volatile boolean hung;
    private final List<Long> staleMillis = new ArrayList<>();
    private int attached;
    private boolean quiet;

    @Override
    public void run() {
        Optional<Path> file = Optional.ofNullable(config);
        RunOptions options =
                new RunOptions(ConfigOptions.read(file, spec.commandLine().getParseResult()));
        json |= options.printing() == RunOptions.Printing.JSON;
        quiet = !json && options.printing() == RunOptions.Printing.NONE;
        options.policy(); // before anything is said: it may be no directory
        Session.requireRoot();
        OptionalLong limit = Options.millis(seconds);
        Session session = Session.toStandardOutput();
        Output output = session.output();
        CallPrinter printer = new CallPrinter(output, json, session::frames);
        List<Pack> packs = PacksCommand.together(PackReader.builtIn(), options.packs());
        Optional<StateDirectory> kept = options.state().flatMap(path -> new StateOption(path).directory(output::say));
        Agent.Options agent = options.agent(kept);
        if (!json) {
            output.say("packs " + packs.stream().map(Pack::name).collect(Collectors.joining(", ")) + "; policy in "
                    + agent.policy().path() + "; Ctrl-C stops and detaches");
        }
        if (!json && !quiet) {
            printer.heading();
        }
        kept.map(Panic::new)
                .filter(Panic::isOn)
                .ifPresent(panic -> output.say("PANIC: nothing is probed until stet resume; see " + panic.file()));
        Optional<AuditLog> audit = kept.map(it ->
                new AuditLog(new AuditFile(it.auditLog()), Person.who("stet run"), Clock.systemUTC(), output::say));
        Consumer<AgentEvent> trail = audit.<Consumer<AgentEvent>>map(log -> new AuditTrail(log::add, Clock.systemUTC()))
                .orElse(_ -> {});
        NodeService node = new NodeService(options, file, spec.commandLine().getParseResult(), session, kept);
        Service service = node.service();
        session.whenStarted(node::open);
        session.run(
                agent,
                event -> {
                    trail.accept(event);
                    tell(event, output);
                    service.event(event);
                    if (event instanceof AgentEvent.Hung) {
                        hung = true;
                        session.end();
                    }
                },
                quiet ? service::call : both(printer, service),
                limit,
                report -> {
                    node.close();
                    audit.ifPresent(AuditLog::close);
                    report.histograms().forEach(each -> printer.histogram(each, report.took()));
                    tellAtEnd(report, output);
                });
        if (hung) {
            throw new Failure(ExitCode.BUG, "ended because it hung at a file; start it again, and please report this");
        }
    }

    private static Consumer<Call> both(CallPrinter printer, Service service) {
        return call -> {
            printer.call(call);
            service.call(call);
        };
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
