package dev.stet.cli;

import dev.stet.agent.json.Json;
import dev.stet.agent.json.SafeText;
import dev.stet.agent.json.Times;
import dev.stet.probe.Distribution;
import dev.stet.probe.Histogram;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/// Histograms as lines for people and as JSON objects.
///
/// ```
/// main.Handle latency, shop[4711]
///   12,345 calls, 1,234/s, mean 12.3us, p50 ~9.22us, p90 ~31.0us, p99 ~62.1us, max 88.1us
///     4.09us .. 8.19us  1,204 |##########
///     8.19us .. 16.3us  4,816 |########################################
/// ```
final class HistogramText {
    private static final int BAR = 40;

    private HistogramText() {}

    /// All lines, without a line's end after the last.
    ///
    /// @param over how long it was counted
    static CharSequence text(Histogram histogram, Duration over, Output style) {
        String what = SafeText.plain(histogram.point().name());
        String heading = "%s %s, %s[%s]"
                .formatted(
                        style.bold(what),
                        SafeText.plain(histogram.what()),
                        SafeText.plain(histogram.attachment().program()),
                        histogram.attachment().process());
        return heading + "\n" + lines(histogram.values(), histogram.isLatency(), over, style);
    }

    /// What is below the heading.
    static CharSequence lines(Distribution values, boolean latency, Duration over, Output style) {
        StringBuilder text = new StringBuilder(1024);
        text.append("  ").append(String.format(Locale.ROOT, "%,d calls", values.count()));
        if (values.count() == 0) {
            return text;
        }
        text.append(String.format(Locale.ROOT, ", %,d/s", rate(values, over)));
        text.append(", mean ").append(number((long) values.mean(), latency));
        for (int percent : List.of(50, 90, 99)) {
            text.append(", p").append(percent).append(" ~").append(number(values.percentile(percent), latency));
        }
        text.append(", max ").append(number(values.max(), latency));
        bars(text, values.buckets(), latency, style);
        return text;
    }

    private static long rate(Distribution values, Duration over) {
        double seconds = Math.max(over.toNanos(), 1) / 1e9;
        return Math.round(values.count() / seconds);
    }

    private static void bars(StringBuilder text, List<Long> buckets, boolean latency, Output style) {
        int first = 0;
        int end = buckets.size();
        while (first < end && buckets.get(first) == 0) {
            first++;
        }
        while (end > first && buckets.get(end - 1) == 0) {
            end--;
        }
        long most = buckets.stream().mapToLong(Long::longValue).max().orElse(0);
        int width = String.format(Locale.ROOT, "%,d", most).length();
        int edge = latency
                ? 6
                : Math.max(
                        number(end == 0 ? 0 : Distribution.upTo(end - 1), false).length(), 8);
        for (int n = first; n < end; n++) {
            style.beginDim(text.append('\n'));
            range(text, n, latency, edge);
            style.end(text);
            CallText.pad(text, String.format(Locale.ROOT, "%,d", buckets.get(n)), width + 2, true);
            text.append(" |").repeat('#', bar(buckets.get(n), most));
        }
    }

    /// What is there is seen, however little it is.
    private static int bar(long count, long most) {
        return count == 0 ? 0 : Math.max((int) Math.round((double) count / most * BAR), 1);
    }

    private static void range(StringBuilder text, int n, boolean latency, int width) {
        String from = latency ? "" : "negative";
        CallText.pad(text.append("    "), n == 0 ? from : number(Distribution.from(n), latency), width, true);
        boolean last = n == 0 || n == Distribution.MAX_BUCKETS - 1;
        String to = number(last ? Distribution.upTo(n) : Distribution.from(n + 1), latency);
        CallText.pad(text.append(" .. "), to, width, true);
    }

    private static String number(long value, boolean latency) {
        return latency && value >= 0 ? Times.duration(value) : String.format(Locale.ROOT, "%,d", value);
    }

    /// One object; docs/json.md describes it.
    static CharSequence json(Histogram histogram, Duration over) {
        StringBuilder out = new StringBuilder(512);
        Json json = Json.object(out)
                .text("type", "histogram")
                .text("time", Instant.now().toString())
                .number("pid", histogram.attachment().process().pid())
                .text("process", histogram.attachment().program())
                .text("pack", histogram.point().probe().pack());
        if (!histogram.point().probe().kind().isEmpty()) {
            json.text("kind", histogram.point().probe().kind());
        }
        json.text("file", histogram.attachment().path())
                .text("function", histogram.point().name())
                .text("what", histogram.what())
                .number("overNanos", over.toNanos());
        members(json, histogram.values());
        json.end();
        return out;
    }

    /// The numbers.
    static void members(Json json, Distribution values) {
        json.number("count", values.count());
        if (values.count() > 0) {
            json.number("sum", values.sum())
                    .number("max", values.max())
                    .number("p50", values.percentile(50))
                    .number("p90", values.percentile(90))
                    .number("p99", values.percentile(99));
        }
        List<Integer> filled = java.util.stream.IntStream.range(
                        0, values.buckets().size())
                .filter(n -> values.buckets().get(n) != 0)
                .boxed()
                .toList();
        json.objects("buckets", filled, (each, n) -> {
            if (n > 0) {
                each.number("from", Distribution.from(n));
            }
            each.number("upTo", Distribution.upTo(n))
                    .number("count", values.buckets().get(n));
        });
    }
}
