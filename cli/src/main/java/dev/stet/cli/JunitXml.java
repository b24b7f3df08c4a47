package dev.stet.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// A report as JUnit's XML, which CI servers show.
final class JunitXml {
    private JunitXml() {}

    static String of(TestReport report) {
        StringBuilder out = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
        counts(out, report.results()).append(">\n");
        Map<String, List<TestReport.Result>> suites = report.results().stream()
                .collect(Collectors.groupingBy(
                        result -> result.test().suite(), LinkedHashMap::new, Collectors.toList()));
        suites.forEach((name, results) -> {
            attribute(out.append("  <testsuite"), "name", name);
            counts(out, results).append(">\n");
            results.forEach(result -> test(out, report, result));
            out.append("  </testsuite>\n");
        });
        return out.append("</testsuites>\n").toString();
    }

    private static StringBuilder counts(StringBuilder out, List<TestReport.Result> results) {
        long failed = results.stream().filter(result -> !result.passed()).count();
        attribute(out, "tests", Integer.toString(results.size()));
        attribute(out, "failures", Long.toString(failed));
        return attribute(
                out,
                "time",
                seconds(results.stream().mapToLong(TestReport.Result::nanos).sum()));
    }

    private static void test(StringBuilder out, TestReport report, TestReport.Result result) {
        attribute(out.append("    <testcase"), "name", result.test().name());
        attribute(out, "classname", result.test().suite());
        attribute(out, "file", result.test().file());
        attribute(out, "line", Integer.toString(result.test().line()));
        attribute(out, "time", seconds(result.nanos()));
        if (result.passed()) {
            out.append("/>\n");
            return;
        }
        attribute(
                out.append(">\n      <failure"), "message", result.differences().getFirst());
        out.append('>').append(escaped(String.join("\n", report.failure(result))));
        out.append("</failure>\n    </testcase>\n");
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.6f", nanos / 1e9);
    }

    private static StringBuilder attribute(StringBuilder out, String name, String value) {
        return out.append(' ').append(name).append("=\"").append(escaped(value)).append('"');
    }

    /// XML has no way to write most control characters: U+FFFD stands for them.
    static String escaped(String text) {
        StringBuilder safe = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '&' -> safe.append("&amp;");
                case '"' -> safe.append("&quot;");
                default -> safe.appendCodePoint(isXml(c) ? c : 0xfffd);
            }
        });
        return safe.toString();
    }

    private static boolean isXml(int c) {
        return c == '\n' || (c >= ' ' && c < 0xd800) || (c >= 0xe000 && c < 0xfffe) || c >= 0x10000;
    }
}
