package dev.stet.binary.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.binary.Everything;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What fuzzing has found stays found: each file of the corpora is a case. One that a long run finds goes to
/// `src/test/resources/fuzz/TARGET/found-WHAT`.
class CorpusTest {
    static final Path CORPORA = Path.of("src/test/resources/fuzz");

    @BeforeAll
    static void warmUp() {
        WarmUp.once();
    }

    private static List<Path> files(FuzzTarget target) throws IOException {
        try (Stream<Path> files = Files.list(CORPORA.resolve(target.directory()))) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @EnumSource
    void passes(FuzzTarget target) throws IOException {
        List<Path> files = files(target);
        assertThat(files).isNotEmpty();
        for (Path file : files) {
            try {
                FuzzMain.check(target, Files.readAllBytes(file));
            } catch (AssertionError found) {
                throw new AssertionError(file + ": " + found.getMessage(), found);
            }
        }
    }

    /// Seeds are sound, or fuzzing would begin in front of a closed door: the file is understood, and so are its
    /// functions.
    @ParameterizedTest
    @EnumSource(names = {"SYMBOLS", "BUILD_INFO", "PCLNTAB", "NAMES", "X86", "AARCH64"})
    void seedsAreSound(FuzzTarget target) {
        for (Map.Entry<String, byte[]> seed : Seeds.of(target).entrySet()) {
            List<Everything.Answer> answers = Everything.ask(target.file(seed.getValue()));
            assertThat(answers)
                    .as(target + " " + seed.getKey())
                    .filteredOn(answer -> answer.question().equals("parse")
                            || answer.question().equals("functions()"))
                    .noneMatch(Everything.Answer::refused);
        }
    }

    /// What is committed is what [Seeds] makes; `FUZZ_RECORD=1` writes it.
    @ParameterizedTest
    @EnumSource
    void seedsAreCommitted(FuzzTarget target) throws IOException {
        if (System.getenv("FUZZ_RECORD") != null) {
            Seeds.main(new String[] {CORPORA.toString()});
        }
        for (Map.Entry<String, byte[]> seed : Seeds.of(target).entrySet()) {
            assertThat(CORPORA.resolve(target.directory()).resolve("seed-" + seed.getKey()))
                    .hasBinaryContent(seed.getValue());
        }
    }

    @Test
    void corporaAreSmall() throws IOException {
        long bytes = 0;
        for (FuzzTarget target : FuzzTarget.values()) {
            for (Path file : files(target)) {
                bytes += Files.size(file);
            }
        }
        assertThat(bytes).isLessThan(300 << 10);
    }

    @Test
    void partsAreWhatWasJoined() {
        byte[][] parts = {{1, 2, 3}, {}, {4}};
        assertThat(Parts.split(Parts.join(parts), 3))
                .zipSatisfy(Arrays.asList(parts), (is, was) -> assertThat(is).isEqualTo(was));
        for (int length = 0; length < 8; length++) {
            byte[] cut = new byte[length];
            Arrays.fill(cut, (byte) 0xff);
            assertThat(Parts.split(cut, 3)).hasSize(3);
        }
    }
}
