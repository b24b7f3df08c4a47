package dev.stet.service.telemetry;

import java.util.List;
import java.util.Map;

/// A family of figures of one kind, as Prometheus and OpenTelemetry know it.
///
/// @param name without `_total`: `stet_calls`
/// @param unit of a base unit, `seconds`, `bytes`; empty if it is a number of something
/// @param help a sentence
public record Metric(String name, Kind kind, String unit, String help, List<Sample> samples) {
    public Metric {
        samples = List.copyOf(samples);
    }

    /// What the figures do.
    public enum Kind {
        /// They only grow, until the agent starts anew.
        COUNTER,
        /// They go up and down.
        GAUGE
    }

    /// One figure.
    ///
    /// @param labels few values each: never a pid, never a function
    public record Sample(Map<String, String> labels, double value) {
        public Sample {
            labels = Map.copyOf(labels);
        }
    }

    static Metric counter(String name, String help, long value) {
        return new Metric(name, Kind.COUNTER, "", help, List.of(new Sample(Map.of(), (double) value)));
    }

    static Metric gauge(String name, String unit, String help, long value) {
        return gauge(name, unit, help, (double) value);
    }

    static Metric gauge(String name, String unit, String help, double value) {
        return new Metric(name, Kind.GAUGE, unit, help, List.of(new Sample(Map.of(), value)));
    }
}
