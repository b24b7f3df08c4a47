package dev.stet.binary.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.binary.TestClassPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The analysis of any file ends within 2 s and 64 MB of heap. Each case runs in a virtual machine with no more heap
/// than that, which costs 2 to 5 s.
class LimitsTest {
    /// Of processor time: for all that is asked of the file as a whole, together, and for each question about a name
    /// or a function.
    private static final long MAX_MILLIS = 2_000;

    /// How much slower a machine may be that has other work.
    private static final double ALLOWANCE = Double.parseDouble(System.getProperty("stet.limits.allowance", "2"));

    /// Each question ends in time, but there are so many that all of them take minutes: asked only with
    /// `-Dstet.limits.all=true`.
    private static final Set<HugeFile> LONG = EnumSet.of(HugeFile.MILLION_LONG_NAMES, HugeFile.NAMES_OF_250_MEGABYTES);

    private static final Pattern RESULT = Pattern.compile(
            "RESULT answers=(\\d+) analysis=(\\d+) slowest=(\\d+) wall=(\\d+) processor=(\\d+) collecting=(\\d+) allocated=(\\d+) peak=(\\d+)");

    static Set<HugeFile> files() {
        return Boolean.getBoolean("stet.limits.all")
                ? EnumSet.allOf(HugeFile.class)
                : EnumSet.complementOf(EnumSet.copyOf(LONG));
    }

    @ParameterizedTest
    @MethodSource("files")
    void endsInTime(HugeFile file) throws IOException, InterruptedException {
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
        long collecting = Long.parseLong(result.group(6));
        for (int of = 2; of <= 3; of++) {
            assertThat((double) Long.parseLong(result.group(of)) + collecting)
                    .as(output)
                    .isLessThan(ALLOWANCE * MAX_MILLIS);
        }
    }

    private static void kill(Process process) {
        try {
            if (!process.waitFor(300, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
