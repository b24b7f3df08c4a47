package dev.stet.kernel;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/// A running C program with two places that it passes only while their counter is not 0, as
/// `if (SEM) DTRACE_PROBE(...)` does. It does what it is told on its standard input.
final class GuardedTarget implements AutoCloseable {
    private static final String SOURCE = """
            #include <stdio.h>
            #include <unistd.h>
            #define COUNTER __attribute__((section(".probes")))
            COUNTER volatile unsigned short first_counter = 0, second_counter = 0;
            static int passed;
            int main(void) {
                char line[16];
                int pid = 0;
                while (fgets(line, sizeof line, stdin)) {
                    if (line[0] == 'f') {
                        int to[2], from[2];
                        if (pipe(to) || pipe(from)) return 1;
                        if (fork() == 0) {
                            dup2(to[0], 0);
                            close(to[1]);
                            passed = 0;
                            FILE *in = fdopen(to[0], "r");
                            while (fgets(line, sizeof line, in)) {
                                if (first_counter) { passed++; __asm__ volatile("nop"); }
                                dprintf(from[1], "%d %d %d\\n", passed, first_counter, second_counter);
                            }
                            _exit(0);
                        }
                        close(to[0]); close(from[1]);
                        dup2(to[1], 60); dup2(from[0], 61);
                    }
                    if (line[0] == 'c') {
                        char answer[64];
                        if (write(60, "x\\n", 2) != 2) return 1;
                        int n = read(61, answer, sizeof answer - 1);
                        answer[n] = 0;
                        printf("%s", answer);
                        fflush(stdout);
                        continue;
                    }
                    if (first_counter) {
                        passed++;
                        __asm__ volatile(".globl first_place\\nfirst_place: nop");
                    }
                    if (second_counter) {
                        passed += 100;
                        __asm__ volatile(".globl second_place\\nsecond_place: nop");
                    }
                    printf("%d %d %d\\n", passed, first_counter, second_counter);
                    fflush(stdout);
                }
                return 0;
            }
            """;

    private final Process process;
    private final BufferedReader answers;

    private GuardedTarget(Process process) {
        this.process = process;
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    }

    static Path compile(Path directory) throws IOException, InterruptedException {
        Path source = Files.writeString(directory.resolve("guarded.c"), SOURCE);
        Path program = directory.resolve("guarded");
        Needs.run(directory, "gcc", "-O1", "-fno-pie", "-no-pie", "-o", program.toString(), source.toString());
        return program;
    }

    /// The file offset of a symbol that is in the file's data or code.
    static long offsetOf(Path program, String symbol) throws IOException, InterruptedException {
        String[] words = Needs.run(program.getParent(), "nm", program.toString())
                .lines()
                .filter(line -> line.endsWith(" " + symbol))
                .findFirst()
                .orElseThrow()
                .split(" ", -1);
        long address = Long.parseLong(words[0], 16);
        for (String line : Needs.run(program.getParent(), "readelf", "-lW", program.toString())
                .lines()
                .toList()) {
            String[] parts = line.strip().split(" +", -1);
            if (parts[0].equals("LOAD")) {
                long at = Long.decode(parts[2]);
                if (address >= at && address < at + Long.decode(parts[4])) {
                    return address - at + Long.decode(parts[1]);
                }
            }
        }
        throw new AssertionError(symbol + " is in no segment's file");
    }

    static GuardedTarget start(Path program) throws IOException {
        return new GuardedTarget(new ProcessBuilder(program.toString()).start());
    }

    int pid() {
        return (int) process.pid();
    }

    /// Tells it something: anything makes it come by both places once, `fork` also starts a child, `child`
    /// makes the child come by.
    ///
    /// @return times it passed the first place plus 100 times the second, first counter, second counter
    State tell(String what) throws IOException {
        process.outputWriter().write(what + "\n");
        process.outputWriter().flush();
        int[] words = Arrays.stream(answers.readLine().split(" ", -1))
                .mapToInt(Integer::parseInt)
                .toArray();
        return new State(words[0], words[1], words[2]);
    }

    record State(int passed, int first, int second) {}

    @Override
    public void close() throws IOException {
        process.outputWriter().close();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
