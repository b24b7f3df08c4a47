package dev.stet.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.policy.yaml.SourceText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every file of `bad/` begins with the problems that it must give, in lines `# expect: line:column: path:
/// message`.
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

        ReadResult result = PolicyReader.read(List.of(new SourceText("f", text)));

        assertThat(result).isInstanceOf(ReadResult.Invalid.class);
        assertThat(((ReadResult.Invalid) result).problems())
                .extracting(problem -> problem.toString().substring("f:".length()))
                .isEqualTo(expected);
    }
}
