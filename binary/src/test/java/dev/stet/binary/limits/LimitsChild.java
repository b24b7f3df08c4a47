package dev.stet.binary.limits;

import dev.stet.binary.ByteSource;
import dev.stet.binary.Cost;
import dev.stet.binary.Everything;
import dev.stet.binary.fuzz.WarmUp;
import dev.stet.testkit.Content;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Asks everything of one [HugeFile] after the other and prints what it cost. The virtual machine has a heap of 64 MB,
/// so that more is an `OutOfMemoryError`, which is not survived.
public final class LimitsChild {
    /// How often the compiler sees small files of every kind before the first huge one.
    private static final int WARM_UPS = 8;

    private LimitsChild() {}

    /// @param arguments names of huge files
    public static void main(String[] arguments) throws IOException {
        for (int round = 0; round < WARM_UPS; round++) {
            WarmUp.once();
        }
        for (String name : arguments) {
            ask(HugeFile.valueOf(name));
        }
    }

    private static void ask(HugeFile file) throws IOException {
        System.out.println("== " + file);
        ByteSource source = source(file.build());
        heap().forEach(MemoryPoolMXBean::resetPeakUsage);
        long collected = collectionMillis();
        Cost before = Cost.now();
        List<Everything.Answer> answers = Everything.askBriefly(source);
        Cost cost = Cost.now().minus(before);
        // What is asked of the file as a whole, each once; and of names and functions, the slowest.
        long analysis = answers.stream()
                        .filter(answer -> answer.question().equals("parse")
                                || (answer.question().endsWith("()")
                                        && !answer.question().contains(".")))
                        .mapToLong(Everything.Answer::nanos)
                        .sum()
                / 1_000_000;
        System.out.printf(
                "RESULT %s analysis=%d slowest=%d collecting=%d allocated=%d peak=%d%n",
                file,
                analysis,
                answers.stream().mapToLong(Everything.Answer::nanos).max().orElseThrow() / 1_000_000,
                // All is asked twice.
                (collectionMillis() - collected) / 2,
                cost.allocatedBytes() >> 20,
                heap().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum() >> 20);
        answers.stream()
                .sorted(Comparator.comparingLong(Everything.Answer::nanos).reversed())
                .limit(5)
                .forEach(System.out::println);
        answers.stream().filter(Everything.Answer::refused).limit(3).forEach(System.out::println);
    }

    private static ByteSource source(Content content) {
        return new ByteSource() {
            @Override
            public long size() {
                return content.size();
            }

            @Override
            public int read(long at, byte[] into, int offset, int length) {
                Cost before = Cost.now();
                int count = content.read(at, into, offset, length);
                Cost.exclude(before);
                return count;
            }
        };
    }

    private static long collectionMillis() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .sum();
    }

    private static Stream<MemoryPoolMXBean> heap() {
        return ManagementFactory.getMemoryPoolMXBeans().stream().filter(pool -> pool.getType() == MemoryType.HEAP);
    }
}
