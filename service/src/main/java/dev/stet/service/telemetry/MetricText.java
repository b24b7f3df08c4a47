package dev.stet.service.telemetry;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Metrics as text: OpenMetrics 1.0 for who takes it, and else the Prometheus text format 0.0.4, which
/// differ in how counters are named and in the end.
public enum MetricText {
    /// `application/openmetrics-text`
    OPEN_METRICS("application/openmetrics-text; version=1.0.0; charset=utf-8"),
    /// `text/plain`
    PROMETHEUS("text/plain; version=0.0.4; charset=utf-8");

    private final String type;

    MetricText(String type) {
        this.type = type;
    }

    /// The one that the asker takes.
    ///
    /// @param accept the header; empty if there is none
    public static MetricText of(String accept) {
        return accept.contains("application/openmetrics-text") ? OPEN_METRICS : PROMETHEUS;
    }

    /// The type of HTTP.
    public String type() {
        return type;
    }

    /// All of it.
    public String text(List<Metric> metrics) {
        StringBuilder out = new StringBuilder(8192);
        metrics.forEach(metric -> append(metric, out));
        return this == OPEN_METRICS ? out.append("# EOF\n").toString() : out.toString();
    }

    private void append(Metric metric, StringBuilder out) {
        boolean counts = metric.kind() == Metric.Kind.COUNTER;
        String sample = counts ? metric.name() + "_total" : metric.name();
        String family = this == OPEN_METRICS ? metric.name() : sample;
        out.append("# HELP ")
                .append(family)
                .append(' ')
                .append(escaped(metric.help()))
                .append('\n');
        out.append("# TYPE ").append(family).append(counts ? " counter\n" : " gauge\n");
        if (this == OPEN_METRICS && !metric.unit().isEmpty()) {
            out.append("# UNIT ")
                    .append(family)
                    .append(' ')
                    .append(metric.unit())
                    .append('\n');
        }
        metric.samples()
                .forEach(each -> out.append(sample)
                        .append(labels(each.labels()))
                        .append(' ')
                        .append(number(each.value()))
                        .append('\n'));
    }

    private static String labels(Map<String, String> labels) {
        return labels.isEmpty()
                ? ""
                : new TreeMap<>(labels)
                        .entrySet().stream()
                                .map(label -> label.getKey() + "=\""
                                        + escaped(label.getValue()).replace("\"", "\\\"") + "\"")
                                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\n", "\\n");
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
