package dev.stet.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.facts.BuildId;
import dev.stet.facts.Glob;
import dev.stet.policy.yaml.SourceText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GoodDocumentsTest {
    private static ReadResult.Valid read(String name) throws IOException {
        String text = Files.readString(Path.of("src/test/resources/good", name));
        ReadResult result = PolicyReader.read(List.of(new SourceText(name, text)));
        assertThat(result).isInstanceOf(ReadResult.Valid.class);
        return (ReadResult.Valid) result;
    }

    @Test
    void designSample() throws IOException {
        ReadResult.Valid valid = read("design.yaml");
        assertThat(valid.warnings()).isEmpty();
        assertThat(valid.policy().exemptions())
                .containsExactly(new Exemption(
                        "amqproxy-fibers",
                        "design.yaml",
                        3,
                        "Crystal fibers switch stacks; return probes crash it",
                        "messaging@example.com",
                        Optional.of("https://github.com/cloudamqp/amqproxy/issues/117"),
                        Optional.of(Instant.parse("2027-03-31T00:00:00Z")),
                        Set.of(Aspect.RETURNS),
                        new Match(
                                List.of(),
                                List.of(
                                        new Match.Entry(List.of(new Clause.ExeGlob(Glob.path("/usr/bin/amqproxy*")))),
                                        new Match.Entry(List.of(
                                                new Clause.BuildIdIn(List.of(new BuildId("f1c3bcc0"))),
                                                new Clause.ArgsContain(List.of("--config"))))),
                                List.of(new Match.Entry(List.of(new Clause.UidIn(List.of(0L))))))));
    }

    @Test
    void everyFieldInEveryForm() throws IOException {
        ReadResult.Valid valid = read("everything.yaml");
        assertThat(valid.policy().exemptions()).extracting(Exemption::name).containsExactly("everything", "never-ends");
        Exemption everything = valid.policy().exemptions().getFirst();
        assertThat(everything.reason()).isEqualTo("Two\nlines\n");
        assertThat(everything.exempt()).containsExactly(Aspect.ALL);
        assertThat(everything.expires()).contains(Instant.parse("2027-03-31T10:00:00Z"));
        assertThat(everything.match().all())
                .containsExactly(
                        new Clause.ExeGlob(Glob.path("/opt/**")),
                        new Clause.ExeName(Glob.name("redis*")),
                        new Clause.BuildIdIn(List.of(new BuildId("123456"))),
                        new Clause.ArgsContain(List.of("--port", "8080")),
                        new Clause.CommMatches(List.of(Glob.name("redis"), Glob.name("r?"))),
                        new Clause.UidIn(List.of(0L, 4294967295L)));
        assertThat(everything.match().any()).hasSize(2);
        assertThat(everything.match().not()).hasSize(1);
    }

    /// What looks like a number to YAML is the text that was written.
    @Test
    void buildIdsAreTakenAsWritten() throws IOException {
        Exemption last = read("everything.yaml").policy().exemptions().getLast();
        assertThat(last.match().all())
                .contains(new Clause.BuildIdIn(List.of(new BuildId("1e10"), new BuildId("00ff"))));
        assertThat(last.exempt()).containsExactly(Aspect.ALL);
    }

    @Test
    void warnsOfWhatNeverEnds() throws IOException {
        assertThat(read("everything.yaml").warnings())
                .extracting(Object::toString)
                .containsExactly("everything.yaml:29:7: spec: exemption 'never-ends' never ends: it has no 'expires'");
    }

    @Test
    void nothingIsAPolicyToo() {
        assertThat(PolicyReader.read(List.of())).isEqualTo(new ReadResult.Valid(Policy.EMPTY, List.of()));
        assertThat(PolicyReader.read(List.of(new SourceText("a", "# nothing\n"))))
                .isEqualTo(new ReadResult.Valid(Policy.EMPTY, List.of()));
    }

    @Test
    void allProblemsOfAllFilesAtOnce() {
        var result = PolicyReader.read(List.of(new SourceText("b", "- 1"), new SourceText("a", "}")));
        assertThat(((ReadResult.Invalid) result).problems())
                .extracting(problem -> problem.file() + problem.line())
                .containsExactly("a1", "b1");
    }
}
