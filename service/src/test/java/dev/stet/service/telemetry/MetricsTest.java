package dev.stet.service.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.agent.AgentState;
import dev.stet.probe.Totals;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The metrics as Prometheus's own tools see them.
class MetricsTest {
    private static final Path PACKAGING = Path.of("../packaging");
    private static final Pattern NAME = Pattern.compile("\\bstet_[a-z_]+");

    private static List<Metric> metrics() throws IOException {
        Instant now = Instant.parse("2026-11-23T16:00:00Z");
        AgentState state = new AgentState(
                now,
                now.minusMillis(90_500),
                new AgentState.PolicyState(Path.of("/etc/stet/policy.d"), 3, Optional.of(now), 2, 1, List.of()),
                List.of("libc"),
                List.of(),
                new Totals(9_000_000_000L, 9, 8, 1, 0, 2, 3, 4, 5, 0, 0, 0, 0, 1),
                6,
                Duration.ofNanos(5000));
        return Metrics.of(new Metrics.Source(
                "0.1.0 \"x\"",
                state,
                Map.of("all", 7L, "probed", 3L, "idle", 4L),
                false,
                1,
                Map.of("stream", 12L),
                OwnUse.of(Path.of("/proc/self"))));
    }

    private static String run(String input, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var out = process.getOutputStream()) {
            out.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    @Test
    void prometheusHasNothingAgainstThem() throws IOException, InterruptedException {
        String text = MetricText.of("text/plain").text(metrics());
        assertThat(run(text, "promtool", "check", "metrics")).isEmpty();
        assertThat(text)
                .contains("stet_calls_total 9000000000\n")
                .contains("stet_calls_left_out_total{reason=\"stale\"} 6\n")
                .contains("stet_processes{state=\"probed\"} 3\n")
                .doesNotContain("state=\"all\"")
                .contains("stet_build_info{version=\"0.1.0 \\\"x\\\"\"} 1\n")
                .contains("stet_uptime_seconds 90.5\n")
                .doesNotContain("# EOF");
    }

    @Test
    void openMetricsNamesFamiliesWithoutTotalAndEnds() throws IOException {
        MetricText form = MetricText.of("application/openmetrics-text;version=1.0.0,text/plain;q=0.5");
        String text = form.text(metrics());
        assertThat(form.type()).startsWith("application/openmetrics-text");
        assertThat(text)
                .contains("# TYPE stet_calls counter\nstet_calls_total 9000000000\n")
                .contains("# UNIT stet_resident_bytes bytes\n")
                .endsWith("# EOF\n");
        // A unit is the end of its family's name.
        metrics().stream()
                .filter(metric -> !metric.unit().isEmpty())
                .forEach(metric -> assertThat(metric.name()).endsWith("_" + metric.unit()));
    }

    @Test
    void whatTheAgentUsesIsPlausible() throws IOException {
        OwnUse own = OwnUse.of(Path.of("/proc/self"));
        assertThat(own.residentBytes()).isBetween(20L << 20, 4L << 30);
        assertThat(own.heapBytes()).isBetween(1L << 20, own.residentBytes());
        assertThat(own.threads()).isBetween(5L, 500L);
        assertThat(own.descriptors()).isBetween(3L, 5000L);
        assertThat(own.cpuSeconds()).isPositive();
    }

    @Test
    void alertsFireWhenTheyShould() throws IOException, InterruptedException {
        Path rules = PACKAGING.resolve("prometheus");
        assertThat(run(
                        "",
                        "promtool",
                        "check",
                        "rules",
                        rules.resolve("stet-alerts.yaml").toString()))
                .contains("SUCCESS");
        assertThat(run(
                        "",
                        "promtool",
                        "test",
                        "rules",
                        rules.resolve("stet-alerts-test.yaml").toString()))
                .contains("SUCCESS");
    }

    @Test
    void whatAlertsAndDashboardAskForIsThere() throws IOException {
        Set<String> known = metrics().stream()
                .map(metric -> metric.kind() == Metric.Kind.COUNTER ? metric.name() + "_total" : metric.name())
                .collect(Collectors.toCollection(TreeSet::new));
        for (String file : List.of("prometheus/stet-alerts.yaml", "grafana/stet.json")) {
            Set<String> asked = NAME.matcher(Files.readString(PACKAGING.resolve(file)))
                    .results()
                    .map(MatchResult::group)
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(asked).as(file).hasSizeGreaterThan(5);
            assertThat(known).as(file).containsAll(asked);
        }
        String page = Files.readString(Path.of("../docs/connect.md"));
        metrics()
                .forEach(metric -> assertThat(page)
                        .contains("| `%s` | %s |"
                                .formatted(
                                        metric.kind() == Metric.Kind.COUNTER ? metric.name() + "_total" : metric.name(),
                                        metric.help())));
    }
}
