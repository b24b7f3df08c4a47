package dev.stet.cli;

import dev.stet.agent.FunctionSpec;
import dev.stet.probe.Capture;
import dev.stet.probe.ExpressionException;
import dev.stet.probe.ExpressionParser;
import dev.stet.probe.Probe;
import java.util.Optional;
import picocli.CommandLine.Option;

/// Which calls, how many of them, and how much of each.
final class CaptureOptions {
    private static final int MAX_TEXT = 16 << 10;
    private static final int MAX_DEPTH = 8;
    private static final int MAX_FRAMES = 127;

    @Option(
            names = "--where",
            paramLabel = "EXPRESSION",
            description = "Only calls for which this holds, decided in the kernel: 'latency > 10ms && size >= 4096'.")
    private String where;

    @Option(names = "--no-returns", description = "Probe entries only: no results, no latency, half the cost.")
    private boolean noReturns;

    @Option(
            names = "--histogram",
            description = "Count in the kernel in place of printing calls: the latency or, if the function names one, "
                    + "a value: 'work(size=arg2)', 'work -> ret'.")
    private boolean histogram;

    @Option(names = "--sample", paramLabel = "N", defaultValue = "1", description = "Take one of N calls, at random.")
    private int sample;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "0",
            description = "Take at most N calls a second of each function in each process.")
    private int rate;

    @Option(
            names = "--text",
            paramLabel = "BYTES",
            defaultValue = "128",
            description =
                    "Capture so much of a text, a C text's NUL included (default: ${DEFAULT-VALUE}, at most 16384).")
    private int textBytes;

    @Option(
            names = "--depth",
            paramLabel = "N",
            defaultValue = "2",
            description = "Show structures within structures so deep (default: ${DEFAULT-VALUE}, at most 8).")
    private int depth;

    @Option(names = "--stack", description = "Show who called, by frame pointers.")
    private boolean stack;

    @Option(
            names = "--frames",
            paramLabel = "N",
            defaultValue = "32",
            description = "With --stack: so many callers at most (default: ${DEFAULT-VALUE}, at most 127).")
    private int frames;

    /// As the planner takes them.
    ///
    /// @throws Failure if one is out of bounds
    FunctionSpec.Settings settings() {
        check("--text", textBytes, 8, MAX_TEXT);
        check("--sample", sample, 1, Integer.MAX_VALUE);
        check("--rate", rate, 0, Integer.MAX_VALUE);
        check("--depth", depth, 0, MAX_DEPTH);
        check("--frames", frames, 1, MAX_FRAMES);
        if (histogram && noReturns) {
            throw new Failure(ExitCode.USAGE, "--histogram looks at the end of calls, --no-returns does not");
        }
        Probe.Measure measure = histogram ? Probe.Measure.HISTOGRAM : Probe.Measure.LATENCY;
        return new FunctionSpec.Settings(
                noReturns ? Probe.Measure.CALLS : measure,
                condition(),
                new Probe.Limits(sample, rate, textBytes, depth, stack ? frames : 0));
    }

    /// Are values counted in place of calls printed?
    boolean isHistogram() {
        return histogram;
    }

    private Optional<Capture> condition() {
        if (where == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(ExpressionParser.condition(where));
        } catch (ExpressionException e) {
            throw new Failure(ExitCode.USAGE, "--where: " + e.getMessage());
        }
    }

    private static void check(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new Failure(ExitCode.USAGE, option + " takes " + least + " to " + most);
        }
    }
}
