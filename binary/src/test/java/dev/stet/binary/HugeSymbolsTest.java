package dev.stet.binary;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Tables of millions of symbols are read, or refused, by a JVM with 64 MB of heap. Costs some 15 s, most of
/// it to make up the files.
class HugeSymbolsTest {
    /// Two seconds, on a machine that may be busy with other things, by a JVM that has just begun.
    private static final long MAX_MILLIS = 20_000;

    @ParameterizedTest
    @CsvSource({
        "10000000, 1000000, 25, PLAIN, table, 1000000",
        "10000000, 10000000, 25, PLAIN, refused, more than 1750000 functions",
        "1500000, 1500000, 200, SCATTERED, table, 1500000",
        "800000, 800000, 60, ONE_PLACE, table, ''",
        "1700000, 1700000, 150, OVERLAPPING, table, 1700000",
    })
    void endsInLittleMemory(
            String count, String functions, String nameBytes, String shape, String word, String answer) {
        List<String> lines = Tools.run(
                Path.of("/"),
                HugeSymbols.command(count, functions, nameBytes, shape).toArray(String[]::new));
        assertThat(lines.getFirst()).startsWith(word).contains(answer);
        for (String line : lines) {
            assertThat(Long.parseLong(line.split(" ", 3)[1])).as(line).isLessThan(MAX_MILLIS);
        }
        System.out.println(shape + " " + count + ": " + lines);
    }
}
