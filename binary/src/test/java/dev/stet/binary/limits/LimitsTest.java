package dev.stet.binary.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.binary.TestClassPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The analysis of any file ends within 2 s and 64 MB of heap: all of them are asked everything in one virtual machine
/// that has no more heap than that. Costs some 30 s on a machine with nothing else to do.
class LimitsTest {
    /// Of processor time: for all that is asked of the file as a whole, together, and for each question about a name
    /// or a function.
    private static final long MAX_MILLIS = 2_000;

    /// How much slower than that a machine may be that is old, or has other work.
    private static final double ALLOWANCE = Double.parseDouble(System.getProperty("stet.limits.allowance", "3"));

    private static final long MAX_MINUTES = 15;

    private static final Pattern RESULT = Pattern.compile(
            "RESULT (\\w+) analysis=(\\d+) slowest=(\\d+) collecting=(\\d+) allocated=(\\d+) peak=(\\d+)");

    private static final Map<HugeFile, Matcher> RESULTS = new EnumMap<>(HugeFile.class);
    private static String output = "";

    @BeforeAll
    static void askAll() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                TestClassPath.get(),
                LimitsChild.class.getName()));
        Stream.of(HugeFile.values()).map(HugeFile::name).forEach(command::add);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        // Reading must not wait for a process that never ends.
        Thread.startVirtualThread(() -> kill(process));
        try {
            output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } finally {
            process.destroyForcibly();
            process.waitFor();
        }
        Matcher result = RESULT.matcher(output);
        while (result.find()) {
            System.out.println(result.group());
            Matcher one = RESULT.matcher(result.group());
            assertThat(one.matches()).isTrue();
            RESULTS.put(HugeFile.valueOf(one.group(1)), one);
        }
    }

    private static void kill(Process process) {
        try {
            if (!process.waitFor(MAX_MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsInTime(HugeFile file) {
        Matcher result = RESULTS.get(file);
        assertThat(result).as("no result: " + output).isNotNull();
        long collecting = Long.parseLong(result.group(4));
        long analysis = Long.parseLong(result.group(2)) + collecting;
        long slowest = Long.parseLong(result.group(3)) + collecting;
        assertThat((double) analysis).as(output).isLessThan(ALLOWANCE * MAX_MILLIS);
        assertThat((double) slowest).as(output).isLessThan(ALLOWANCE * MAX_MILLIS);
    }
}
