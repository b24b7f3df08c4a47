package dev.stet.agent;

import static org.assertj.core.api.Assertions.assertThat;

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

class PackDirectoryTest {
    private static final String PACK = """
            apiVersion: stet.dev/v1alpha1
            kind: ProbePack
            metadata: {name: %s, summary: own}
            spec: {binary: {library: "libx.so*"}, probes: [{function: f}]}
            """;

    @TempDir
    Path directory;

    private static List<Pack> packs(PackDirectory.Result result) {
        return switch (result) {
            case PackDirectory.Result.Valid(var packs) -> packs;
            case PackDirectory.Result.Invalid(var problems) -> throw new AssertionError(problems);
        };
    }

    private List<String> problems() {
        return new PackDirectory(directory).read() instanceof PackDirectory.Result.Invalid(var problems)
                ? problems.stream().map(Problem::toString).toList()
                : List.of();
    }

    @Test
    void filesInTheOrderOfTheirNames() throws IOException {
        Files.writeString(directory.resolve("2.yml"), PACK.formatted("two"));
        Files.writeString(directory.resolve("1.yaml"), PACK.formatted("one") + "---\n" + PACK.formatted("more"));
        Files.writeString(directory.resolve(".3.yaml"), "junk: [");
        Files.writeString(directory.resolve("readme.txt"), "junk: [");
        assertThat(packs(new PackDirectory(directory).read()))
                .extracting(Pack::name)
                .containsExactly("one", "more", "two");
    }

    /// One wrong file, and nothing is applied.
    @Test
    void allProblemsOfAllFiles() throws IOException {
        Files.writeString(directory.resolve("a.yaml"), PACK.formatted("a"));
        Files.writeString(directory.resolve("b.yaml"), PACK.formatted("a"));
        Files.writeString(directory.resolve("c.yaml"), PACK.formatted("c").replace("function", "fnction"));
        Files.writeString(directory.resolve("d.yaml"), "junk: [");
        assertThat(problems())
                .anyMatch(problem -> problem.contains("b.yaml:3:18: metadata.name: a pack 'a' is at"))
                .anyMatch(problem -> problem.contains("c.yaml:4:") && problem.contains("did you mean 'function'?"))
                .anyMatch(problem -> problem.contains("d.yaml:"));
    }

    @Test
    void aDirectoryThatIsNone() throws IOException {
        Path file = Files.writeString(directory.resolve("f"), "");
        assertThat(new PackDirectory(file).read()).asString().contains("is not a directory");
        assertThat(new PackDirectory(directory.resolve("none")).read())
                .asString()
                .contains("there is no such directory");
    }

    /// A pack of one's own replaces the built-in one of its name.
    @Test
    void together() throws IOException {
        Files.writeString(directory.resolve("a.yaml"), PACK.formatted("sqlite") + "---\n" + PACK.formatted("own"));
        List<Pack> builtIn = PackReader.builtIn();
        List<Pack> all = PackDirectory.together(builtIn, packs(new PackDirectory(directory).read()));
        assertThat(all).hasSize(builtIn.size() + 1);
        assertThat(all.getLast().name()).isEqualTo("own");
        assertThat(all.stream().filter(pack -> pack.name().equals("sqlite")))
                .singleElement()
                .extracting(Pack::summary)
                .isEqualTo("own");
    }

    @Test
    void changesAreSeen() throws IOException, InterruptedException {
        BlockingQueue<PackDirectory.Result> seen = new LinkedBlockingQueue<>();
        try (PackWatcher watcher = new PackWatcher(new PackDirectory(directory), (result, _) -> seen.add(result))) {
            watcher.start();
            Files.writeString(directory.resolve("a.yaml"), PACK.formatted("a"));
            // The write may be seen in several steps; the last one counts.
            PackDirectory.Result last = seen.poll(10, TimeUnit.SECONDS);
            while (last instanceof PackDirectory.Result.Valid(var packs) && packs.isEmpty()) {
                last = seen.poll(10, TimeUnit.SECONDS);
            }
            assertThat(last).isNotNull();
            assertThat(packs(last)).extracting(Pack::name).containsExactly("a");
        }
    }
}
