package dev.stet.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.facts.FactKey;
import dev.stet.policy.PolicyTests.Outcome;
import dev.stet.policy.yaml.SourceText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every example of the documentation, and every document in policy.md, is right.
class ExamplesTest {
    private static final Path DOCS = Path.of("../docs");
    /// Needs an engine, which this module has not.
    private static final String EXPRESSION = "when:";

    static List<SourceText> examples() throws IOException {
        try (Stream<Path> files = Files.walk(DOCS.resolve("examples"))) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .map(file -> new SourceText(file.getFileName().toString(), text(file)))
                    .filter(source -> !source.text().contains(EXPRESSION))
                    .toList();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void isRight(SourceText example) {
        assertThat(PolicyReader.read(List.of(example), Samples.NOW.now())).isInstanceOf(ReadResult.Valid.class);
        assertThat(PolicyTests.read(List.of(example))).isInstanceOf(PolicyTests.ReadResult.Valid.class);
        assertThat(example.text()).as("says what it is of").startsWith("# ");
    }

    /// Each clause has an example.
    @Test
    void thereIsOneOfEachFact() throws IOException {
        Set<String> used = new TreeSet<>();
        for (Exemption rule : together().written()) {
            rule.match().clauses().map(Clause::factName).forEach(used::add);
        }
        assertThat(used)
                .containsAll(FactKey.ALL.stream()
                        .map(FactKey::name)
                        .filter(name -> !name.equals("container.id"))
                        .toList());
    }

    private static Policy together() throws IOException {
        return ((ReadResult.Valid) PolicyReader.read(examples(), Samples.NOW.now())).policy();
    }

    /// Together they are a policy in which nothing is dead.
    @Test
    void lintFindsNothingDead() throws IOException {
        assertThat(PolicyLint.of(together(), Samples.NOW.now()))
                .filteredOn(finding -> finding.severity() == PolicyLint.Severity.ERROR)
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tests.yaml", "tests/amqproxy.yaml"})
    void theTestsOfTheExamplePass(String example) {
        SourceText source =
                new SourceText(example, text(DOCS.resolve("examples").resolve(example)));
        var tests = (PolicyTests.ReadResult.Valid) PolicyTests.read(List.of(source));
        Policy policy = Samples.read(source.text());
        assertThat(tests.cases())
                .hasSizeGreaterThan(2)
                .allSatisfy(test -> assertThat(test.run(policy)).isInstanceOf(Outcome.Passed.class));
    }

    @Test
    void documentsOfTheGuideAreRight() {
        Matcher blocks = Pattern.compile("(?s)```yaml\n(apiVersion.*?)```").matcher(text(DOCS.resolve("policy.md")));
        List<SourceText> documents = new ArrayList<>();
        while (blocks.find()) {
            documents.add(new SourceText("policy.md " + documents.size(), blocks.group(1)));
        }
        assertThat(documents).hasSize(4);
        assertThat(PolicyReader.read(documents, Samples.NOW.now())).isInstanceOf(ReadResult.Valid.class);
        assertThat(PolicyTests.read(documents)).isInstanceOf(PolicyTests.ReadResult.Valid.class);
    }

    @Test
    void theGuideNamesEveryRuleThatComesWithStetAndEveryCodeOfLint() {
        String guide = text(DOCS.resolve("policy.md"));
        for (PolicyLint.Code code : PolicyLint.Code.values()) {
            assertThat(guide).contains("`" + code + "`");
        }
        assertThat(BuiltIn.exemptions().stream()
                        .map(rule -> rule.name().replace("stet-self-exemption", ""))
                        .filter(name -> !guide.contains("`" + name + "`"))
                        .collect(Collectors.joining(" ")))
                .isEqualTo("-all");
    }
}
