package dev.stet.probe.unwind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import dev.stet.probe.unwind.Abandoned.Cause;
import dev.stet.probe.unwind.Marker.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What real compilers and run-time libraries do when functions are left, as gdb sees it, is what [Unwinds] takes
/// for granted.
class RealExceptionsTest {
    private static final String THROWING = """
            #include <stdexcept>
            #define PROBED extern "C" __attribute__((noinline))
            static volatile int count;
            PROBED void within(int n) { if (n) throw n; }
            struct Guard { int n; ~Guard() { try { within(n); } catch (int) { count++; } } };
            PROBED void thrower(int n) { if (n) throw std::runtime_error("x"); count++; }
            PROBED void left(int n) { Guard guard{n}; char *room = (char *) __builtin_alloca(n * 100); room[0] = 1;
                                      count += room[0]; thrower(n); count++; }
            PROBED void rethrower(int n) { try { left(n); } catch (std::exception &) { if (n) throw; } }
            PROBED void after() { count++; }
            PROBED void handler(int n) {
                try { rethrower(n); } catch (std::exception &) { after(); }
                std::exception_ptr kept;
                try { thrower(n); } catch (...) { kept = std::current_exception(); }
                try { std::rethrow_exception(kept); } catch (...) { after(); }
            }
            int main(int argc, char **) { handler(argc); return 0; }
            """;

    private static final List<String> FUNCTIONS = List.of("within", "thrower", "left", "rethrower", "after", "handler");
    private static final Map<String, Kind> MARKERS =
            Map.of("_Unwind_RaiseException", Kind.RAISE, "__cxa_begin_catch", Kind.CATCH);
    private static final Owner OWNER = new Owner.NativeThread(1, 1);
    private static final Pattern EVENT = Pattern.compile("EVENT (\\w+) ([0-9a-f]+) ([0-9a-f]+)");

    @TempDir
    private Path directory;

    /// Something began.
    ///
    /// @param frame the stack pointer
    /// @param slot what it points to
    private record Event(String function, long frame, long slot) {}

    private List<Event> events(Path program, List<String> functions) throws IOException, InterruptedException {
        StringBuilder script = new StringBuilder("set confirm off\nset pagination off\nbreak main\nrun\n");
        for (String each : functions) {
            script.append("break *")
                    .append(each)
                    .append("\ncommands\nsilent\nprintf \"EVENT ")
                    .append(each);
            script.append(" %lx %lx\\n\", $rsp, *(unsigned long*)$rsp\ncontinue\nend\n");
        }
        script.append("continue\n");
        Path commands = Files.writeString(directory.resolve("commands"), script);
        List<Event> events = new ArrayList<>();
        String text = run("gdb", "-q", "-nx", "-batch", "-x", commands.toString(), program.toString());
        text.lines()
                .map(EVENT::matcher)
                .filter(Matcher::matches)
                .forEach(it -> events.add(new Event(
                        it.group(1),
                        Long.parseUnsignedLong(it.group(2), 16),
                        Long.parseUnsignedLong(it.group(3), 16))));
        assertThat(events).as(text).isNotEmpty();
        return events;
    }

