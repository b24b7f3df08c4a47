package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What the compiler cannot see of the rules in ARCHITECTURE.md.
class ArchitectureTest {
    private static final Path TOP = Path.of("").toAbsolutePath().getParent();
    private static final Path MODULES = TOP.resolve("docs/modules.txt");

    private static List<Path> sources(String ending) throws IOException {
        try (Stream<Path> files = Files.walk(TOP, 12)) {
            return files.filter(file ->
                            file.toString().endsWith(ending) && file.toString().contains("/src/"))
                    .filter(file -> !file.toString().contains("/target/"))
                    .sorted()
                    .toList();
        }
    }

    /// One door: who suppresses the compiler's warning about native access is dev.stet.kernel's Syscall, and
    /// nobody else.
    @Test
    void nativeAccessHasOneDoor() throws IOException {
        TreeSet<String> suppressing = new TreeSet<>();
        for (Path file : sources(".java")) {
            if (Pattern.compile("@SuppressWarnings\\([^)]*\"restricted\"")
                    .matcher(Files.readString(file))
                    .find()) {
                suppressing.add(TOP.relativize(file).toString());
            }
        }
        assertThat(suppressing).containsExactly("kernel/src/main/java/dev/stet/kernel/Syscall.java");
    }

    /// A new edge between modules, or a new exported package, is a visible line in a diff. To accept one:
    /// `STET_RECORD=1 ./check it`.
    @Test
    void modulesAreAsRecorded() throws IOException {
        StringBuilder rendered = new StringBuilder();
        for (Path file : sources("/main/java/module-info.java")) {
            String text = Files.readString(file);
            Matcher module = Pattern.compile("module ([a-z.]+) \\{").matcher(text);
            assertThat(module.find()).as(file.toString()).isTrue();
            rendered.append(module.group(1)).append('\n');
            Matcher line =
                    Pattern.compile("(?s)(requires|exports|opens)\\s+(.*?);").matcher(text);
            while (line.find()) {
                rendered.append("    ")
                        .append(line.group(1))
                        .append(' ')
                        .append(line.group(2).replaceAll("\\s+", " "))
                        .append('\n');
            }
        }
        if (System.getenv("STET_RECORD") != null) {
            Files.writeString(MODULES, rendered);
        }
        assertThat(Files.readString(MODULES)).isEqualTo(rendered.toString());
    }

    /// No package registry's host is named in what is committed.
    @Test
    void noRegistryIsNamed() throws IOException {
        List<String> hosts = List.of(
                "repo1.maven" + ".org", "repo.maven.apache" + ".org", "deb.debian" + ".org", "registry.npmjs" + ".org");
        for (String ending : List.of(".java", ".xml", ".md", ".yaml", ".sh", ".py")) {
            try (Stream<Path> files = Files.walk(TOP, 12)) {
                for (Path file : files.filter(each -> each.toString().endsWith(ending))
                        .filter(each -> !each.toString().contains("/target/")
                                && !each.toString().contains("/.git/"))
                        .toList()) {
                    assertThat(hosts).as(file.toString()).noneMatch(host -> contains(file, host));
                }
            }
        }
    }

    private static boolean contains(Path file, String text) {
        try {
            return Files.readString(file).contains(text);
        } catch (IOException e) {
            throw new AssertionError(file.toString(), e);
        }
    }
}
