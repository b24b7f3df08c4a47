package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.agent.AgentEvent;
import dev.stet.service.otlp.Otlp;
import dev.stet.service.otlp.OtlpSettings;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.SeverityNumber;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What an OpenTelemetry receiver gets from Stet, and what becomes of it when there is none.
class OtlpTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String PACK = """
            apiVersion: stet.dev/v1alpha1
            kind: ProbePack
            metadata: {name: traced}
            spec:
              binary: {exports: serve_request}
              probes:
                - function: serve_request
                  kind: http.server
                  capture:
                    traceparent: str(arg1)
                    http.request.method: str(arg2)
                    number: long(arg3)
                  return: {http.response.status_code: int(ret)}
            """;
    /// What would take a minute by itself.
    private static final Map<String, String> QUICK = Map.of(
            "otel.blrp.schedule.delay", "100",
            "otel.exporter.otlp.timeout", "1000");

    @TempDir
    private Path directory;

    private final Map<String, String> troubles = new ConcurrentHashMap<>();

    @BeforeEach
    void quick() {
        QUICK.forEach(System::setProperty);
    }

    @AfterEach
    void usual() {
        QUICK.keySet().forEach(System::clearProperty);
    }

    private StetProcess agent(OtlpReceiver receiver) throws IOException {
        Path packs = Files.createDirectories(directory.resolve("packs"));
        Files.writeString(packs.resolve("traced.yaml"), PACK);
        return StetProcess.start(
                Map.of(
                        "STET_API_SOCKET", socket().toString(),
                        "OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test",
                        "OTEL_BSP_SCHEDULE_DELAY", "200",
                        "OTEL_BLRP_SCHEDULE_DELAY", "200",
                        "OTEL_METRIC_EXPORT_INTERVAL", "1000"),
                "run",
                "--policy",
                PolicyFiles.in(directory).option(),
                "--packs",
                packs.toString(),
                "--exe",
                Targets.traced().toRealPath().toString(),
                "--output",
                "none",
                "--otlp-endpoint",
                receiver.endpoint());
    }

    private Path socket() {
        return directory.resolve("stet.sock");
    }

    private static void await(String what, BooleanSupplier done) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!done.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void callsAreSpansOfTheProgramThatServedThem() throws IOException {
        Requires.root();
        Requires.uprobeMulti();
        Instant before = Instant.now();
        try (OtlpReceiver receiver = OtlpReceiver.taking();
                StetProcess agent = agent(receiver);
                TargetProcess target = TargetProcess.startReady(Targets.traced(), "20000")) {
            await("no spans", () -> receiver.spans().size() >= 60);
            await(
                    "no log",
                    () -> receiver.logs().stream()
                            .anyMatch(log -> log.getEventName().equals("stet.attached")));
            await(
                    "no metrics",
                    () -> receiver.metrics().stream()
                            .anyMatch(each -> each.getName().equals("stet.calls")));

            for (OtlpReceiver.Seen seen : receiver.spans()) {
                isRight(seen, target.pid(), before);
            }
            LogRecord attached = receiver.logs().stream()
                    .filter(log -> log.getEventName().equals("stet.attached"))
                    .findFirst()
                    .orElseThrow();
            assertThat(attached.getSeverityNumber()).isEqualTo(SeverityNumber.SEVERITY_NUMBER_INFO);
            assertThat(OtlpReceiver.texts(attached.getAttributesList()))
                    .containsEntry("process.pid", Long.toString(target.pid()));
            assertThat(receiver.metrics())
                    .anySatisfy(each -> {
                        assertThat(each.getName()).isEqualTo("stet.calls");
                        assertThat(each.getSum().getIsMonotonic()).isTrue();
                    })
                    .anySatisfy(each -> {
                        assertThat(each.getName()).isEqualTo("stet.resident");
                        assertThat(each.getUnit()).isEqualTo("By");
                        assertThat(each.getGauge().getDataPoints(0).getAsDouble())
                                .isGreaterThan(1e7);
                    });
            assertThat(agent.stderr()).noneMatch(line -> line.contains("OTLP"));
        }
    }

    private static void isRight(OtlpReceiver.Seen seen, long pid, Instant before) {
        Span span = seen.span();
        Map<String, String> attributes = seen.attributes();
        assertThat(seen.resource())
                .containsEntry("service.name", "traced")
                .containsEntry("process.pid", Long.toString(pid))
                .containsEntry("deployment.environment.name", "test");
        assertThat(span.getName()).isEqualTo("GET");
        assertThat(span.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
        assertThat(span.getStartTimeUnixNano() / 1_000_000_000)
                .isBetween(before.getEpochSecond() - 1, Instant.now().getEpochSecond() + 1);
        assertThat(span.getEndTimeUnixNano()).isGreaterThan(span.getStartTimeUnixNano());
        long number = Long.parseLong(attributes.get("number"));
        assertThat(attributes)
                .containsEntry("code.function.name", "serve_request")
                .containsEntry("http.response.status_code", number % 5 == 4 ? "500" : "200");
        assertThat(span.getStatus().getCode())
                .isEqualTo(number % 5 == 4 ? Status.StatusCode.STATUS_CODE_ERROR : Status.StatusCode.STATUS_CODE_UNSET);
        String trace = HexFormat.of().formatHex(span.getTraceId().toByteArray());
        if (number % 3 == 0) {
            assertThat(trace).isEqualTo("4bf92f3577b34da6a3ce9290%08x".formatted(number));
            assertThat(HexFormat.of().formatHex(span.getParentSpanId().toByteArray()))
                    .isEqualTo("00f067aa0ba902b7");
        } else {
            assertThat(trace).hasSize(32).doesNotStartWith("4bf92f3577b34da6").doesNotContain("00000000000000");
            assertThat(span.getParentSpanId().isEmpty()).isTrue();
        }
    }

    @Test
    void aReceiverThatHangsCostsSpansAndNoCall() throws IOException {
        Requires.root();
        Requires.uprobeMulti();
        try (OtlpReceiver receiver = new OtlpReceiver(OtlpReceiver.Mood.HANGS, 0);
                StetProcess agent = agent(receiver);
                TargetProcess target = TargetProcess.startReady(Targets.traced(), "1000")) {
            await("nothing dropped", () -> dropped() > 100);
            JsonNode status = status();
            assertThat(status.get("calls").get("lost").longValue()).isZero();
            assertThat(status.get("calls").get("seen").longValue()).isGreaterThan(100);
            receiver.mood(OtlpReceiver.Mood.TAKES);
            await("no spans afterwards", () -> receiver.spans().size() > 100);
            assertThat(target.isAlive()).isTrue();
            assertThat(agent.isAlive()).isTrue();
        }
    }

    private long dropped() {
        JsonNode status = status();
        if (status.isMissingNode()) {
            return 0;
        }
        long dropped = 0;
        for (JsonNode sink : status.get("sinks")) {
            dropped += sink.get("sink").asString("").equals("otlp")
                    ? sink.get("dropped").longValue()
                    : 0;
        }
        return dropped;
    }

    private JsonNode status() {
        try (StetProcess asking = StetProcess.start("status", "--json", "--socket", socket().toString())) {
            return asking.waitFor(LIMIT) == 0
                    ? asking.json().getFirst()
                    : StetProcess.parse("{}").path("none");
        }
    }

    private Otlp otlp(String endpoint) {
        return new Otlp(
                new OtlpSettings(Optional.of(endpoint), true, true, false, List.of("*"), 1000),
                new Otlp.Parts("0.1", Map.of(), Clock.systemUTC(), _ -> Optional.empty(), troubles::put));
    }

    private static void say(Otlp otlp, int times) {
        for (int i = 0; i < times; i++) {
            otlp.event(new AgentEvent.Notice("notice " + i));
        }
    }

    /// Every event either came or is counted.
    private static void settles(Otlp otlp, OtlpReceiver receiver, long said) {
        await("events are neither here nor dropped", () -> receiver.logs().size() + otlp.dropped() == said);
    }

    @Test
    void anEventIsEitherSentOrCounted() throws IOException {
        try (OtlpReceiver receiver = OtlpReceiver.taking()) {
            Otlp otlp = otlp(receiver.endpoint());
            say(otlp, 20_000);
            settles(otlp, receiver, 20_000);
            assertThat(receiver.logs().size()).isGreaterThan(1000);
            otlp.close();
        }
    }

    @Test
    void whileTheReceiverHangsAQueueFillsAndNoMore() throws IOException {
        try (OtlpReceiver receiver = new OtlpReceiver(OtlpReceiver.Mood.HANGS, 0)) {
            Otlp otlp = otlp(receiver.endpoint());
            say(otlp, 20_000);
            assertThat(otlp.dropped()).isGreaterThanOrEqualTo(20_000 - 2048);
            await("no word of it", () -> troubles.getOrDefault("otlp logs", "").contains(receiver.endpoint()));
            receiver.mood(OtlpReceiver.Mood.TAKES);
            await("not over", () -> troubles.getOrDefault("otlp logs", "x").isEmpty());
            settles(otlp, receiver, 20_000);
            int then = receiver.logs().size();
            say(otlp, 100);
            await("no more events", () -> receiver.logs().size() == then + 100);
            otlp.close();
        }
    }

    @Test
    void aReceiverThatRefusesIsToldOfAndTriedAgain() throws IOException {
        try (OtlpReceiver receiver = new OtlpReceiver(OtlpReceiver.Mood.REFUSES, 0)) {
            Otlp otlp = otlp(receiver.endpoint());
            say(otlp, 10);
            await("no word of it", () -> !troubles.getOrDefault("otlp logs", "").isEmpty());
            receiver.mood(OtlpReceiver.Mood.TAKES);
            say(otlp, 10);
            settles(otlp, receiver, 20);
            otlp.close();
        }
    }

    @Test
    void aReceiverMayComeLater() throws IOException {
        int port;
        try (OtlpReceiver first = OtlpReceiver.taking()) {
            port = first.port();
        }
        Otlp otlp = otlp("http://127.0.0.1:" + port);
        say(otlp, 10);
        await("no word of it", () -> !troubles.getOrDefault("otlp logs", "").isEmpty());
        try (OtlpReceiver receiver = new OtlpReceiver(OtlpReceiver.Mood.TAKES, port)) {
            say(otlp, 10);
            await("it came too late", () -> receiver.logs().size() >= 10);
            otlp.close();
        }
    }

    @Test
    void whoHangsHoldsNobodyUpAtTheEnd() throws IOException {
        try (OtlpReceiver receiver = new OtlpReceiver(OtlpReceiver.Mood.HANGS, 0)) {
            System.setProperty("otel.exporter.otlp.timeout", "60000");
            Otlp otlp = otlp(receiver.endpoint());
            say(otlp, 5000);
            long begin = System.nanoTime();
            otlp.close();
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(6));
        }
    }

    @Test
    void whatIsWrongInOpenTelemetrysVariablesIsSaid() {
        System.setProperty("otel.bsp.max.queue.size", "many");
        try {
            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> otlp("http://127.0.0.1:1")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("otel.bsp.max.queue.size");
        } finally {
            System.clearProperty("otel.bsp.max.queue.size");
        }
        OtlpSettings settings = new OtlpSettings(Optional.empty(), true, true, true, List.of(), 1);
        assertThat(settings.isWanted(Map.of())).isFalse();
        Map<String, String> set =
                Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317", "OTEL_EXPORTER_OTLP_PROTOCOL", "grpc");
        assertThat(settings.isWanted(set)).isTrue();
        assertThat(settings.problem(set))
                .hasValueSatisfying(text -> assertThat(text).contains("4318"));
    }
}
