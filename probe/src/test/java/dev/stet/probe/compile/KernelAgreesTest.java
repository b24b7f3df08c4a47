package dev.stet.probe.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.bpf.Assembler;
import dev.stet.bpf.Program;
import dev.stet.bpf.Register;
import dev.stet.bpf.Size;
import dev.stet.kernel.Bpf;
import dev.stet.kernel.Descriptor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Random words, compiled and run in the kernel, give what [Interpreter] says they mean. The program reads
/// registers from the context that the test gives it, and memory of the test itself.
class KernelAgreesTest {
    private static final int CONTEXT_BYTES = 256;
    private static final int RESULT = 200;
    private static final int SUCCEEDED = 208;
    private static final int SLOT = -40;

    @BeforeEach
    void needBpf() throws Exception {
        NeedsBpf.check();
    }

    private static Program program(Word word, boolean sleepable) throws TooComplexException {
        Assembler out = new Assembler();
        out.move(Register.R6, Register.R1).move(Register.R9, 0);
        var frame = new Lowering.Frame(-8, -16, -24, _ -> 0, _ -> 0, 0);
        Lowering lowering = new Lowering(frame, "w");
        lowering.store(word, SLOT, "failed");
        Allocation homes = Allocation.of(lowering.steps(), -64);
        if (homes.stackBytes() > 512 - 64) {
            throw new TooComplexException();
        }
        Emission.emit(out, lowering.steps(), homes, new Emission.Scratch(-32, -48, -56), sleepable);
        out.load(Size.DOUBLE, Register.R1, Register.FP, SLOT);
        out.store(Size.DOUBLE, Register.R6, RESULT, Register.R1);
        out.store(Size.DOUBLE, Register.R6, SUCCEEDED, 1);
        if (out.isTarget("failed")) {
            out.label("failed");
        }
        return out.exit(0).finish();
    }

    @Test
    void onRandomWords() throws Exception {
        long seed = Long.getLong("stet.seed", System.nanoTime());
        Random random = new Random(seed);
        int failed = 0;
        int strayed = 0;
        int rounds = 3000;
        for (int round = 0; round < rounds; round++) {
            try (Arena arena = Arena.ofConfined()) {
                RandomWords words = new RandomWords(random, arena);
                Word word = words.word(1 + random.nextInt(5));
                MemorySegment context = arena.allocate(CONTEXT_BYTES, 8);
                for (int at = 0; at < RESULT; at += 8) {
                    context.set(ValueLayout.JAVA_LONG, at, words.number());
                }
                OptionalLong expected = new Interpreter(
                                offset -> context.get(ValueLayout.JAVA_LONG, offset),
                                words::read,
                                _ -> OptionalLong.empty(),
                                0,
                                0,
                                0)
                        .evaluate(word);
                boolean sleepable = random.nextBoolean();
                if (words.strayed()) {
                    strayed++;
                    continue;
                }
                OptionalLong actual = run(program(word, sleepable), context);
                assertThat(actual)
                        .as("%s; replay: -Dstet.seed=%d, round %d", WordText.of(word), seed, round)
                        .isEqualTo(expected);
                failed += expected.isEmpty() ? 1 : 0;
            }
        }
        assertThat(strayed).as("hardly any").isLessThan(rounds / 20);
        assertThat(failed).as("words that fail are tried, too, and are not all").isBetween(rounds / 50, rounds * 3 / 4);
    }

    private static OptionalLong run(Program program, MemorySegment context) throws Exception {
        context.set(ValueLayout.JAVA_LONG, SUCCEEDED, 0);
        try (Descriptor loaded = Bpf.loadSyscallProgram("stet_word", program.encode(_ -> -1))) {
            assertThat(Bpf.testRun(loaded, context)).isZero();
        }
        return context.get(ValueLayout.JAVA_LONG, SUCCEEDED) == 1
                ? OptionalLong.of(context.get(ValueLayout.JAVA_LONG, RESULT))
                : OptionalLong.empty();
    }
}
