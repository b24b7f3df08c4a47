package dev.stet.it;

import dev.stet.it.TextBytes.Difference;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// The breakpoints that some processes have at one moment, to see quickly when the last of them has gone:
/// [TextBytes], which compares all there is, takes too long for a stopwatch, but is what proves it in the
/// end.
///
/// @param addresses by pid
record Breakpoints(Map<Long, List<Long>> addresses) {
    private static final long FAR = 1 << 14;
    private static final byte INT3 = (byte) 0xcc;

    static Breakpoints of(Collection<Long> pids) throws IOException {
        Map<Long, List<Long>> addresses = new HashMap<>();
        for (long pid : pids) {
            addresses.put(
                    pid,
                    in(pid).stream().map(Difference::runtimeAddress).sorted().toList());
        }
        return new Breakpoints(addresses);
    }

    /// Those of one process.
    static List<Difference> in(long pid) throws IOException {
        return differences(pid).stream().filter(Difference::isBreakpoint).toList();
    }

    /// Where a process's text is not as in its files; but for what somebody else's tools do to every process
    /// of this machine, and so to this one too, which no test traces.
    static List<Difference> differences(long pid) throws IOException {
        List<Difference> found = TextBytes.of(pid).differences();
        if (found.isEmpty()) {
            return found;
        }
        Set<String> everywhere = TextBytes.of(ProcessHandle.current().pid()).differences().stream()
                .map(Breakpoints::place)
                .collect(Collectors.toSet());
        return found.stream()
                .filter(difference -> !everywhere.contains(place(difference)))
                .toList();
    }

    private static String place(Difference difference) {
        return difference.file() + "+" + difference.fileOffset();
    }

    /// How many there are, over all processes.
    int count() {
        return addresses.values().stream().mapToInt(List::size).sum();
    }

    /// How many of them are there still, over all processes.
    int left() throws IOException {
        int left = 0;
        for (Map.Entry<Long, List<Long>> process : addresses.entrySet()) {
            left += left(process.getKey(), process.getValue());
        }
        return left;
    }

    /// Waits until none is left.
    ///
    /// @return when that was so, by [System#nanoTime()]
    long untilGone(Duration limit) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        for (Map.Entry<Long, List<Long>> process : addresses.entrySet()) {
            while (left(process.getKey(), process.getValue()) > 0) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("pid %d has %d of %d breakpoints after %s"
                            .formatted(
                                    process.getKey(),
                                    left(process.getKey(), process.getValue()),
                                    process.getValue().size(),
                                    limit));
                }
                Thread.sleep(1);
            }
        }
        return System.nanoTime();
    }

    /// One read for all that lie close together, as those of one small library.
    private static int left(long pid, List<Long> addresses) throws IOException {
        int left = 0;
        int from = 0;
        for (int i = 1; i <= addresses.size(); i++) {
            if (i == addresses.size() || addresses.get(i) - addresses.get(i - 1) > FAR) {
                left += leftTogether(pid, addresses.subList(from, i));
                from = i;
            }
        }
        return left;
    }

    private static int leftTogether(long pid, List<Long> addresses) throws IOException {
        long start = addresses.getFirst();
        ByteBuffer text = ByteBuffer.allocate(Math.toIntExact(addresses.getLast() - start + 1));
        Path memory = Path.of("/proc", Long.toString(pid), "mem");
        try (FileChannel channel = FileChannel.open(memory, StandardOpenOption.READ)) {
            while (text.hasRemaining()) {
                if (channel.read(text, start + text.position()) < 0) {
                    throw new IOException("pid " + pid + " has no memory any more");
                }
            }
        }
        return (int) addresses.stream()
                .filter(address -> text.get((int) (address - start)) == INT3)
                .count();
    }
}