    private String run(String... command) throws IOException, InterruptedException {
        boolean there = command[0].startsWith("/")
                || Stream.of(System.getenv("PATH").split(":", -1))
                        .anyMatch(each -> Files.isExecutable(Path.of(each, command[0])));
        if (!there && "true".equals(System.getenv("CI"))) {
            fail("needs " + command[0]);
        }
        Assumptions.assumeTrue(there, "needs " + command[0]);
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            fail(String.join(" ", command) + ": " + text);
        }
        return text;
    }

    /// Tells it all, and sweeps after each event.
    ///
    /// @return for each function that was given up, after which event it was
    private static Map<UnderWay, Integer> replay(List<Event> events, Unwinds unwinds, List<UnderWay> pending) {
        Map<UnderWay, Integer> found = new LinkedHashMap<>();
        for (int i = 0; i < events.size(); i++) {
            Event event = events.get(i);
            long time = 10L * (i + 1);
            Kind kind = MARKERS.get(event.function());
            if (kind != null) {
                unwinds.marked(new Marker(OWNER, time, kind, event.frame()));
            } else {
                pending.add(new UnderWay(OWNER, FUNCTIONS.indexOf(event.function()), event.frame(), time));
            }
            for (Abandoned each : unwinds.sweep(pending, time + 1, time + 2)) {
                assertThat(each.cause()).isEqualTo(Cause.EXCEPTION);
                pending.remove(each.call());
                found.put(each.call(), i);
            }
            // These return at once; nothing tells us when.
            pending.removeIf(call -> call.function() == FUNCTIONS.indexOf("after"));
        }
        return found;
    }

    /// An exception that is caught, thrown on, and caught again; a destructor that throws and catches meanwhile;
    /// one that is kept and thrown later. Each call is given up when its handler begins, and `handler` never.
    @ParameterizedTest
    @CsvSource({"g++, -O0", "g++, -O2", "clang++, -O0", "clang++, -O2"})
    void exceptionsLeaveWhatIsBetween(String compiler, String level) throws Exception {
        Path program = directory.resolve("throwing");
        Path source = Files.writeString(directory.resolve("throwing.cc"), THROWING);
        var ignored = run(compiler, level, "-o", program.toString(), source.toString());
        List<String> all = new ArrayList<>(FUNCTIONS);
        all.addAll(MARKERS.keySet());
        List<Event> events = events(program, all);
        assertThat(events.stream().map(Event::function))
                .containsExactly(
                        "handler",
                        "rethrower",
                        "left",
                        "thrower",
                        "_Unwind_RaiseException",
                        "within",
                        "_Unwind_RaiseException",
                        "__cxa_begin_catch",
                        "__cxa_begin_catch",
                        "_Unwind_RaiseException",
                        "__cxa_begin_catch",
                        "after",
                        "thrower",
                        "_Unwind_RaiseException",
                        "__cxa_begin_catch",
                        "_Unwind_RaiseException",
                        "__cxa_begin_catch",
                        "after");
        List<UnderWay> pending = new ArrayList<>();
        Map<UnderWay, Integer> found = replay(events, new Unwinds(new Forgetful()), pending);
        Map<String, Integer> when = new LinkedHashMap<>();
        found.forEach((call, event) -> when.merge(FUNCTIONS.get((int) call.function()), event, Math::max));
        assertThat(when)
                .containsEntry("within", 7)
                .containsEntry("rethrower", 10)
                .containsEntry("thrower", 14);
        // The destructor's handler may run further out than the thrower, and shows that it is gone; no later than
        // that comes the exception's own.
        assertThat(when.get("left")).isEqualTo(8);
        assertThat(found).hasSize(5);
        assertThat(pending)
                .extracting(call -> FUNCTIONS.get((int) call.function()))
                .containsExactly("handler");
    }

    /// While a function runs, nothing changes what is at the stack pointer it began with, whatever it does with
    /// the stack meanwhile; when it was left by longjmp, the next call has its place.
    @Test
    void theReturnAddressStaysWhereItIs() throws Exception {
        String text = """
                #include <setjmp.h>
                #include <string.h>
                #define PROBED __attribute__((noinline))
                static jmp_buf back;
                static volatile int count;
                static unsigned long *slot, seen;
                PROBED void look(int n) { if (*slot != seen) __builtin_trap(); count += n; }
                PROBED void deeper(int n) { char room[1000]; memset(room, n, sizeof room); look(room[n]); count++; }
                PROBED void jumper(int n) {
                    slot = (unsigned long *) __builtin_frame_address(0) + 1; seen = *slot;
                    char *more = (char *) __builtin_alloca(n * 500); memset(more, n, n * 500); deeper(more[1]); look(n);
                    if (n == 1) longjmp(back, 1);
                    count++;
                }
                PROBED void other(int n) { char room[500]; memset(room, n, sizeof room); count += room[n]; }
                int main(int argc, char **argv) {
                    if (!setjmp(back)) jumper(argc);
                    for (int i = 0; i < 3; i++) { other(argc); }
                    return *slot == seen;
                }
                """;
        for (String level : List.of("-O0", "-O2")) {
            Path program = directory.resolve("jumping");
            Path source = Files.writeString(directory.resolve("jumping.c"), text);
            var ignored = run(
                    "gcc",
                    level,
                    "-fno-omit-frame-pointer",
                    "-fno-optimize-sibling-calls",
                    "-o",
                    program.toString(),
                    source.toString());
            assertThat(run(program.toString()))
                    .as("it says 0 if the place was overwritten")
                    .isEmpty();
        }
    }

    /// Memory that cannot be read.
    private static final class Forgetful implements Target {
        @Override
        public boolean threadLives(int pid, int tid) {
            return true;
        }

        @Override
        public Slot slot(int pid, long address) {
            return new Slot.Unknown();
        }
    }
}
