package dev.stet.service.otlp;

import dev.stet.service.telemetry.Metric;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableDoubleMeasurement;
import io.opentelemetry.api.metrics.ObservableMeasurement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// The agent's metrics, under the names that OpenTelemetry wants: `stet.calls` in place of
/// `stet_calls_total`, and the unit beside it.
final class MetricsOut {
    private MetricsOut() {}

    /// From here on they are asked for whenever they are to be sent.
    ///
    /// @param source all of them, always the same ones; none if they are not to be had just now
    static void register(Meter meter, Supplier<List<Metric>> source) {
        Map<String, ObservableDoubleMeasurement> instruments = new HashMap<>();
        for (Metric each : source.get()) {
            instruments.put(
                    each.name(),
                    switch (each.kind()) {
                        case COUNTER ->
                            meter.counterBuilder(name(each))
                                    .ofDoubles()
                                    .setUnit(unit(each))
                                    .setDescription(each.help())
                                    .buildObserver();
                        case GAUGE ->
                            meter.gaugeBuilder(name(each))
                                    .setUnit(unit(each))
                                    .setDescription(each.help())
                                    .buildObserver();
                    });
        }
        List<ObservableMeasurement> all = List.copyOf(instruments.values());
        if (all.isEmpty()) {
            return;
        }
        var _ = meter.batchCallback(
                () -> source.get().forEach(each -> observe(instruments.get(each.name()), each)),
                all.getFirst(),
                all.subList(1, all.size()).toArray(ObservableMeasurement[]::new));
    }

    private static void observe(ObservableDoubleMeasurement instrument, Metric metric) {
        for (Metric.Sample sample : metric.samples()) {
            AttributesBuilder attributes = Attributes.builder();
            sample.labels().forEach(attributes::put);
            instrument.record(sample.value(), attributes.build());
        }
    }

    static String name(Metric metric) {
        String bare = metric.unit().isEmpty() || !metric.name().endsWith("_" + metric.unit())
                ? metric.name()
                : metric.name()
                        .substring(0, metric.name().length() - metric.unit().length() - 1);
        return bare.replaceFirst("^stet_", "stet.");
    }

    private static String unit(Metric metric) {
        return switch (metric.unit()) {
            case "seconds" -> "s";
            case "bytes" -> "By";
            default -> "1";
        };
    }
}
