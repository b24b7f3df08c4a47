package dev.stet.binary.corpus;

import dev.stet.binary.fuzz.WarmUp;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The files that have brought down others' analyses, or were made to: each is refused with a reason that says what
/// and where, or understood. Paths that are no files are in `agent`'s tests, huge files in [dev.stet.binary.limits].
class CorpusOfHazardsTest {
    @BeforeAll
    static void warmUp() {
        WarmUp.once();
    }

    static List<Case> cases() {
        return Stream.of(HeaderCases.all(), SectionCases.all(), GoCases.all())
                .flatMap(List::stream)
                .toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void cases(Case each) throws IOException {
        each.check();
    }
}
