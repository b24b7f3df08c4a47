package dev.stet.cel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.policy.PolicyReader;
import dev.stet.policy.yaml.SourceText;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Of the engine nothing is in memory as long as no policy has an expression. Seen in a virtual machine of its own, by
/// what it says of the classes it loads.
class EngineIsLoadedLateTest {
    /// What the other virtual machine runs: it reads one policy.
    static final class Reader {
        private Reader() {}

        /// @param arguments the match
        public static void main(String[] arguments) {
            String document = """
                    apiVersion: stet.dev/v1alpha1
                    kind: ProbeExemption
                    metadata: {name: x}
                    spec: {reason: r, owner: o, match: {%s}}
                    """.formatted(arguments[0]);
            System.out.println(PolicyReader.read(List.of(new SourceText("a.yaml", document))));
        }
    }

    @Test
    void noClassOfTheEngineWithoutAnExpression() throws Exception {
        assertThat(engineClasses("comm: x")).isZero();
    }

    @Test
    void itIsThereWithOne() throws Exception {
        assertThat(engineClasses("when: \"exe == '/x'\"")).isGreaterThan(500);
    }

    private static long engineClasses(String match) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                        java,
                        "-Xlog:class+load",
                        "-p",
                        System.getProperty("jdk.module.path"),
                        "--patch-module",
                        "dev.stet.cel=" + testClasses(),
                        "-m",
                        "dev.stet.cel/" + Reader.class.getName(),
                        match)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<String> lines = process.inputReader().readAllLines();
        assertThat(process.waitFor()).isZero();
        assertThat(lines).anyMatch(line -> line.startsWith("Valid["));
        return lines.stream()
                .filter(line -> line.matches(".*\\b(dev\\.cel|com\\.google\\.(common|protobuf)|org\\.antlr)\\..*"))
                .count();
    }

    /// They are patched into the module here, too.
    private static Path testClasses() {
        return Path.of("target", "test-classes").toAbsolutePath();
    }
}
