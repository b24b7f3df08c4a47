package dev.stet.agent;

import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.facts.ProcessFacts;
import dev.stet.procfs.ProcReader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// Reads each kind of fact of one process again and again: `PID ROUNDS`, or shows all of them: `show PID...`. Prints a
/// line a kind: microseconds of the first reading, then the median of the others, and the system calls of opening and
/// reading files that one takes, as /proc/self/io counts them. Lies in the agent's package, for its readers are not
/// public.
final class Facts {
    private static final ProcReader PROC = new ProcReader(Path.of("/proc"));

    public static void main(String[] args) throws Exception {
        if (args[0].equals("show")) {
            MachineFacts source = new MachineFacts(PROC, new Binaries(PROC), Metadata.NONE);
            for (String pid : Arrays.asList(args).subList(1, args.length)) {
                ProcessFacts facts = PROC.facts(Integer.parseInt(pid)).orElseThrow();
                ProcessFacts all = source.read(facts, Set.copyOf(FactKey.ALL));
                FactKey.ALL.forEach(key -> System.out.println(pid + " " + key + " " + shown(all.get(key))));
            }
            return;
        }
        int pid = Integer.parseInt(args[0]);
        int rounds = Integer.parseInt(args[1]);
        measure("(every process)", rounds, () -> PROC.facts(pid).orElseThrow());
        ProcessFacts facts = PROC.facts(pid).orElseThrow();
        for (FactKey<?> key : FactKey.ALL) {
            boolean known = List.of(FactKey.EXE, FactKey.COMM, FactKey.ARGS, FactKey.UID, FactKey.TIER).contains(key);
            if (!known) {
                MachineFacts source = new MachineFacts(PROC, new Binaries(PROC), Metadata.NONE);
                Object read = measure(key.name(), rounds, () -> source.read(facts, Set.of(key)).get(key));
                if (read instanceof Fact.Unreadable<?>(var why)) {
                    System.out.println("#   unreadable: " + why);
                }
            }
        }
    }

    private interface Work {
        Object run() throws Exception;
    }

    private static Object measure(String name, int rounds, Work work) throws Exception {
        long[] nanos = new long[rounds];
        Object result = null;
        long before = System.nanoTime();
        result = work.run();
        long first = System.nanoTime() - before;
        for (int i = 0; i < rounds; i++) {
            long start = System.nanoTime();
            result = work.run();
            nanos[i] = System.nanoTime() - start;
        }
        long reads = reads();
        result = work.run();
        long taken = reads() - reads;
        reads = reads();
        long own = reads() - reads;
        Arrays.sort(nanos);
        System.out.printf(
                "%-16s first %9.1f us, median %8.1f us, %d reads%n",
                name, first / 1e3, nanos[rounds / 2] / 1e3, taken - own);
        return result;
    }

    /// read(2) and its like, by all threads.
    private static long reads() throws Exception {
        return java.nio.file.Files.readAllLines(Path.of("/proc/self/io")).stream()
                .filter(line -> line.startsWith("syscr: "))
                .mapToLong(line -> Long.parseLong(line.substring(7)))
                .findFirst()
                .orElseThrow();
    }

    private static String shown(Fact<?> fact) {
        String text = fact.toString();
        return text.length() > 160 ? text.substring(0, 160) + "..." : text;
    }
}
