package dev.stet.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.policy.yaml.Problem;
import dev.stet.policy.yaml.Problems;
import dev.stet.policy.yaml.SourceText;
import java.util.List;
import org.junit.jupiter.api.Test;

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

    @Test
    void theBuiltInPacksAreRight() {
        assertThat(PackReader.builtIn()).extracting(Pack::name).containsExactly("libc", "sqlite", "openssl", "go-http");
        assertThat(PackReader.builtIn().getLast().binary()).isEqualTo(new Pack.Binary.GoMain());
        assertThat(PackReader.builtIn().getFirst().probes().getFirst().functions())
                .isEqualTo("getaddrinfo");
    }

    @Test
    void aWrongCaptureIsReportedWhereItStands() {
        assertThat(problems("""
                spec:
                  binary: {library: "libx.so*"}
                  probes:
                    - function: f
                      capture: {a: "str(arg99)"}
                """))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("p.yaml:8:")
                .contains("spec.probes[0].capture.a", "words are numbered from 1 to 16");
    }

    @Test
    void aPackSaysWhichBinary() {
        assertThat(problems("""
                spec:
                  binary: {library: "libx.so*", language: go}
                  probes: [{function: f}]
                """)).singleElement().asString().contains("either 'library' or 'language'");
    }
}
