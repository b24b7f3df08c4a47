package dev.stet.probe;

import dev.stet.probe.compile.HistogramWriter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// Adds up what each processor counted.
final class Histograms {
    private Histograms() {}

    static Histogram sum(AttachPoint point, Attachment attachment, List<MemorySegment> processors) {
        List<Long> buckets = new ArrayList<>();
        for (int bucket = 0; bucket < HistogramWriter.BUCKET_COUNT; bucket++) {
            buckets.add(sum(processors, HistogramWriter.BUCKETS + 8 * bucket));
        }
        long greatest = processors.stream()
                .mapToLong(each -> each.get(ValueLayout.JAVA_LONG, HistogramWriter.GREATEST))
                .max()
                .orElse(0);
        return new Histogram(
                point,
                attachment,
                what(point.probe()),
                sum(processors, HistogramWriter.COUNT),
                sum(processors, HistogramWriter.SUM),
                greatest,
                buckets);
    }

    private static long sum(List<MemorySegment> processors, int at) {
        return processors.stream()
                .mapToLong(each -> each.get(ValueLayout.JAVA_LONG, at))
                .sum();
    }

    /// What was measured: `latency`, or a capture's name.
    private static String what(Probe probe) {
        return java.util.stream.Stream.concat(probe.atReturn().stream(), probe.atEntry().stream())
                .filter(capture -> !capture.guessed())
                .findFirst()
                .map(Capture::name)
                .orElse("latency");
    }
}
