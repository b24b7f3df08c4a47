package dev.stet.binary.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.binary.TestClassPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The analysis of any file ends within 2 s and 64 MB of heap. Each case runs in a virtual machine with no more heap
/// than that, which costs 2 to 5 s.
class LimitsTest {
    /// For all answers together, on a machine of which the test has a processor for itself.
    private static final long MAX_MILLIS = 2_000;

    /// How much slower a machine may be that has other work.
    private static final double ALLOWANCE = Double.parseDouble(System.getProperty("stet.limits.allowance", "2"));

    /// Known to fail, and being worked on.
    private static final Set<HugeFile> OPEN = Set.of(
            HugeFile.FOUR_MILLION_NAMES_OF_ONE_PLACE,
            HugeFile.MILLION_LONG_NAMES,
            HugeFile.NAMES_OF_250_MEGABYTES,
            HugeFile.FOUR_MILLION_GO_FUNCTIONS,
            HugeFile.MANY_SYMBOL_TABLES,
            HugeFile.FALSE_GO_TABLES,
            HugeFile.FALSE_MODULE_DATA);

    private static final Pattern RESULT = Pattern.compile(
            "RESULT answers=(\\d+) first=(\\d+) wall=(\\d+) processor=(\\d+) collecting=(\\d+) allocated=(\\d+) peak=(\\d+)");

    @ParameterizedTest
    @EnumSource
    void endsInTime(HugeFile file) throws IOException, InterruptedException {
        Assumptions.assumeFalse(OPEN.contains(file) && System.getProperty("stet.limits.all") == null, "open: " + file);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        TestClassPath.get(),
                        LimitsChild.class.getName(),
                        file.name())
                .redirectErrorStream(true)
                .start();
        String output;
        try {
            // Reading must not wait for a process that never ends.
            Thread.startVirtualThread(() -> kill(process));
            output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } finally {
            process.destroyForcibly();
        }
        Matcher result = RESULT.matcher(output);
        assertThat(result.find()).as(output).isTrue();
        System.out.println(file + " " + result.group());
        // Once, for all is asked twice; what the collector did belongs to it.
        long millis = Long.parseLong(result.group(2)) + Long.parseLong(result.group(5));
        assertThat((double) millis).as(output).isLessThan(ALLOWANCE * MAX_MILLIS);
    }

    private static void kill(Process process) {
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
