package dev.stet.cli;

import dev.stet.agent.FunctionSpec;
import dev.stet.probe.Capture;
import dev.stet.probe.ExpressionException;
import dev.stet.probe.ExpressionParser;
import dev.stet.probe.Probe;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Which calls, what is made of them, and how much of each is taken.
final class CaptureOptions {
    @Option(
            names = "--where",
            paramLabel = "EXPRESSION",
            description = "Take only calls for which this holds: 'fd == 3', 'latency > 10ms' (docs/expressions.md). "
                    + "Decided in the kernel.")
    private String where;

    @Option(names = "--no-returns", description = "Probe entries only: no results, no latency, half the cost.")
    private boolean noReturns;

    @Option(
            names = "--histogram",
            description =
                    "Print no calls, but how long they took, or the values of the only capture, by powers of two. "
                            + "Counted in the kernel: for functions that are called very often.")
    private boolean histogram;

    @Mixin
    private LimitOptions limits;

    /// As the planner takes them.
    ///
    /// @throws Failure if one is out of bounds
    FunctionSpec.Settings settings() {
        if (histogram && noReturns) {
            throw new Failure(ExitCode.USAGE, "--histogram looks at the end of calls, --no-returns does not");
        }
        Probe.Measure measure = histogram ? Probe.Measure.HISTOGRAM : Probe.Measure.LATENCY;
        return new FunctionSpec.Settings(noReturns ? Probe.Measure.CALLS : measure, condition(), limits.limits());
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
}
