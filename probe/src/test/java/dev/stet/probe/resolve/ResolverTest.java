package dev.stet.probe.resolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.stet.binary.UsdtProbe;
import dev.stet.probe.Capture;
import dev.stet.probe.ExpressionException;
import dev.stet.probe.ExpressionParser;
import dev.stet.probe.Probe;
import dev.stet.probe.Probe.Measure;
import dev.stet.probe.compile.WordText;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What becomes of a probe's captures: asked for and guessed, alternatives, conditions, histograms.
class ResolverTest {
    @TempDir
    static Path directory;

    private static final String SOURCE = """
            struct node { struct node *next; int v[4]; const char *name; unsigned short port; double d; };
            __attribute__((noinline)) int f(struct node *n, short count, const char *user) {
                __asm__(""); return n->v[0] + count + user[0]; }
            int main(int argc, char **argv) { struct node n = {0}; return f(&n, argc, argv[0]); }
            """;

    private static Compiled program;

    @BeforeAll
    static void compile() throws Exception {
        program = Compiled.of(directory, "r.c", SOURCE, "gcc -g -O0 -o PROGRAM SOURCE");
    }

    private static List<Capture> guesses(String list) throws ExpressionException {
        return ExpressionParser.captures(list).stream().map(Capture::asGuess).toList();
    }

    private static Resolved resolve(List<Capture> entry, List<Capture> exit, Measure measure, boolean byName)
            throws Exception {
        Probe probe = Compiled.probe(entry, exit, Optional.empty(), measure);
        return Resolver.resolve(program.executable(), program.function("f"), probe, byName);
    }

    private static List<String> names(List<Shown> shown) {
        return shown.stream().map(Shown::name).toList();
    }

    @Test
    void whatNobodyAskedForIsLeftOutWhereItMeansNothing() throws Exception {
        Resolved resolved = resolve(guesses("arg1, arg2, arg3, arg4, x"), guesses("ret, ret2"), Measure.LATENCY, true);
        assertThat(names(resolved.atEntry())).containsExactly("n", "count", "user");
        assertThat(names(resolved.atReturn())).containsExactly("ret");
    }

    @Test
    void withoutNamesItIsTakenByPosition() throws Exception {
        Resolved resolved = resolve(guesses("arg1, arg7, count"), List.of(), Measure.CALLS, false);
        assertThat(names(resolved.atEntry())).containsExactly("arg1", "arg7");
        Resolved asked = resolve(ExpressionParser.captures("count"), List.of(), Measure.CALLS, false);
        assertThat(names(asked.atEntry())).containsExactly("count");
    }

    @Test
    void theFirstAlternativeThatMeansSomethingCounts() throws Exception {
        Capture capture = ExpressionParser.capture("port", "n.prt")
                .orElse(List.of(
                        ExpressionParser.capture("port", "count.x"), ExpressionParser.capture("port", "n.port")));
        Resolved resolved = resolve(List.of(capture), List.of(), Measure.CALLS, true);
        assertThat(WordText.of(resolved.atEntry().getFirst().takes().getFirst()))
                .isEqualTo("*(u16 *)(rdi + 32)");
        Capture none =
                ExpressionParser.capture("port", "n.prt").orElse(List.of(ExpressionParser.capture("port", "nil.x")));
        var thrown = catchThrowableOfType(
                ExpressionException.class, () -> resolve(List.of(none), List.of(), Measure.CALLS, true));
        assertThat(thrown)
                .hasMessage("no field 'prt' in struct node (there are: next, v, name, port, d); did you mean 'port'?\n"
                        + "    n.prt\n      ^");
    }

    @Test
    void whatIsKeptIsWhatIsNeeded() throws Exception {
        List<Capture> exit = guesses("count.x, user + 0, ret, user");
        Resolved resolved = resolve(List.of(), exit, Measure.LATENCY, true);
        assertThat(resolved.saved().stream().map(WordText::of)).containsExactly("rdx");
    }

    @Test
    void aHistogramCountsOneNumber() throws Exception {
        Resolved ofResult = resolve(guesses("arg1"), ExpressionParser.captures("ret"), Measure.HISTOGRAM, true);
        assertThat(ofResult.atEntry()).isEmpty();
        assertThat(WordText.of(ofResult.atReturn().getFirst().takes().getFirst()))
                .isEqualTo("(rax << 32) s>> 32");
        var thrown = catchThrowableOfType(
                ExpressionException.class,
                () -> resolve(ExpressionParser.captures("'x'"), List.of(), Measure.HISTOGRAM, true));
        assertThat(thrown.problem()).startsWith("a text is no number");
    }

    @Test
    void aConditionOfABeginningCannotWait() throws Exception {
        Optional<Capture> where = Optional.of(ExpressionParser.condition("count > 1 && ret == 2"));
        Probe probe = Compiled.probe(List.of(), List.of(), where, Measure.CALLS);
        var thrown = catchThrowableOfType(ExpressionException.class, () -> program.resolve("f", probe));
        assertThat(thrown)
                .hasMessage(
                        "'ret' is known at the end of a call only\n    count > 1 && ret == 2\n" + "                 ^");
    }

