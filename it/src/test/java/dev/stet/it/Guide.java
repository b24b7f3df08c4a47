package dev.stet.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// The cases of `docs/guide.md`, as they stand there.
final class Guide {
    private static final Path PAGE = StetProcess.HOME.resolve("docs/guide.md");
    private static final Pattern CASE = Pattern.compile("(?ms)^## (\\d+)\\. .*?(?=^## |\\z)");
    private static final Pattern YAML = Pattern.compile("(?ms)^```yaml\\n(.*?)^```$");

    private Guide() {}

    /// The one document of a case.
    static String document(int number) {
        List<String> documents = YAML.matcher(text(number))
                .results()
                .map(block -> block.group(1))
                .toList();
        if (documents.size() != 1) {
            throw new AssertionError("case " + number + " has " + documents.size() + " documents");
        }
        return documents.getFirst();
    }

    /// The numbers of all cases, in their order.
    static List<Integer> numbers() {
        return CASE.matcher(page())
                .results()
                .map(found -> Integer.valueOf(found.group(1)))
                .toList();
    }

    /// A case, with its heading.
    static String text(int number) {
        return CASE.matcher(page())
                .results()
                .filter(found -> found.group(1).equals(Integer.toString(number)))
                .map(MatchResult::group)
                .findFirst()
                .orElseThrow(() -> new AssertionError("the guide has no case " + number));
    }

    private static String page() {
        try {
            return Files.readString(PAGE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
