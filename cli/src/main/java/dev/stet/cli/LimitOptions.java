package dev.stet.cli;

import dev.stet.probe.Probe;
import java.util.Stack;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/// How much is taken of how many calls.
final class LimitOptions {
    private static final int MAX_SAMPLE = 1_000_000;
    private static final int MAX_RATE = 10_000_000;
    private static final int MIN_TEXT = 8;
    private static final int MAX_TEXT = 16 << 10;
    private static final int MAX_DEPTH = 8;
    /// As the kernel does by default: `kernel.perf_event_max_stack`.
    private static final int MAX_STACK = 127;
    /// Enough for what people look for.
    private static final int STACK = 16;

    /// `--stack 5` and `--stack=5`; what is no number is not meant for `--stack`, but the next argument.
    static final class OptionalNumber implements IParameterConsumer {
        @Override
        public void consumeParameters(Stack<String> arguments, ArgSpec option, CommandSpec command) {
            boolean given = !arguments.isEmpty() && arguments.peek().matches("[0-9]{1,9}");
            option.setValue(given ? Integer.parseInt(arguments.pop()) : STACK);
        }
    }

    @Option(
            names = "--sample",
            paramLabel = "N",
            defaultValue = "1",
            description = "Take one of N calls, at random (default: all). The others cost next to nothing.")
    private int sample;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "0",
            description = "Take at most N calls a second of each function in each process; the rest is counted.")
    private int rate;

    @Option(
            names = "--text",
            paramLabel = "BYTES",
            defaultValue = "128",
            description = "Take so much of a text or of bytes, a C text's NUL included "
                    + "(default: ${DEFAULT-VALUE}, at most 16384).")
    private int textBytes;

    @Option(
            names = "--depth",
            paramLabel = "N",
            defaultValue = "2",
            description = "Show structures within structures to this depth (default: ${DEFAULT-VALUE}, at most 8).")
    private int depth;

    @Option(
            names = "--stack",
            paramLabel = "N",
            arity = "0..1",
            defaultValue = "0",
            parameterConsumer = OptionalNumber.class,
            description = "Show who called: N functions of the stack, 16 if no number is given, at most 127. "
                    + "Needs frame pointers. Write --stack=N.")
    private int stack;

    /// The limits.
    ///
    /// @throws Failure if one of them is out of range
    Probe.Limits limits() {
        check("--sample", sample, 1, MAX_SAMPLE, "");
        check("--rate", rate, 0, MAX_RATE, " calls a second");
        check("--text", textBytes, MIN_TEXT, MAX_TEXT, " bytes");
        check("--depth", depth, 1, MAX_DEPTH, "");
        check("--stack", stack, 0, MAX_STACK, " functions");
        return new Probe.Limits(sample, rate, textBytes, depth, stack);
    }

    private static void check(String option, int value, int min, int max, String unit) {
        if (value < min || value > max) {
            throw new Failure(ExitCode.USAGE, "%s takes %d to %d%s".formatted(option, min, max, unit));
        }
    }
}
