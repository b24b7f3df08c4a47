package dev.stet.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.policy.yaml.SourceText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every file of `bad/` begins with the problems that it must give, in lines `# expect: line:column: path:
/// message`. `STET_RECORD=1` writes them anew.
class BadDocumentsTest {
    private static final String EXPECT = "# expect: ";

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/bad"))) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void saysWhatIsWrongAndWhere(Path file) throws IOException {
        String text = Files.readString(file);
        List<String> expected = text.lines()
                .takeWhile(line -> line.startsWith(EXPECT))
                .map(line -> line.substring(EXPECT.length()))
                .toList();

        ReadResult result = PolicyReader.read(List.of(new SourceText("f", text)), Samples.NOW.now());

        assertThat(result).isInstanceOf(ReadResult.Invalid.class);
        List<String> found = ((ReadResult.Invalid) result)
                .problems().stream()
                        .map(problem -> problem.toString().substring("f:".length()))
                        .toList();
        if (System.getenv("STET_RECORD") != null) {
            Files.writeString(file, record(text, found));
        } else {
            assertThat(found).isEqualTo(expected);
        }
    }

    /// The document with what is found written above it. The places move with the number of lines, so a file whose
    /// number of problems changed has to be recorded twice.
    private static String record(String text, List<String> found) {
        return Stream.concat(
                        found.stream().map(EXPECT::concat), text.lines().dropWhile(line -> line.startsWith(EXPECT)))
                .collect(Collectors.joining("\n", "", "\n"));
    }
}
