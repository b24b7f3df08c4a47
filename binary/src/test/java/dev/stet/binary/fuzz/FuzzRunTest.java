package dev.stet.binary.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A short run of all targets at once, to see that fuzzing works and that no fault is near the surface:
/// `binary/fuzz` makes long ones. Costs half a minute, a third of it Jazzer's start.
class FuzzRunTest {
    private static final long SECONDS = Long.getLong("stet.fuzz.seconds", 20);

    @Test
    void findsNothing() throws IOException, InterruptedException {
        FuzzRun.Result result = FuzzRun.run(Optional.empty(), SECONDS, Path.of("target/fuzz-short"));
        System.out.print(result);
        assertThat(result.findings()).as(result.toString()).isEmpty();
        assertThat(result.problem()).isEmpty();
        // Fewer would mean that nothing is instrumented, or nothing run.
        assertThat(result.executions()).isGreaterThan(100);
        assertThat(result.coverage()).isGreaterThan(500);
    }
}
