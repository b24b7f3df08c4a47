package dev.stet.cli;

import dev.stet.agent.Agent;
import dev.stet.agent.StateDirectory;
import dev.stet.agent.json.SafeText;
import dev.stet.policy.yaml.SourceText;
import dev.stet.probe.Call;
import dev.stet.probe.Frame;
import dev.stet.service.Sink;
import dev.stet.service.config.Configuration;
import dev.stet.service.config.Setting;
import dev.stet.service.node.HeapWatch;
import dev.stet.service.node.Service;
import dev.stet.service.otlp.Otlp;
import dev.stet.service.otlp.OtlpSettings;
import dev.stet.service.store.FileSink;
import dev.stet.service.store.Store;
import dev.stet.service.store.StoreSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import picocli.CommandLine.ParseResult;

/// What is around the agent of `stet run`, by its configuration, which is looked at again when its file
/// changes.
final class NodeService implements AutoCloseable {
    private static final long LOOK_MILLIS = 2000;
    private static final long HEAP_MILLIS = 500;

    private final Optional<Path> file;
    private final Map<String, List<String>> given;
    private final Optional<StateDirectory> kept;
    private final Output output;
    private final Function<Call, List<Frame>> frames;
    private final Service service;
    private final HeapWatch heap = new HeapWatch();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("stet-config").factory());
    /// What counts of all that takes a restart.
    private final Configuration started;

    private RunOptions options;
    private Optional<Otlp> otlp;
    private Optional<SourceText> text;
    private Agent agent;
    private boolean closed;

    /// @param file the configuration that was named; empty: the usual one, if it is there
    /// @param line the command line
    NodeService(
            RunOptions options, Optional<Path> file, ParseResult line, Session session, Optional<StateDirectory> kept) {
        this.options = options;
        started = options.configuration();
        this.file = file;
        given = ConfigOptions.given(line);
        this.kept = kept;
        output = session.output();
        frames = session::frames;
        text = ConfigOptions.text(file);
        service = new Service(new Service.Parts(
                Main.VERSION,
                Clock.systemUTC(),
                frames,
                EventText::line,
                output::say,
                kept,
                Optional.ofNullable(System.getProperty("stet.launcher"))
                        .map(it -> Path.of(it).toAbsolutePath()),
                new ApiChanges(options.policy(), kept)));
        service.put("store", store());
        service.put("file", file());
        otlp = otlp();
        service.put("otlp", otlp.map(it -> it));
    }

    private Optional<Sink> store() {
        return options.store(kept)
                .map(settings -> new Store(
                        settings,
                        StoreSettings.library(kept.orElseThrow().path()),
                        Clock.systemUTC(),
                        what -> service.trouble("store", what),
                        service::say));
    }

    private Optional<Sink> file() {
        return options.file()
                .map(settings ->
                        new FileSink(settings, Clock.systemUTC(), frames, what -> service.trouble("file", what)));
    }

    /// Of OpenTelemetry not one class is loaded unless something is to be sent.
    private Optional<Otlp> otlp() {
        OtlpSettings settings = options.otlp();
        Map<String, String> environment = System.getenv();
        if (!settings.isWanted(environment)) {
            service.trouble("otlp", "");
            return Optional.empty();
        }
        Optional<String> problem = settings.problem(environment);
        service.trouble("otlp", problem.orElse(""));
        if (problem.isPresent()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Otlp(
                    settings,
                    new Otlp.Parts(Main.VERSION, environment, Clock.systemUTC(), EventText::line, service::trouble)));
        } catch (IllegalArgumentException e) {
            service.trouble("otlp", e.getMessage());
            return Optional.empty();
        }
    }

    Service service() {
        return service;
    }

    /// The agent is being started: lets people ask.
    synchronized void open(Agent started) {
        if (closed) {
            return;
        }
        agent = started;
        service.open(agent, options.api());
        otlp.ifPresent(it -> it.measure(service::metrics));
        var _ = timer.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        var _ = timer.scheduleWithFixedDelay(
                () -> heap.look(System.nanoTime()), HEAP_MILLIS, HEAP_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            Optional<SourceText> now = ConfigOptions.text(file);
            if (!now.equals(text)) {
                text = now;
                changed();
            }
        } catch (Failure e) {
            service.trouble("config", e.getMessage());
        } catch (RuntimeException e) {
            service.say("looking at the configuration: " + e);
        }
    }

    private synchronized void changed() {
        if (closed) {
            return;
        }
        switch (Configuration.read(text, System.getenv(), given)) {
            case Configuration.Result.Invalid(var problems) ->
                service.trouble(
                        "config",
                        "the configuration is wrong, the one before counts: "
                                + problems.stream().map(ConfigOptions::line).collect(Collectors.joining("; ")));
            case Configuration.Result.Valid(var next) -> apply(next);
        }
    }

    private void apply(Configuration next) {
        List<Configuration.Value> changes = options.configuration().changes(next);
        List<String> late = started.changes(next).stream()
                .map(Configuration.Value::setting)
                .filter(setting -> setting.reload() == Setting.Reload.RESTART)
                .map(Setting::name)
                .toList();
        Set<String> groups = changes.stream()
                .map(each -> each.setting().name().replaceFirst("\\..*", ""))
                .collect(Collectors.toSet());
        options = new RunOptions(next);
        put(groups, "store", this::store);
        put(groups, "file", this::file);
        put(groups, "otlp", () -> {
            otlp = otlp();
            otlp.ifPresent(it -> it.measure(service::metrics));
            return otlp.map(it -> it);
        });
        agent.limit(options.limits());
        if (groups.contains("api")) {
            service.reopen(options.api());
        }
        service.trouble(
                "config",
                late.isEmpty() ? "" : "changed, and counts when Stet starts the next time: " + String.join(", ", late));
        if (!changes.isEmpty()) {
            service.say("the configuration has changed: "
                    + changes.stream()
                            .map(each -> each.setting().name() + " = " + SafeText.plain(each.text()))
                            .collect(Collectors.joining(", ")));
        }
    }

    /// The one before has given its file away by the time the next one opens it.
    private void put(Set<String> changed, String name, Supplier<Optional<Sink>> next) {
        if (changed.contains(name)) {
            service.put(name, Optional.empty());
            service.put(name, next.get());
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        timer.shutdownNow();
        service.close();
    }
}
