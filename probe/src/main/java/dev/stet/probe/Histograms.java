package dev.stet.probe;

import dev.stet.probe.compile.HistogramWriter;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// Adds up what each processor counted.
final class Histograms {
    private Histograms() {}

    static Histogram sum(AttachPoint point, Attachment attachment, MemorySegment processors) {
        List<Long> buckets = new ArrayList<>();
        for (int bucket = 0; bucket < HistogramWriter.BUCKET_COUNT; bucket++) {
            buckets.add(sum(processors, HistogramWriter.BUCKETS + 8 * bucket));
        }
        long greatest = each(processors, HistogramWriter.GREATEST).max().orElse(0);
        return new Histogram(
                point,
                attachment,
                what(point.probe()),
                sum(processors, HistogramWriter.COUNT),
                sum(processors, HistogramWriter.SUM),
                greatest,
                buckets);
    }

    private static long sum(MemorySegment processors, int at) {
        return each(processors, at).sum();
    }

    private static LongStream each(MemorySegment processors, int at) {
        return processors
                .elements(MemoryLayout.sequenceLayout(HistogramWriter.VALUE_BYTES / 8, ValueLayout.JAVA_LONG))
                .mapToLong(each -> each.get(ValueLayout.JAVA_LONG, at));
    }

    /// What was measured: `latency`, or a capture's name.
    private static String what(Probe probe) {
        return Stream.concat(probe.atReturn().stream(), probe.atEntry().stream())
                .filter(capture -> !capture.guessed())
                .findFirst()
                .map(Capture::name)
                .orElse("latency");
    }
}
