package dev.stet.binary.limits;

import dev.stet.binary.ByteSource;
import dev.stet.binary.Cost;
import dev.stet.binary.Everything;
import dev.stet.binary.fuzz.WarmUp;
import dev.stet.testkit.Content;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.util.Comparator;
import java.util.List;

/// Asks everything of one [HugeFile] and prints what it cost. The virtual machine has a heap of 64 MB, so that more
/// is an `OutOfMemoryError`, which is not survived.
public final class LimitsChild {
    private LimitsChild() {}

    /// @param arguments a HugeFile
    public static void main(String[] arguments) throws IOException {
        warmUp();
        HugeFile file = HugeFile.valueOf(arguments[0]);
        ByteSource source = source(file.build());
        long collected = collectionMillis();
        Cost before = Cost.now();
        long wall = System.nanoTime();
        List<Everything.Answer> answers = Everything.askBriefly(source);
        long wallMillis = (System.nanoTime() - wall) / 1_000_000;
        Cost cost = Cost.now().minus(before);
        // What is asked of the file as a whole, each once; and of names and functions, the slowest.
        long analysis = answers.stream()
                        .filter(answer -> answer.question().equals("parse")
                                || (answer.question().endsWith("()")
                                        && !answer.question().contains(".")))
                        .mapToLong(Everything.Answer::nanos)
                        .sum()
                / 1_000_000;
        long slowest =
                answers.stream().mapToLong(Everything.Answer::nanos).max().orElseThrow() / 1_000_000;
        System.out.printf(
                "RESULT answers=%d analysis=%d slowest=%d wall=%d processor=%d collecting=%d allocated=%d peak=%d%n",
                answers.size(),
                analysis,
                slowest,
                wallMillis,
                cost.nanos() / 1_000_000,
                collectionMillis() - collected,
                cost.allocatedBytes() >> 20,
                peakMegabytes());
        answers.stream()
                .sorted(Comparator.comparingLong(Everything.Answer::nanos).reversed())
                .limit(5)
                .forEach(System.out::println);
        answers.stream().filter(Everything.Answer::refused).limit(5).forEach(System.out::println);
    }

    /// Lets the compiler see the code, on a small file of every kind.
    private static void warmUp() {
        for (int round = 0; round < 8; round++) {
            WarmUp.once();
        }
    }

    static ByteSource source(Content content) {
        return new ByteSource() {
            @Override
            public long size() {
                return content.size();
            }

            @Override
            public int read(long at, byte[] into, int offset, int length) {
                return content.read(at, into, offset, length);
            }
        };
    }

    private static long collectionMillis() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .sum();
    }

    private static long peakMegabytes() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                        .filter(pool -> pool.getType() == MemoryType.HEAP)
                        .mapToLong(pool -> pool.getPeakUsage().getUsed())
                        .sum()
                >> 20;
    }
}
