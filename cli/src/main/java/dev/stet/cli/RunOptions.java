package dev.stet.cli;

import dev.stet.agent.Agent;
import dev.stet.agent.Budgets;
import dev.stet.agent.PackDirectory;
import dev.stet.agent.PackReader;
import dev.stet.agent.PolicyDirectory;
import dev.stet.agent.Scope;
import dev.stet.agent.StateDirectory;
import dev.stet.probe.Redaction;
import dev.stet.service.config.Configuration;
import dev.stet.service.http.ApiSettings;
import dev.stet.service.otlp.OtlpSettings;
import dev.stet.service.store.FileSettings;
import dev.stet.service.store.StoreSettings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/// What a configuration means to an agent.
///
/// @param configuration that is right
record RunOptions(Configuration configuration) {
    /// Room for about 50,000 calls: what a busy machine makes while the JVM collects its garbage.
    private static final int RING_BYTES = 8 << 20;

    /// How calls and events are printed.
    enum Printing {
        TEXT,
        JSON,
        NONE
    }

    Agent.Options agent(Optional<StateDirectory> kept) {
        String exe = configuration.text("exe");
        return new Agent.Options(
                PackReader.builtIn(),
                packs(),
                exe.isEmpty() ? new Scope.Everything() : new Scope.Executables(Options.glob(exe)),
                policy(),
                false,
                new Agent.Contents(configuration.isOn("payload"), redaction()),
                RING_BYTES,
                configuration.isOn("perf-events"),
                limits(),
                configuration.isOn("strict"),
                kept,
                Clock.systemUTC());
    }

    Optional<PackDirectory> packs() {
        return configuration.path("packs").map(PackDirectory::new);
    }

    /// The usual one may be missing, one that somebody named may not.
    PolicyDirectory policy() {
        Path path = configuration.path("policy").orElse(PolicyDirectory.DEFAULT);
        return new PolicyOption(path.equals(PolicyDirectory.DEFAULT) ? null : path).directory();
    }

    /// Where the agent keeps what it remembers; empty if it is off.
    Optional<Path> state() {
        return configuration.path("state");
    }

    Budgets.Limits limits() {
        return new Budgets.Limits(
                Options.percent("budget", configuration.percent("budget")),
                Options.percent("machine-budget", configuration.percent("machine-budget")));
    }

    private Redaction redaction() {
        if (configuration.text("redact").equals("off")) {
            return Redaction.NONE;
        }
        boolean changed = !configuration.list("redact-name").isEmpty()
                || !configuration.list("redact-except").isEmpty();
        return changed
                ? Redaction.of(configuration.list("redact-name"), configuration.list("redact-except"))
                : Redaction.DEFAULT;
    }

    Printing printing() {
        return Printing.valueOf(configuration.text("output").toUpperCase(java.util.Locale.ROOT));
    }

    /// What is kept, and where; empty if nothing is.
    ///
    /// @param state the agent's state directory
    Optional<StoreSettings> store(Optional<StateDirectory> state) {
        return state.filter(_ -> configuration.isOn("store.keep"))
                .map(it -> new StoreSettings(
                        it.path().resolve(StoreSettings.FILE_NAME),
                        configuration.number("store.max-size"),
                        configuration.time("store.max-age"),
                        Math.toIntExact(configuration.number("store.calls-per-second"))));
    }

    /// The file that everything goes into, if one does.
    Optional<FileSettings> file() {
        return configuration
                .path("file.path")
                .map(path -> new FileSettings(
                        path,
                        configuration.number("file.max-size"),
                        Math.toIntExact(configuration.number("file.keep"))));
    }

    OtlpSettings otlp() {
        return new OtlpSettings(
                configuration.address("otlp.endpoint"),
                configuration.isOn("otlp.traces"),
                configuration.isOn("otlp.logs"),
                configuration.isOn("otlp.metrics"),
                List.of(configuration.text("otlp.spans").split("[ ,]+")),
                Math.toIntExact(configuration.number("otlp.spans-per-second")));
    }

    ApiSettings api() {
        return new ApiSettings(
                configuration.path("api.socket"),
                configuration.text("api.group"),
                configuration.path("api.read-socket"),
                configuration.address("api.listen").map(this::tcp));
    }

    private ApiSettings.Tcp tcp(String address) {
        int colon = address.lastIndexOf(':');
        String host = address.substring(0, colon).replaceAll("^\\[|\\]$", "");
        return new ApiSettings.Tcp(
                new InetSocketAddress(host, Integer.parseInt(address.substring(colon + 1))),
                configuration.path("api.certificate").orElseThrow(),
                configuration.path("api.key").orElseThrow(),
                configuration.path("api.tokens").orElseThrow(),
                configuration.list("api.host"));
    }
}
