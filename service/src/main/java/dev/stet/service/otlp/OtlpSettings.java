package dev.stet.service.otlp;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What goes to an OpenTelemetry receiver. All else is set by the usual OTEL_* variables, as the
/// OpenTelemetry SDK reads them.
///
/// @param endpoint `http://collector:4318`; empty: what OTEL_EXPORTER_OTLP_ENDPOINT says
/// @param traces calls become spans
/// @param logs events become log records
/// @param metrics the agent's metrics are sent
/// @param spans kinds of calls that become spans, `http.*` for all that begin so
/// @param spansPerSecond so many spans at most
public record OtlpSettings(
        Optional<String> endpoint,
        boolean traces,
        boolean logs,
        boolean metrics,
        List<String> spans,
        int spansPerSecond) {
    public static final int MAX_SPANS_PER_SECOND = 5_000;

    private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private static final List<String> SIGNALS = List.of("", "_TRACES", "_LOGS", "_METRICS");

    public OtlpSettings {
        spans = List.copyOf(spans);
    }

    /// Is anything to be sent?
    ///
    /// @param environment the agent's
    public boolean isWanted(Map<String, String> environment) {
        boolean isSet = SIGNALS.stream()
                .map(signal -> environment.getOrDefault("OTEL_EXPORTER_OTLP" + signal + "_ENDPOINT", ""))
                .anyMatch(value -> !value.isBlank());
        return (endpoint.isPresent() || isSet)
                && (traces || logs || metrics)
                && !environment.getOrDefault("OTEL_SDK_DISABLED", "").equalsIgnoreCase("true");
    }

    /// Why it cannot be sent, if that can be seen from here.
    public Optional<String> problem(Map<String, String> environment) {
        for (String signal : SIGNALS) {
            String name = "OTEL_EXPORTER_OTLP" + signal + "_PROTOCOL";
            String protocol = environment.getOrDefault(name, "http/protobuf");
            if (!protocol.equals("http/protobuf")) {
                return Optional.of("OTLP is sent by HTTP, and " + name + " is " + protocol
                        + ": unset it, and give the receiver's HTTP port, usually 4318");
            }
        }
        return Optional.empty();
    }

    /// Where to, for people.
    String where(Map<String, String> environment) {
        return endpoint.orElseGet(() -> environment.getOrDefault(ENDPOINT, "its receiver"));
    }

    /// Is a call of this kind a span?
    boolean isSpan(String kind) {
        for (String each : spans) {
            boolean fits =
                    each.endsWith("*") ? kind.startsWith(each.substring(0, each.length() - 1)) : kind.equals(each);
            if (fits && !kind.isEmpty()) {
                return true;
            }
        }
        return false;
    }
}
