package dev.stet.service.telemetry;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// What the agent itself uses of the machine, as its kernel says (proc(5)).
///
/// @param residentBytes of memory
/// @param cpuSeconds since it started
/// @param threads of the JVM and ours
/// @param descriptors that are open
/// @param heapBytes that objects take, garbage among them
public record OwnUse(long residentBytes, double cpuSeconds, long threads, long descriptors, long heapBytes) {
    /// USER_HZ is 100 on every processor.
    private static final double TICKS = 100;

    /// Now.
    ///
    /// @param self `/proc/self`
    /// @throws IOException if it cannot be read
    public static OwnUse of(Path self) throws IOException {
        String stat = Files.readString(self.resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long resident = Files.readAllLines(self.resolve("status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .map(line -> line.replaceAll("\\D", ""))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(0);
        Runtime runtime = Runtime.getRuntime();
        return new OwnUse(
                resident * 1024,
                (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS,
                Long.parseLong(fields[17]),
                open(self.resolve("fd")),
                runtime.totalMemory() - runtime.freeMemory());
    }

    private static long open(Path descriptors) throws IOException {
        long count = 0;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(descriptors)) {
            for (Path _ : all) {
                count++;
            }
        }
        return count - 1; // the directory itself
    }
}
