package dev.stet.it;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// Compares a process's text with the files it was mapped from, byte by byte: the proof that no breakpoint
/// is in it. Needs root. The files are reached through `/proc/PID/map_files`, so a deleted or replaced one
/// is still the right one.
final class TextBytes {
    /// One byte that is not as in the file.
    ///
    /// @param runtimeAddress where it is in the process
    /// @param file the path that /proc/PID/maps gives
    /// @param fileOffset where it is in the file, in bytes
    record Difference(long runtimeAddress, String file, long fileOffset, byte inFile, byte inMemory) {
        /// Whether it is `int3`, which uprobes plant.
        boolean isBreakpoint() {
            return inMemory == (byte) 0xcc;
        }

        @Override
        public String toString() {
            return "%x: %02x instead of %02x (%s+0x%x)"
                    .formatted(runtimeAddress, inMemory & 0xff, inFile & 0xff, file, fileOffset);
        }
    }

    /// @param bytesCompared how much text there was: never 0 for a live process
    record Comparison(long bytesCompared, List<Difference> differences) {
        Comparison {
            differences = List.copyOf(differences);
        }

        List<Difference> breakpoints() {
            return differences.stream().filter(Difference::isBreakpoint).toList();
        }
    }

    private record Mapping(long start, long end, long fileOffset, String file) {
        String mapFile() {
            return "%x-%x".formatted(start, end);
        }
    }

    private static final int CHUNK_BYTES = 1 << 20;

    private TextBytes() {}

    /// Compares all executable mappings of files. A mapping's part beyond the end of its file is left out.
    ///
    /// @throws IOException if the process ends meanwhile, unmaps something, or may not be looked at
    static Comparison of(long pid) throws IOException {
        Path proc = Path.of("/proc", Long.toString(pid));
        List<Difference> differences = new ArrayList<>();
        long compared = 0;
        try (FileChannel memory = FileChannel.open(proc.resolve("mem"), StandardOpenOption.READ)) {
            for (Mapping mapping : executableMappings(proc)) {
                Path link = proc.resolve("map_files").resolve(mapping.mapFile());
                try (FileChannel file = FileChannel.open(link, StandardOpenOption.READ)) {
                    compared += compare(mapping, memory, file, differences);
                }
            }
        }
        if (compared == 0) {
            throw new IOException("no text to compare in pid " + pid);
        }
        return new Comparison(compared, differences);
    }

    /// Waits until nothing differs in any of these processes.
    ///
    /// @return how long it took, from the call to the end of the look that found nothing
    static Duration untilUntouched(Collection<Long> pids, Duration limit) throws IOException, InterruptedException {
        long start = System.nanoTime();
        for (long pid : pids) {
            for (Comparison now = of(pid); !now.differences().isEmpty(); now = of(pid)) {
                if (System.nanoTime() - start > limit.toNanos()) {
                    throw new AssertionError("pid %d after %s: %d differences, as %s"
                            .formatted(
                                    pid,
                                    limit,
                                    now.differences().size(),
                                    now.differences().getFirst()));
                }
                Thread.sleep(2);
            }
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /// Lines of /proc/PID/maps: `start-end perms offset device inode path`. Inode 0 is memory without a file.
    private static List<Mapping> executableMappings(Path proc) throws IOException {
        List<Mapping> mappings = new ArrayList<>();
        for (String line : Files.readAllLines(proc.resolve("maps"))) {
            String[] fields = line.split(" +", 6);
            if (fields[1].contains("x") && !fields[4].equals("0")) {
                String[] range = fields[0].split("-", 2);
                mappings.add(new Mapping(
                        Long.parseUnsignedLong(range[0], 16),
                        Long.parseUnsignedLong(range[1], 16),
                        Long.parseUnsignedLong(fields[2], 16),
                        fields[5]));
            }
        }
        return mappings;
    }

    /// @return how many bytes were compared
    private static long compare(Mapping mapping, FileChannel memory, FileChannel file, List<Difference> into)
            throws IOException {
        long size = Math.min(mapping.end() - mapping.start(), file.size() - mapping.fileOffset());
        for (long at = 0; at < size; at += CHUNK_BYTES) {
            int length = (int) Math.min(CHUNK_BYTES, size - at);
            byte[] inMemory = read(memory, mapping.start() + at, length);
            byte[] inFile = read(file, mapping.fileOffset() + at, length);
            for (int i = 0; i < length; i++) {
                if (inMemory[i] != inFile[i]) {
                    into.add(new Difference(
                            mapping.start() + at + i,
                            mapping.file(),
                            mapping.fileOffset() + at + i,
                            inFile[i],
                            inMemory[i]));
                }
            }
        }
        return Math.max(0, size);
    }

    private static byte[] read(FileChannel channel, long at, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, at + buffer.position()) < 0) {
                throw new IOException("%d bytes at %x: ended after %d".formatted(length, at, buffer.position()));
            }
        }
        return buffer.array();
    }
}
