package dev.stet.agent;

import dev.stet.facts.Glob;
import dev.stet.policy.yaml.Problems;
import dev.stet.policy.yaml.Shape;
import dev.stet.policy.yaml.SourceText;
import dev.stet.policy.yaml.YamlDocuments;
import dev.stet.policy.yaml.YamlNode;
import dev.stet.probe.Capture;
import dev.stet.probe.CaptureParser;
import dev.stet.probe.CaptureSyntaxException;
import dev.stet.probe.Probe;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads packs of probes: YAML documents of kind `ProbePack`, in the same style as exemptions.
public final class PackReader {
    private static final Shape DOCUMENT = Shape.of("apiVersion", "kind", "metadata", "spec");
    private static final Shape METADATA = Shape.of("name");
    private static final Shape SPEC = Shape.of("binary", "probes");
    private static final Shape BINARY = Shape.of("library", "language");
    private static final Shape PROBE = Shape.of("function", "capture", "return", "measure");
    private static final List<String> BUILT_IN = List.of("libc", "sqlite", "openssl", "go-http");

    private PackReader() {}

    /// The packs that come with Stet.
    public static List<Pack> builtIn() {
        Problems problems = new Problems();
        List<Pack> packs = new ArrayList<>();
        for (String name : BUILT_IN) {
            String file = "packs/" + name + ".yaml";
            try (InputStream in = PackReader.class.getResourceAsStream(file)) {
                packs.addAll(
                        read(new SourceText(file, new String(in.readAllBytes(), StandardCharsets.UTF_8)), problems));
            } catch (IOException e) {
                throw new UncheckedIOException(file, e);
            }
        }
        if (!problems.isEmpty()) {
            throw new AssertionError("built-in packs: " + problems.list());
        }
        return packs;
    }

    /// Reads the packs of one text. What is wrong is added to `problems`, and the pack left out.
    public static List<Pack> read(SourceText source, Problems problems) {
        List<Pack> packs = new ArrayList<>();
        for (YamlNode document : YamlDocuments.read(source, problems)) {
            pack(document).ifPresent(packs::add);
        }
        return packs;
    }

    private static Optional<Pack> pack(YamlNode document) {
        YamlNode top = document.fields(DOCUMENT);
        Optional<String> version = top.required("apiVersion").choice(Map.of("stet.dev/v1alpha1", ""));
        Optional<String> kind = top.required("kind").choice(Map.of("ProbePack", ""));
        if (version.isEmpty() || kind.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> name =
                top.required("metadata").fields(METADATA).required("name").text();
        YamlNode spec = top.required("spec").fields(SPEC);
        Optional<Pack.Binary> binary = binary(spec.required("binary").fields(BINARY));
        List<Probe> probes = new ArrayList<>();
        boolean right = true;
        for (YamlNode node : spec.required("probes").items("probes")) {
            Optional<Probe> probe = probe(name.orElse(""), node.fields(PROBE));
            probe.ifPresent(probes::add);
            right &= probe.isPresent();
        }
        return name.isPresent() && binary.isPresent() && right && !probes.isEmpty()
                ? Optional.of(new Pack(name.get(), binary.get(), probes))
                : Optional.empty();
    }

    private static Optional<Pack.Binary> binary(YamlNode node) {
        Optional<Pack.Binary> library = node.optional("library")
                .parsed("a pattern of file names", Glob::name)
                .map(Pack.Binary.Library::new);
        Optional<Pack.Binary> language = node.optional("language").choice(Map.of("go", new Pack.Binary.GoMain()));
        if (library.isPresent() == language.isPresent()) {
            node.report("expected either 'library' or 'language'");
            return Optional.empty();
        }
        return library.or(() -> language);
    }

    private static Optional<Probe> probe(String pack, YamlNode node) {
        Optional<String> function = node.required("function").text();
        Optional<List<Capture>> entry = captures(node.optional("capture"));
        Optional<List<Capture>> results = captures(node.optional("return"));
        boolean returns = node.optional("measure")
                        .choice(Map.of("latency", true, "calls", false))
                        .orElse(true)
                || results.stream().anyMatch(list -> !list.isEmpty());
        return function.isPresent() && entry.isPresent() && results.isPresent()
                ? Optional.of(new Probe(pack, function.get(), entry.get(), results.get(), returns))
                : Optional.empty();
    }

    /// Empty if any of them is wrong.
    private static Optional<List<Capture>> captures(YamlNode node) {
        List<Capture> captures = new ArrayList<>();
        Map<String, YamlNode> entries = node.isPresent() ? node.entries() : Map.of();
        entries.forEach((name, value) -> value.parsed("a capture such as str(arg1)", text -> capture(name, text))
                .ifPresent(captures::add));
        return captures.size() == entries.size() ? Optional.of(captures) : Optional.empty();
    }

    private static Capture capture(String name, String text) {
        try {
            return CaptureParser.capture(name, text);
        } catch (CaptureSyntaxException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
