package dev.stet.service.otlp;

import dev.stet.agent.AgentEvent;
import dev.stet.probe.Call;
import dev.stet.service.Sink;
import dev.stet.service.telemetry.Metric;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.logging.Level;

/// Sends what the agent sees and does to an OpenTelemetry receiver, by OTLP over HTTP: calls as spans,
/// events as log records, and the agent's metrics. The OpenTelemetry SDK sends, on threads of its own,
/// from queues that are bounded; while the receiver is away they fill, and what comes then is dropped
/// and counted.
public final class Otlp implements Sink {
    private static final long CLOSE_SECONDS = 3;
    private static final int USUAL_QUEUE = 2048;
    private static final long SECOND = 1_000_000_000L;

    /// Says what we say ourselves, once for each attempt. Kept, for a logger that nobody keeps is
    /// forgotten with its level.
    private static final java.util.logging.Logger EXPORTERS =
            java.util.logging.Logger.getLogger("io.opentelemetry.exporter");

    private final OtlpSettings settings;
    private final Parts parts;
    private final OpenTelemetrySdk sdk;
    private final Tracer tracer;
    private final Logger logger;
    private volatile Outstanding spans = new Outstanding(USUAL_QUEUE);
    private volatile Outstanding logs = new Outstanding(USUAL_QUEUE);
    /// Of this second; used by the thread that brings calls.
    private long second;
    private int begun;
    private long wallOffset;

    /// What it works with.
    ///
    /// @param version of Stet
    /// @param environment the agent's
    /// @param text an event as a person reads it; empty if it is not worth a line
    /// @param trouble is told what is wrong, by what, and with an empty text when it is over
    public record Parts(
            String version,
            Map<String, String> environment,
            Clock clock,
            Function<AgentEvent, Optional<String>> text,
            BiConsumer<String, String> trouble) {
        public Parts {
            environment = Map.copyOf(environment);
        }
    }

    /// Begins to send. What the receiver says to it is told later.
    ///
    /// @throws IllegalArgumentException if a variable of OpenTelemetry's is wrong: which, and how
    public Otlp(OtlpSettings settings, Parts parts) {
        this.settings = settings;
        this.parts = parts;
        EXPORTERS.setLevel(Level.OFF);
        try {
            sdk = sdk().getOpenTelemetrySdk();
        } catch (RuntimeException e) { // it declares none, and throws what its parts throw
            throw new IllegalArgumentException("OTLP is off: " + e.getMessage(), e);
        }
        tracer = sdk.getSdkTracerProvider().get("dev.stet", parts.version);
        logger = sdk.getSdkLoggerProvider().get("dev.stet");
    }

    /// The agent has metrics from here on.
    ///
    /// @param metrics now; none if they are not to be had
    public void measure(Supplier<List<Metric>> metrics) {
        if (settings.metrics()) {
            MetricsOut.register(sdk.getMeter("dev.stet"), metrics);
        }
    }

    private AutoConfiguredOpenTelemetrySdk sdk() {
        return AutoConfiguredOpenTelemetrySdk.builder()
                .disableShutdownHook()
                .addPropertiesSupplier(() -> Map.of(
                        "otel.service.name", "stet",
                        "otel.exporter.otlp.protocol", "http/protobuf",
                        "otel.propagators", "none",
                        "otel.attribute.value.length.limit", "4096"))
                .addPropertiesCustomizer(_ -> settled())
                .addResourceCustomizer((resource, _) -> resource.toBuilder()
                        .put("service.version", parts.version)
                        .build())
                .addSpanExporterCustomizer((to, config) -> {
                    spans = new Outstanding(config.getInt("otel.bsp.max.queue.size", USUAL_QUEUE));
                    return new CountedSpans(to, spans, result -> tell("spans", result));
                })
                .addLogRecordExporterCustomizer((to, config) -> {
                    logs = new Outstanding(config.getInt("otel.blrp.max.queue.size", USUAL_QUEUE));
                    return new CountedLogs(to, logs, result -> tell("logs", result));
                })
                .build();
    }

    /// What our configuration says, before all variables.
    private Map<String, String> settled() {
        Map<String, String> settled = new HashMap<>();
        settings.endpoint().ifPresent(endpoint -> settled.put("otel.exporter.otlp.endpoint", endpoint));
        off(settled, "traces", settings.traces());
        off(settled, "logs", settings.logs());
        off(settled, "metrics", settings.metrics());
        return settled;
    }

    private static void off(Map<String, String> settled, String signal, boolean on) {
        if (!on) {
            settled.put("otel." + signal + ".exporter", "none");
        }
    }

    private void tell(String what, CompletableResultCode result) {
        if (result.isSuccess()) {
            parts.trouble.accept("otlp " + what, "");
            return;
        }
        Throwable why = result.getFailureThrowable();
        parts.trouble.accept(
                "otlp " + what,
                "OTLP: " + what + " cannot be sent to " + settings.where(parts.environment) + " ("
                        + (why == null || why.getMessage() == null ? "it refuses them" : why.getMessage())
                        + "); what finds no room meanwhile is dropped and counted");
    }

    @Override
    public void call(Call call) {
        OptionalLong latency = call.latencyNanos();
        if (!settings.traces()
                || latency.isEmpty()
                || !settings.isSpan(call.point().probe().kind())) {
            return;
        }
        long now = System.nanoTime();
        if (now - second >= SECOND || second == 0) {
            second = now;
            begun = 0;
            Instant wall = parts.clock.instant();
            wallOffset = wall.getEpochSecond() * SECOND + wall.getNano() - now;
        }
        if (begun >= settings.spansPerSecond()) {
            spans.drop(1);
            return;
        }
        begun++;
        if (spans.begin() && !CallSpan.send(tracer, call, latency.getAsLong(), wallOffset)) {
            spans.forget();
        }
    }

    @Override
    public void event(AgentEvent event) {
        if (settings.logs() && logs.begin()) {
            EventLog.send(logger, event, parts.clock.instant(), parts.text.apply(event));
        }
    }

    /// How many spans and log records wait to be sent.
    int waiting() {
        return spans.held() + logs.held();
    }

    @Override
    public long dropped() {
        return spans.dropped() + logs.dropped();
    }

    /// Sends what waits, if the receiver takes it within three seconds.
    @Override
    public void close() {
        var _ = sdk.shutdown().join(CLOSE_SECONDS, TimeUnit.SECONDS);
        parts.trouble.accept("otlp spans", "");
        parts.trouble.accept("otlp logs", "");
    }
}
