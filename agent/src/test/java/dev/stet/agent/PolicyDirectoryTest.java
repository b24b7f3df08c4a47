package dev.stet.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.policy.ReadResult;
import dev.stet.policy.yaml.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyDirectoryTest {
    private static final String RULE = """
            apiVersion: stet.dev/v1alpha1
            kind: ProbeExemption
            metadata: {name: %s}
            spec: {reason: r, owner: o, expires: 2030-01-01, match: {exe: {name: x}}}
            """;

    @TempDir
    Path directory;

    private static int count(ReadResult result) {
        return switch (result) {
            case ReadResult.Valid(var policy, var _) -> policy.written().size();
            case ReadResult.Invalid(var problems) -> throw new AssertionError(problems);
        };
    }

    private static List<Problem> problems(ReadResult result) {
        return result instanceof ReadResult.Invalid(var problems) ? problems : List.of();
    }

    @Test
    void yamlFilesCountAndOthersDoNot() throws IOException {
        Files.writeString(directory.resolve("a.yaml"), RULE.formatted("a"));
        Files.writeString(directory.resolve("b.yml"), RULE.formatted("b"));
        Files.writeString(directory.resolve(".hidden.yaml"), "junk: [");
        Files.writeString(directory.resolve("a.yaml~"), "junk: [");
        Files.createDirectory(directory.resolve("sub.yaml"));
        assertThat(count(new PolicyDirectory(directory, false).read())).isEqualTo(2);
    }

    @Test
    void onlyTheDefaultMayBeMissing() throws IOException {
        Path missing = directory.resolve("none");
        assertThat(count(new PolicyDirectory(missing, true).read())).isZero();
        assertThat(problems(new PolicyDirectory(missing, false).read()))
                .singleElement()
                .asString()
                .contains("no such directory");
        Path file = Files.writeString(directory.resolve("f"), "");
        assertThat(problems(new PolicyDirectory(file, true).read()))
                .singleElement()
                .asString()
                .contains("is not a directory");
    }

    @Test
    void aFileThatCannotBeReadStopsTheWholeSet() throws IOException {
        Files.writeString(directory.resolve("a.yaml"), RULE.formatted("a"));
        Files.createSymbolicLink(directory.resolve("b.yaml"), directory.resolve("gone"));
        assertThat(problems(new PolicyDirectory(directory, false).read()))
                .singleElement()
                .asString()
                .contains("b.yaml:1:1", "there is no such file");
    }

    /// Also that the directory comes into being.
    @Test
    void changesAreNoticed() throws Exception {
        Path later = directory.resolve("etc/policy.d");
        BlockingQueue<Integer> counts = new LinkedBlockingQueue<>();
        PolicyDirectory policy = new PolicyDirectory(later, true);
        try (PolicyWatcher watcher = new PolicyWatcher(later, _ -> counts.add(count(policy.read())))) {
            watcher.start();
            Files.createDirectories(later);
            await(counts, 0);
            Path file = Files.writeString(later.resolve("a.yaml"), RULE.formatted("a"));
            await(counts, 1);
            Files.writeString(file, RULE.formatted("a") + "---\n" + RULE.formatted("b"));
            await(counts, 2);
            Files.move(file, later.resolve("a.off"));
            await(counts, 0);
            Files.move(later.resolve("a.off"), file);
            await(counts, 2);
            Files.delete(file);
            await(counts, 0);
        }
    }

    private static void await(BlockingQueue<Integer> counts, int expected) throws InterruptedException {
        Integer last = null;
        do {
            last = counts.poll(10, TimeUnit.SECONDS);
            assertThat(last).as("waiting for " + expected + " exemptions").isNotNull();
        } while (last != expected);
    }
}
