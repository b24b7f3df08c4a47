package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.it.TextBytes.Comparison;
import dev.stet.it.TextBytes.Difference;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The proof of "no breakpoint left" is worth something only if a breakpoint is seen: one is planted by hand
/// here.
class TextBytesTest {
    @Test
    void untouchedTextIsAsInItsFiles() throws IOException {
        Requires.root();
        try (TargetProcess process = TargetProcess.startReady(Targets.uselib(), "loop", "1000", "0")) {
            Comparison comparison = TextBytes.of(process.pid());
            assertThat(comparison.differences()).isEmpty();
            assertThat(comparison.bytesCompared()).isGreaterThan(1_000_000); // libc is there
        }
    }

    @Test
    void plantedBreakpointIsFoundAndSeenToGo() throws IOException, InterruptedException {
        Requires.root();
        try (TargetProcess process = TargetProcess.startReady(Targets.uselib(), "loop", "1000", "0")) {
            Path proc = Path.of("/proc", Long.toString(process.pid()));
            // The end of the library's text: padding that nothing executes.
            String line = Files.readAllLines(proc.resolve("maps")).stream()
                    .filter(text -> text.contains("r-xp") && text.endsWith("/libstetdemo.so"))
                    .findFirst()
                    .orElseThrow();
            String[] fields = line.split(" +", 6);
            long end = Long.parseUnsignedLong(fields[0].split("-", 2)[1], 16);
            long address = end - 1;

            byte before = poke(proc, address, (byte) 0xcc);
            Comparison comparison = TextBytes.of(process.pid());
            assertThat(comparison.breakpoints())
                    .extracting(Difference::runtimeAddress)
                    .containsExactly(address);
            assertThat(comparison.differences()).hasSize(1);
            assertThat(comparison.differences().getFirst().inFile()).isEqualTo(before);

            var _ = poke(proc, address, before);
            assertThat(TextBytes.untilUntouched(List.of(process.pid()), Duration.ofSeconds(5)))
                    .isLessThan(Duration.ofSeconds(5));
        }
    }

    /// @return the byte that was there
    private static byte poke(Path proc, long address, byte value) throws IOException {
        try (FileChannel memory =
                FileChannel.open(proc.resolve("mem"), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            assertThat(memory.read(one, address)).isEqualTo(1);
            assertThat(memory.write(ByteBuffer.wrap(new byte[] {value}), address))
                    .isEqualTo(1);
            return one.get(0);
        }
    }
}
