package dev.stet.procfs;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Any bytes in any file give facts or nothing. Nothing is thrown.
class HostileTextTest {
    private static final byte[] STAT = FakeProc.bytes(FakeProc.stat(7, "x y)", 'S', 0, 123));
    private static final byte[] STATUS = FakeProc.bytes(FakeProc.STATUS.formatted(7));
    private static final byte[] MAPS = FakeProc.bytes("7f00-8000 r-xp 00001000 08:1f 42    /usr/b\\012n/x (deleted)\n");
    private static final byte[] MOUNTS =
            FakeProc.bytes("36 35 98:0 /a /b rw,noatime master:1 - ex\\040t3 /dev/root rw\n");

    @Test
    void nothingIsThrown(@TempDir Path root) throws Exception {
        long seed = Long.getLong("stet.seed", System.nanoTime());
        Random random = new Random(seed);
        FakeProc proc = new FakeProc(root).process(7, "/x");
        ProcReader reader = proc.reader();
        for (int round = 0; round < 300; round++) {
            proc.write(7, "stat", changed(STAT, random))
                    .write(7, "status", changed(STATUS, random))
                    .write(7, "cmdline", changed(STATUS, random))
                    .write(7, "maps", changed(MAPS, random))
                    .write(7, "mountinfo", changed(MOUNTS, random));
            try {
                var _ = List.of(
                        reader.facts(7).toString(),
                        reader.executableMappings(7).toString(),
                        reader.fileSystemOf(7, 36).toString(),
                        reader.tracerPid(7).toString());
            } catch (Throwable escaped) {
                throw new AssertionError("replay: -Dstet.seed=" + seed + ", round " + round, escaped);
            }
        }
    }

    private static byte[] changed(byte[] good, Random random) {
        byte[] bytes = good.clone();
        for (int change = random.nextInt(3); change > 0; change--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return random.nextInt(3) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)) : bytes;
    }
}
