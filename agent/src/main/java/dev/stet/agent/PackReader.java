package dev.stet.agent;

import dev.stet.facts.Glob;
import dev.stet.policy.yaml.Problem;
import dev.stet.policy.yaml.Problems;
import dev.stet.policy.yaml.Shape;
import dev.stet.policy.yaml.SourceText;
import dev.stet.policy.yaml.YamlDocuments;
import dev.stet.policy.yaml.YamlNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/// Reads packs of probes: YAML documents of kind `ProbePack`, in the same style as exemptions. docs/packs.md
/// says what each field means.
public final class PackReader {
    private static final Shape DOCUMENT = Shape.of("apiVersion", "kind", "metadata", "spec");
    private static final Shape METADATA = Shape.of("name", "summary");
    private static final Shape SPEC = Shape.of("binary", "requires", "probes");
    private static final Shape BINARY = Shape.of("library", "executable", "exports", "language", "any");
    private static final Shape ONE_BINARY = Shape.of("library", "executable", "exports", "language");
    private static final Shape REQUIRES = Shape.of("goModule");
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final List<String> BUILT_IN = List.of(
            "libc",
            "sqlite",
            "openssl",
            "gnutls",
            "libpq",
            "postgres",
            "mariadb",
            "zlib",
            "cxx-exceptions",
            "go-http",
            "go-tls",
            "go-sql",
            "go-grpc",
            "go-log");

    private final Problems problems;
    private final List<Pack> packs = new ArrayList<>();
    private final Map<String, YamlNode> names = new HashMap<>();

    private PackReader(Problems problems) {
        this.problems = problems;
    }

    /// The packs that come with Stet.
    public static List<Pack> builtIn() {
        Problems problems = new Problems();
        List<Pack> packs = read(BUILT_IN.stream().map(PackReader::builtInText).toList(), problems);
        if (!problems.isEmpty()) {
            throw new AssertionError("built-in packs: " + problems.list());
        }
        return packs;
    }

    private static SourceText builtInText(String name) {
        String file = "packs/" + name + ".yaml";
        try (InputStream in = PackReader.class.getResourceAsStream(file)) {
            return new SourceText(file, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(file, e);
        }
    }

    /// Reads the packs of one text. What is wrong is added to `problems`, and the pack left out.
    public static List<Pack> read(SourceText source, Problems problems) {
        return read(List.of(source), problems);
    }

    /// Reads the packs of several texts. What is wrong is added to `problems`, and the pack left out; so is
    /// the second of two packs of one name.
    public static List<Pack> read(List<SourceText> sources, Problems problems) {
        PackReader reader = new PackReader(problems);
        for (SourceText source : sources) {
            for (YamlNode document : YamlDocuments.read(source, problems)) {
                reader.pack(document);
            }
        }
        return List.copyOf(reader.packs);
    }

    private void pack(YamlNode document) {
        YamlNode top = document.fields(DOCUMENT);
        Optional<String> version = top.required("apiVersion").choice(Map.of("stet.dev/v1alpha1", ""));
        Optional<String> kind = top.required("kind").choice(Map.of("ProbePack", ""));
        if (version.isEmpty() || kind.isEmpty()) {
            return;
        }
        List<Problem> before = problems.list();
        YamlNode metadata = top.required("metadata").fields(METADATA);
        String name = name(metadata.required("name"));
        String summary = metadata.optional("summary").text().orElse("");
        YamlNode spec = top.required("spec").fields(SPEC);
        Optional<Pack.Binary> binary = binary(spec.required("binary"));
        Optional<String> module =
                spec.optional("requires").fields(REQUIRES).optional("goModule").text();
        ProbeReader reader = new ProbeReader(name);
        List<Pack.Entry> entries = new ArrayList<>();
        for (YamlNode node : spec.required("probes").items("probes")) {
            entries.addAll(reader.read(node));
        }
        if (problems.list().equals(before) && before.size() < Problems.MAX) {
            packs.add(new Pack(name, summary, binary.orElseThrow(), module, entries));
        }
    }

    /// Empty if it is wrong.
    private String name(YamlNode node) {
        String name = node.parsed("a name of small letters, digits and '-'", PackReader::checkedName)
                .orElse("");
        YamlNode first = name.isEmpty() ? null : names.putIfAbsent(name, node);
        if (first != null) {
            node.report("a pack '" + name + "' is at " + first.file() + ":" + first.line() + " already");
        }
        return name;
    }

    private static String checkedName(String text) {
        if (!NAME.matcher(text).matches()) {
            throw new IllegalArgumentException();
        }
        return text;
    }

    private static Optional<Pack.Binary> binary(YamlNode node) {
        YamlNode fields = node.fields(BINARY);
        if (!fields.names().contains("any")) {
            return oneBinary(fields);
        }
        if (fields.names().size() > 1) {
            fields.report("'any' stands alone: put the others into its list");
        }
        List<Pack.Binary> of = new ArrayList<>();
        List<YamlNode> items = fields.optional("any").items("binaries");
        for (YamlNode item : items) {
            oneBinary(item.fields(ONE_BINARY)).ifPresent(of::add);
        }
        return of.size() == items.size() && !of.isEmpty() ? Optional.of(new Pack.Binary.Any(of)) : Optional.empty();
    }

    private static Optional<Pack.Binary> oneBinary(YamlNode node) {
        if (node.isMapping() && node.names().size() != 1) {
            node.report("expected one of 'library', 'executable', 'exports', 'language', or 'any' with a list of them");
            return Optional.empty();
        }
        return glob(node, "library", Pack.Binary.Library::new)
                .or(() -> glob(node, "executable", Pack.Binary.Executable::new))
                .or(() -> node.optional("exports").text().map(Pack.Binary.Exports::new))
                .or(() -> node.optional("language").choice(Map.of("go", new Pack.Binary.GoMain())));
    }

    private static Optional<Pack.Binary> glob(YamlNode node, String field, Function<Glob, Pack.Binary> made) {
        return node.optional(field)
                .parsed("a pattern of file names", Glob::name)
                .map(made);
    }
}
