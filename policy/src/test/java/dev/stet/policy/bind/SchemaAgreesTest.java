package dev.stet.policy.bind;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.stet.policy.Policy;
import dev.stet.policy.PolicyReader;
import dev.stet.policy.PolicyTests;
import dev.stet.policy.ReadResult;
import dev.stet.policy.yaml.SourceText;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Another reader of JSON Schema says of the same documents what the binder says.
class SchemaAgreesTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    private static final Map<String, Schema> SCHEMAS = Map.of(
            "ProbeExemption", schema("exemption"),
            "ProbeTier", schema("tier"),
            "ProbeSettings", schema("settings"),
            "PolicyTest", schema("policy-test"));

    /// What a schema cannot say: what stands in another document, what no regular expression tells, and what only our
    /// own reader of YAML refuses.
    private static final Set<String> BEYOND = Set.of(
            "alias.yaml",
            "duplicate-name.yaml",
            "exe-open-set.yaml",
            "exe-regexes.yaml",
            "until-version.yaml",
            "when-no-engine.yaml",
            "tag.yaml",
            "replacement.yaml",
            "expires-bad.yaml");

    private static Schema schema(String name) {
        try (InputStream in = Policy.class.getResourceAsStream(name + ".schema.json")) {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(new String(in.readAllBytes(), StandardCharsets.UTF_8), InputFormat.JSON);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /// What the schemas have against the documents of a text; a text for a document of another kind.
    private static List<String> errors(String text) {
        return Stream.of(text)
                .flatMap(all -> documents(all).stream())
                .flatMap(document -> {
                    Object kind = document instanceof Map<?, ?> map ? map.get("kind") : null;
                    Schema schema = SCHEMAS.get(String.valueOf(kind));
                    return schema == null
                            ? Stream.of("no kind of ours: " + kind)
                            : schema.validate(json(document), InputFormat.JSON).stream()
                                    .map(Object::toString);
                })
                .toList();
    }

    private static List<Object> documents(String text) {
        Load load = new Load(LoadSettings.builder().build());
        List<Object> documents = new ArrayList<>();
        load.loadAllFromString(text).forEach(document -> {
            if (document != null) {
                documents.add(document);
            }
        });
        return documents;
    }

    private static String json(Object value) {
        return switch (value) {
            case null -> "null";
            case Map<?, ?> map ->
                map.entrySet().stream()
                        .map(each -> quoted(String.valueOf(each.getKey())) + ":" + json(each.getValue()))
                        .collect(Collectors.joining(",", "{", "}"));
            case List<?> list -> list.stream().map(SchemaAgreesTest::json).collect(Collectors.joining(",", "[", "]"));
            case Number number -> number.toString();
            case Boolean truth -> truth.toString();
            default -> quoted(value.toString());
        };
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        text.chars()
                .forEach(c -> out.append(c < ' ' || c == '"' || c == '\\' ? "\\u%04x".formatted(c) : "" + (char) c));
        return out.append('"').toString();
    }

    private static boolean isBound(String text) {
        List<SourceText> files = List.of(new SourceText("f", text));
        return PolicyReader.read(files, NOW) instanceof ReadResult.Valid
                && PolicyTests.read(files) instanceof PolicyTests.ReadResult.Valid;
    }

    static List<Path> good() throws IOException {
        try (Stream<Path> examples = Files.walk(Path.of("../docs/examples"));
                Stream<Path> good = Files.list(Path.of("src/test/resources/good"))) {
            return Stream.concat(examples, good)
                    .filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("good")
    void acceptsWhatIsGood(Path file) throws IOException {
        // The one document there that is a test, and none that could be read as one.
        String text = Files.readString(file).replace("spec: {this: is read by stet policy test}", """
                spec: {now: 2026-01-01, cases: [{name: n, facts: {}, expect: {verdict: trace}}]}""");
        assertThat(errors(text)).isEmpty();
    }

    static List<Path> bad() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/bad"))) {
            return files.filter(file -> !BEYOND.contains(file.getFileName().toString()))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("bad")
    void refusesWhatIsBad(Path file) throws IOException {
        String text = Files.readString(file);
        try {
            assertThat(errors(text)).isNotEmpty();
        } catch (YamlEngineException notYaml) {
            assertThat(isBound(text)).isFalse();
        }
    }

    /// Nothing is in the list that the schemas do refuse.
    @Test
    void cannotSayEverything() {
        assertThat(BEYOND.stream().filter(SchemaAgreesTest::isRefused)).isEmpty();
    }

    private static boolean isRefused(String name) {
        try {
            return !errors(Files.readString(Path.of("src/test/resources/bad", name)))
                    .isEmpty();
        } catch (YamlEngineException notYaml) {
            return true;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /// Pieces that are right or wrong, one to a document: both must say the same of each.
    @Test
    void agreesOnPieces() {
        String sha = "0123456789abcdef".repeat(4);
        for (String piece : List.of(
                "exe: {glob: a}",
                "exe: {glob: /a}",
                "exe: {glob: [/a, b]}",
                "exe: {name: a/b}",
                "exe: {name: []}",
                "exe: {sha256: " + sha + "}",
                "exe: {sha256: " + sha + "0}",
                "exe: {regex: ''}",
                "exe: {regx: a}",
                "script: {glob: a/b}",
                "script: {glob: ''}",
                "buildId: abc",
                "buildId: [ab, abc]",
                "module: {path: a}",
                "module: {version: '1'}",
                "language: go",
                "language: Go",
                "links: a.so",
                "links: /a.so",
                "section: ''",
                "hazard: fibers",
                "hazard: [fibers, x]",
                "comm: [a, '']",
                "args: {contains: [a, '']}",
                "args: {}",
                "env: {A: ''}",
                "env: {A: [b]}",
                "env: {'A=B': c}",
                "uid: 4294967295",
                "uid: 4294967296",
                "uid: '0'",
                "uid: -1",
                "user: ' '",
                "user: [a, b]",
                "parent: {exe: {name: a}}",
                "parent: {exe: {}}",
                "ancestor: {comm: a, x: b}",
                "cgroup: a",
                "cgroup: /a",
                "systemdUnit: a",
                "container: {id: 0123456789ab}",
                "container: {id: 0123456789a}",
                "container: {}",
                "container: {image: a, digest: [b]}",
                "pod: {labels: {a: b}}",
                "pod: {labels: {}}",
                "pod: {label: {a: b}}",
                "age: {under: 5s}",
                "age: {under: 0s}",
                "age: {under: 5}",
                "age: {atLeast: 1h30m}",
                "age: {atLeast: 30m1h}",
                "age: {}",
                "any: []",
                "any: [{}]",
                "any: [{comm: a}]",
                "any: {comm: a}",
                "not: {comm: a}",
                "comm: a, not: {comm: b}",
                "comm: a, not: []",
                "tier: a",
                "tier: []")) {
            agrees("ProbeExemption", "reason: r, owner: o, match: {" + piece + "}");
        }
        for (String piece : List.of(
                "expires: 2027-01-01",
                "expires: 2027-1-1",
                "expires: 1969-01-01T00:00:00Z x",
                "expires: 2027-01-01T00:00:00Z",
                "expires: '2027-01-01 00:00'",
                "for: 3d",
                "for: 3",
                "for: 3d, expires: 2027-01-01",
                "onExpiry: keep",
                "onExpiry: keep, for: 1d",
                "onExpiry: no, for: 1d",
                "until: {module: a, version: '1'}",
                "until: {module: a}",
                "until: {version: '1'}",
                "until: {}",
                "until: {buildIdOtherThan: ab}",
                "until: {buildIdOtherThan: [ab, c]}",
                "until: {buildIdOtherThan: ab, module: a, version: '1'}",
                "undecided: {after: 1s, then: probe}",
                "undecided: {after: 1s}",
                "undecided: {after: 1s, then: trace}",
                "exempt: [all, returns]",
                "exempt: []",
                "exempt: [{pack: a}]",
                "exempt: [{pack: a, library: b}]",
                "exempt: [{library: a/b}]",
                "exempt: [{}]",
                "exempt: all",
                "ticket: ' '",
                "colour: red")) {
            agrees("ProbeExemption", "reason: r, owner: o, match: {comm: a}, " + piece);
        }
        for (String piece : List.of(
                "rank: 1000",
                "rank: 1001",
                "rank: '1'",
                "probes: none",
                "probes: all",
                "rollout: {first: 1, watch: 1m}",
                "rollout: {first: 0, watch: 1m}",
                "rollout: {first: 1}",
                "budget: {cpu: 1%}",
                "budget: {cpu: 0%}",
                "budget: {cpu: 100.0%}",
                "budget: {cpu: 100.1%}",
                "budget: {cpu: 1}",
                "budget: {}",
                "budget: {hits: 1}",
                "budget: {hits: 0}",
                "budget: {hits: '1'}",
                "budget: {cpu: 1%, hits: 1000000000}",
                "budget: {cpu: 1%, hits: 1000000001}",
                "guardian: high",
                "guardian: off",
                "owner: o",
                "reason: ''")) {
            agrees("ProbeTier", "match: {comm: a}, " + piece);
        }
        for (String piece : List.of(
                "selfExemption: true",
                "selfExemption: 'true'",
                "lift: [stet-debugger]",
                "lift: []",
                "lift: [x]",
                "x: y",
                "")) {
            agrees("ProbeSettings", piece);
        }
        for (String piece : List.of(
                "facts: {exe: /a}, expect: {verdict: trace}",
                "facts: {}, expect: {verdict: trace, aspects: [all]}",
                "facts: {}, expect: {verdict: exempt, aspects: [all], rule: a, rules: [b], tier: c}",
                "facts: {}",
                "facts: {}, expect: {verdict: undecided, missingFact: exe}",
                "facts: {}, expect: {verdict: undecided, missingFact: x}",
                "facts: {unreadable: [env, hazards]}, expect: {verdict: trace}",
                "facts: {absent: [tier]}, expect: {verdict: trace}",
                "facts: {modules: [{path: a}], ancestors: [{exe: /a}]}, expect: {verdict: trace}",
                "facts: {modules: [{version: a}]}, expect: {verdict: trace}",
                "facts: {age: 0s}, expect: {verdict: trace}",
                "facts: {env: {}}, expect: {verdict: trace}",
                "facts: {hazards: [a]}, expect: {verdict: trace}")) {
            agrees("PolicyTest", "now: 2026-01-01, cases: [{name: n, " + piece + "}]");
        }
    }

    private static void agrees(String kind, String spec) {
        String text =
                "apiVersion: stet.dev/v1alpha1\nkind: %s\nmetadata: {name: x}\nspec: {%s}\n".formatted(kind, spec);
        assertThat(errors(text).isEmpty()).as(text + errors(text)).isEqualTo(isBound(text));
    }
}