    @Test
    void programsStaySmall() throws Exception {
        String nested = "count";
        for (int i = 0; i < 25; i++) {
            nested = "min(" + nested + ", " + "1)";
        }
        String tooMuch = nested;
        var thrown = catchThrowableOfType(ExpressionException.class, () -> program.entry("f", tooMuch));
        assertThat(thrown.problem()).isEqualTo("too much to compute: more than 2048 steps");
        var chained = catchThrowableOfType(
                ExpressionException.class, () -> program.entry("f", "n" + ".next".repeat(200) + ".name == 'abc'"));
        assertThat(chained).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " => ", quoteCharacter = '`', textBlock = """
            arg1             => (rdi << 32) s>> 32
            arg2 > 3         => 3 s< *(u64 *)(rbp + -8)
            string(arg2)     => *(u64 *)(rbp + -8)
            arg3             => refused: p:q has 2 arguments
            ret              => refused: 'ret': a USDT probe is one place, which has no end
            latency          => refused: 'latency': a USDT probe is one place, which has no end
            name             => refused: no name 'name': arguments of a USDT probe are arg1 and so on
            """)
    void probesOfTheProgramsAuthor(String expression, String expected) throws Exception {
        List<UsdtProbe.Argument> arguments = List.of(
                new UsdtProbe.Argument(4, UsdtProbe.Kind.SIGNED, "%edi"),
                new UsdtProbe.Argument(8, UsdtProbe.Kind.UNSIGNED, "-8(%rbp)"));
        UsdtProbe usdt = new UsdtProbe("p", "q", 0x1000, 0x1000, OptionalLong.empty(), arguments);
        String meaning;
        try {
            Probe probe =
                    Compiled.probe(ExpressionParser.captures(expression), List.of(), Optional.empty(), Measure.LATENCY);
            Resolved resolved = Resolver.resolve(program.executable(), usdt, probe);
            meaning = WordText.of(resolved.atEntry().getFirst().takes().getFirst());
        } catch (ExpressionException e) {
            meaning = "refused: " + e.problem();
        }
        assertThat(meaning).isEqualTo(expected);
    }

    private static final List<String> LEAVES = List.of(
            "n", "count", "user", "arg1", "word2", "ret", "latency", "pid", "x", "7", "0", "'abc'", "nil", "true",
            "n.v", "n.d", "n.name", "n.port", "*n");

    private static final List<String> SHAPES = List.of(
            "A + B",
            "A.name",
            "A.next",
            "A[B]",
            "*A",
            "&A",
            "-A",
            "!A",
            "A == B",
            "A < B",
            "A && B",
            "A / B",
            "A >> B",
            "string(A)",
            "bytes(A, len=B)",
            "u32(A)",
            "f64(A)",
            "as(A, 'struct node *')",
            "at(A, 'struct node')",
            "as(A, 'struct node')",
            "len(A)",
            "startswith(A, 'x')",
            "fields(A)",
            "typeof(A)",
            "min(A, B)",
            "hex(A)",
            "http(A, len=B)",
            "stdstring(A)",
            "gostr(A)",
            "A.v[B]",
            "int(A)",
            "as(A, 'int')",
            "at(A, 'double') > B");

    private static String random(Random random, int depth) {
        String shape = SHAPES.get(random.nextInt(SHAPES.size()));
        if (depth == 0 || random.nextInt(5) == 0) {
            return LEAVES.get(random.nextInt(LEAVES.size()));
        }
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < shape.length(); at++) {
            char c = shape.charAt(at);
            text.append(c == 'A' || c == 'B' ? "(" + random(random, depth - 1) + ")" : "" + c);
        }
        return text.toString();
    }

    /// Whatever is asked has a meaning or is refused in one way.
    @Test
    void anyExpressionIsAnswered() throws Exception {
        long seed = Long.getLong("stet.seed", System.nanoTime());
        Random random = new Random(seed);
        int answered = 0;
        for (int round = 0; round < 5_000; round++) {
            String expression = random(random, 1 + random.nextInt(4));
            try {
                Capture capture = ExpressionParser.capture("x", expression);
                Optional<Capture> where = random.nextInt(4) == 0 ? Optional.of(capture) : Optional.empty();
                Probe probe = Compiled.probe(List.of(), List.of(capture), where, Measure.LATENCY);
                Resolved resolved = program.resolve("f", probe);
                answered += resolved.atReturn().size();
            } catch (ExpressionException refused) {
                assertThat(refused.problem()).isNotEmpty();
            } catch (Throwable escaped) {
                throw new AssertionError(
                        "replay: -Dstet.seed=" + seed + ", round " + round + ": " + expression, escaped);
            }
        }
        assertThat(answered).isGreaterThan(500);
    }
}
