package dev.stet.agent;

import dev.stet.policy.yaml.Shape;
import dev.stet.policy.yaml.YamlNode;
import dev.stet.probe.Capture;
import dev.stet.probe.Probe;
import dev.stet.probe.Probe.Limits;
import dev.stet.probe.Probe.Measure;
import dev.stet.probe.Probe.Site;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads one probe of a pack. What is wrong is reported where it stands; what is given back then is of no
/// use, for the pack is left out.
final class ProbeReader {
    private static final Shape PROBE = Shape.of(
            "function",
            "usdt",
            "kind",
            "capture",
            "return",
            "payload",
            "where",
            "measure",
            "sample",
            "rate",
            "text",
            "depth",
            "stack");
    private static final Pattern KIND = Pattern.compile("[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)*");
    private static final Pattern USDT = Pattern.compile("([^:\\s]+):([^:\\s]+)");
    private static final Map<String, Measure> MEASURES =
            Map.of("calls", Measure.CALLS, "latency", Measure.LATENCY, "histogram", Measure.HISTOGRAM);

    /// Probes that one entry of a pack may stand for by naming several functions.
    private static final int MAX_FUNCTIONS = 64;

    /// As [Limits] says.
    private static final int MAX_TEXT_BYTES = 16_384;
    /// A structure's fields grow with each level; what is deeper is not looked at by people either.
    private static final int MAX_DEPTH = 8;
    /// The kernel's own limit (/proc/sys/kernel/perf_event_max_stack).
    private static final int MAX_STACK_FRAMES = 127;

    private final String pack;

    /// @param pack its name
    ProbeReader(String pack) {
        this.pack = pack;
    }

    /// A probe for each function that it names.
    List<Pack.Entry> read(YamlNode node) {
        YamlNode fields = node.fields(PROBE);
        List<Site> sites = sites(fields);
        boolean isUsdt = sites.stream().anyMatch(Site.Usdt.class::isInstance);
        String kind = fields.optional("kind")
                .parsed("a kind such as db.query", ProbeReader::kind)
                .orElse("");
        List<Capture> atEntry = CaptureReader.captures(fields.optional("capture"), CaptureReader.When.ENTRY);
        List<Capture> atReturn = CaptureReader.captures(fields.optional("return"), CaptureReader.When.RETURN);
        List<Capture> payload = CaptureReader.captures(fields.optional("payload"), CaptureReader.When.EITHER);
        Optional<Capture> where = CaptureReader.where(fields.optional("where"));
        Measure measure = fields.optional("measure").choice(MEASURES).orElse(isUsdt ? Measure.CALLS : Measure.LATENCY);
        checkNames(fields);
        checkMeasure(fields, measure, isUsdt, atEntry.size() + atReturn.size());
        if (measure == Measure.CALLS && where.filter(CaptureReader::needsEnd).isPresent()) {
            fields.optional("where").report("a result is asked for, and the end of the call is not waited for");
        }
        if (measure == Measure.CALLS && payload.stream().anyMatch(CaptureReader::needsEnd)) {
            fields.optional("payload").reportKey("a result is asked for, and the end of the call is not waited for");
        }
        Limits limits = limits(fields);
        return sites.stream()
                .map(site -> new Pack.Entry(
                        new Probe(pack, kind, site, atEntry, atReturn, where, measure, limits),
                        payload.stream()
                                .filter(capture -> !CaptureReader.needsEnd(capture))
                                .toList(),
                        payload.stream().filter(CaptureReader::needsEnd).toList()))
                .toList();
    }

    private static List<Site> sites(YamlNode fields) {
        if (fields.isMapping()
                && fields.names().contains("function") == fields.names().contains("usdt")) {
            fields.report("expected either 'function' or 'usdt'");
        }
        List<Site> sites = new ArrayList<>();
        List<YamlNode> functions = fields.optional("function").oneOrMany("functions");
        if (functions.size() > MAX_FUNCTIONS) {
            fields.optional("function").report("more than " + MAX_FUNCTIONS + " functions: use a pattern");
            return List.of();
        }
        functions.forEach(function -> function.text().map(Site.Functions::new).ifPresent(sites::add));
        fields.optional("usdt").parsed("provider:name", ProbeReader::usdt).ifPresent(sites::add);
        return sites;
    }

    private static Site usdt(String text) {
        var matcher = USDT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException();
        }
        return new Site.Usdt(matcher.group(1), matcher.group(2));
    }

    private static String kind(String text) {
        if (!KIND.matcher(text).matches()) {
            throw new IllegalArgumentException("small letters, digits and '_', with dots between");
        }
        return text;
    }

    private static Limits limits(YamlNode fields) {
        Limits usual = Limits.DEFAULT;
        return new Limits(
                number(fields.optional("sample"), 1, 1_000_000_000, usual.sampleEvery()),
                number(fields.optional("rate"), 0, 1_000_000_000, usual.perSecond()),
                number(fields.optional("text"), 1, MAX_TEXT_BYTES, usual.textBytes()),
                number(fields.optional("depth"), 1, MAX_DEPTH, usual.depth()),
                number(fields.optional("stack"), 0, MAX_STACK_FRAMES, usual.stackFrames()));
    }

    private static int number(YamlNode node, int min, int max, int usual) {
        return node.number(min, max).map(Math::toIntExact).orElse(usual);
    }

    /// A name is taken once, wherever it stands.
    private static void checkNames(YamlNode fields) {
        Map<String, String> seen = new LinkedHashMap<>();
        for (String field : List.of("capture", "return", "payload")) {
            YamlNode node = fields.optional(field);
            if (node.isMapping()) {
                node.entries().forEach((name, value) -> {
                    String other = seen.putIfAbsent(name, field);
                    if (other != null) {
                        value.reportKey("'" + name + "' is in '" + other + "' already");
                    }
                });
            }
        }
    }

    private static void checkMeasure(YamlNode fields, Measure measure, boolean isUsdt, int captures) {
        YamlNode results = fields.optional("return");
        switch (measure) {
            case CALLS -> {
                if (results.isPresent()) {
                    results.reportKey(
                            isUsdt
                                    ? "a USDT probe has no return"
                                    : "'return' needs the end of the call, and 'measure: calls' does not wait for it");
                }
            }
            case LATENCY -> {
                if (isUsdt) {
                    fields.optional("measure").report("a USDT probe has no end that a latency could be measured to");
                }
            }
            case HISTOGRAM -> {
                if (captures > 1 || (isUsdt && captures == 0)) {
                    fields.optional("measure").report("a histogram is of the latency or of one capture");
                }
                if (fields.optional("payload").isPresent()) {
                    fields.optional("payload").reportKey("a histogram has no events that could show it");
                }
            }
        }
    }
}
