package dev.stet.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.facts.Glob;
import dev.stet.policy.yaml.Problem;
import dev.stet.policy.yaml.Problems;
import dev.stet.policy.yaml.SourceText;
import dev.stet.probe.Capture;
import dev.stet.probe.Probe;
import dev.stet.probe.Probe.Measure;
import dev.stet.probe.Probe.Site;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PackReaderTest {
    private static final String HEAD = """
            apiVersion: stet.dev/v1alpha1
            kind: ProbePack
            metadata: {name: p}
            """;

    private static List<String> problems(String spec) {
        Problems problems = new Problems();
        List<Pack> packs = PackReader.read(new SourceText("p.yaml", HEAD + spec), problems);
        assertThat(packs).as("a pack with problems is left out").isEmpty();
        return problems.list().stream().map(Problem::toString).toList();
    }

    private static Pack pack(String spec) {
        Problems problems = new Problems();
        List<Pack> packs = PackReader.read(new SourceText("p.yaml", HEAD + spec), problems);
        assertThat(problems.list()).isEmpty();
        return packs.getFirst();
    }

    private static Probe probe(String fields) {
        return pack("spec:\n  binary: {library: x}\n  probes:\n    - {" + fields + "}\n")
                .probes()
                .getFirst();
    }

    @Test
    void theBuiltInPacksAreRight() {
        assertThat(PackReader.builtIn())
                .extracting(Pack::name)
                .contains("libc", "sqlite", "openssl", "go-http")
                .doesNotHaveDuplicates();
        assertThat(PackReader.builtIn()).allSatisfy(pack -> {
            assertThat(pack.summary()).isNotBlank();
            assertThat(pack.entries()).allSatisfy(entry -> {
                assertThat(entry.probe().kind()).isNotBlank();
                assertThat(entry.probe().pack()).isEqualTo(pack.name());
            });
        });
    }

    /// Contents never come by themselves.
    @Test
    void contentsAreTakenOnRequestOnly() {
        Pack openssl = PackReader.builtIn().stream()
                .filter(pack -> pack.name().equals("openssl"))
                .findFirst()
                .orElseThrow();
        assertThat(openssl.probes())
                .allSatisfy(probe -> assertThat(names(probe)).doesNotContain("content"));
        assertThat(openssl.probes(true))
                .allSatisfy(probe -> assertThat(names(probe)).contains("content"));
    }

    private static List<String> names(Probe probe) {
        return Stream.of(probe.atEntry(), probe.atReturn())
                .flatMap(List::stream)
                .map(Capture::name)
                .toList();
    }

    @Test
    void everyField() {
        Pack pack = pack("""
                spec:
                  binary: {any: [{library: "lib*.so"}, {executable: "post*"}, {exports: SSL_write}, {language: go}]}
                  requires: {goModule: example.org/m}
                  probes:
                    - function: [f, "g*"]
                      kind: db.query
                      capture: {a.b: "string(arg1)", c: [arg2, word2]}
                      return: {d: ret}
                      payload: {e: "text(arg1, len=9)", f: "text(arg1, len=ret)"}
                      where: arg1 > 5
                      measure: latency
                      sample: 10
                      rate: 100
                      text: 1000
                      depth: 3
                      stack: 20
                    - {usdt: "p:n__x", capture: {a: arg1}}
                """);
        assertThat(pack.binary())
                .isInstanceOfSatisfying(
                        Pack.Binary.Any.class,
                        any -> assertThat(any.of())
                                .hasSize(4)
                                .contains(new Pack.Binary.Exports("SSL_write"), new Pack.Binary.GoMain()));
        assertThat(pack.goModule()).contains("example.org/m");
        assertThat(pack.probes())
                .extracting(Probe::site)
                .containsExactly(new Site.Functions("f"), new Site.Functions("g*"), new Site.Usdt("p", "n__x"));
        Probe first = pack.probes().getFirst();
        assertThat(first.kind()).isEqualTo("db.query");
        assertThat(names(first)).containsExactly("a.b", "c", "d");
        assertThat(first.atEntry().get(1).source()).isEqualTo("arg2");
        assertThat(first.atEntry().get(1).others()).extracting(Capture::source).containsExactly("word2");
        assertThat(first.where())
                .hasValueSatisfying(where -> assertThat(where.source()).isEqualTo("arg1 > 5"));
        assertThat(first.limits()).isEqualTo(new Probe.Limits(10, 100, 1000, 3, 20));
        Probe whole = pack.probes(true).getFirst();
        assertThat(whole.atEntry()).extracting(Capture::name).containsExactly("a.b", "c", "e");
        assertThat(whole.atReturn()).extracting(Capture::name).containsExactly("d", "f");
        assertThat(pack.probes().getLast().measure()).isEqualTo(Measure.CALLS);
    }

    @Test
    void whatNobodySaid() {
        Probe probe = probe("function: f");
        assertThat(probe.kind()).isEmpty();
        assertThat(probe.measure()).isEqualTo(Measure.LATENCY);
        assertThat(probe.limits()).isEqualTo(Probe.Limits.DEFAULT);
        assertThat(probe.where()).isEmpty();
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                Arguments.of(
                        "function: f, capture: {a: \"string(arg1\"}", "spec.probes[0].capture.a", "expected a capture"),
                Arguments.of("function: f, capture: {a: [arg1, \"(\"]}", "spec.probes[0].capture.a[1]", "a capture"),
                Arguments.of("function: f, capture: {a: ret}", "capture.a", "no result yet"),
                Arguments.of("function: f, capture: {a: \"u8(arg1 + retword2)\"}", "capture.a", "no result yet"),
                Arguments.of("function: f, capture: {1a: arg1}", "capture.1a", "expected a name"),
                Arguments.of("function: f, capture: {a.: arg1}", "capture", "expected a name"),
                Arguments.of(
                        "function: f, capture: {a: arg1}, return: {a: ret}", "return.a", "is in 'capture' already"),
                Arguments.of(
                        "function: f, capture: {a: arg1}, payload: {a: arg1}", "payload.a", "in 'capture' already"),
                Arguments.of("function: f, kind: HTTP", "kind", "expected a kind"),
                Arguments.of("function: f, measure: latensy", "measure", "did you mean 'latency'?"),
                Arguments.of("function: f, measure: calls, return: {a: ret}", "return", "needs the end of the call"),
                Arguments.of("function: f, measure: calls, payload: {a: ret}", "payload", "not waited for"),
                Arguments.of("function: f, measure: calls, where: latency > 1ms", "where", "not waited for"),
                Arguments.of("function: f, measure: histogram, capture: {a: arg1, b: arg2}", "measure", "one capture"),
                Arguments.of("function: f, measure: histogram, payload: {a: arg1}", "payload", "no events"),
                Arguments.of("usdt: \"p:n\", measure: latency", "measure", "has no end"),
                Arguments.of("usdt: \"p:n\", return: {a: ret}", "return", "has no return"),
                Arguments.of("usdt: \"p:n\", measure: histogram", "measure", "one capture"),
                Arguments.of("usdt: p", "usdt", "expected provider:name"),
                Arguments.of("usdt: \"p:n\", function: f", "spec.probes[0]", "either 'function' or 'usdt'"),
                Arguments.of("kind: x", "spec.probes[0]", "either 'function' or 'usdt'"),
                Arguments.of("function: f, where: \"(\"", "where", "a condition"),
                Arguments.of("function: f, sample: 0", "sample", "a number from 1"),
                Arguments.of("function: f, rate: -1", "rate", "a number from 0"),
                Arguments.of("function: f, text: 16385", "text", "to 16384"),
                Arguments.of("function: f, depth: 9", "depth", "to 8"),
                Arguments.of("function: f, stack: 128", "stack", "to 127"),
                Arguments.of("function: f, captures: {a: arg1}", "captures", "did you mean 'capture'?"),
                Arguments.of("function: f, capture: {}", "capture", "an empty mapping"),
                Arguments.of("function: []", "function", "an empty list"),
                Arguments.of("function: f, capture: {a: []}", "capture.a", "an empty list"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void wrongProbesAreReportedWhereTheyStand(String fields, String path, String message) {
        assertThat(problems("spec:\n  binary: {library: x}\n  probes:\n    - {" + fields + "}\n"))
                .singleElement()
                .asString()
                .startsWith("p.yaml:7:")
                .contains(path, message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{library: x, language: go}",
                "{any: [{library: x}], language: go}",
                "{any: []}",
                "{any: [{library: x, exports: y}]}",
                "{any: [{any: [{library: x}]}]}",
                "{language: cobol}",
                "{library: \"[\"}",
                "{executable: \"a[\"}",
                "go",
                "{}"
            })
    void aPackSaysWhichBinary(String binary) {
        assertThat(problems("spec:\n  binary: " + binary + "\n  probes: [{function: f}]\n"))
                .isNotEmpty()
                .allSatisfy(
                        problem -> assertThat(problem).startsWith("p.yaml:5:").contains("spec.binary"));
    }

    @Test
    void allProblemsAtOnce() {
        assertThat(problems("""
                spec:
                  binary: {libary: x}
                  requires: {goVersion: 1}
                  probes:
                    - {function: f, capture: {a: "("}, kind: "?"}
                    - {usdt: x}
                """)).hasSize(5);
    }

    @Test
    void namesAreForOnePackEach() {
        String one = HEAD + "spec: {binary: {library: x}, probes: [{function: f}]}\n";
        Problems problems = new Problems();
        List<Pack> packs =
                PackReader.read(List.of(new SourceText("a.yaml", one), new SourceText("b.yaml", one)), problems);
        assertThat(packs).hasSize(1);
        assertThat(problems.list())
                .singleElement()
                .asString()
                .isEqualTo("b.yaml:3:18: metadata.name: a pack 'p' is at a.yaml:3 already");
    }

    @Test
    void aNameIsPlain() {
        Problems problems = new Problems();
        String text =
                HEAD.replace("name: p", "name: \"../P\"") + "spec: {binary: {library: x}, probes: [{function: f}]}";
        assertThat(PackReader.read(new SourceText("p.yaml", text), problems)).isEmpty();
        assertThat(problems.list()).singleElement().asString().contains("metadata.name", "small letters");
    }

    @Test
    void aPatternOfFiles() {
        assertThat(pack("spec: {binary: {executable: \"post*\"}, probes: [{function: f}]}")
                        .binary())
                .isInstanceOfSatisfying(Pack.Binary.Executable.class, executable -> {
                    Glob name = executable.name();
                    assertThat(name.matches("postgres")).isTrue();
                    assertThat(name.matches("xpost")).isFalse();
                });
    }
}
