package dev.stet.cli;

import dev.stet.facts.Glob;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// Values of options that need more than a type.
final class Options {
    private Options() {}

    /// A glob over paths.
    static Glob glob(String text) {
        try {
            Glob glob = Glob.path(text);
            if (!text.startsWith("/") && !text.startsWith("**")) {
                throw new Failure(
                        ExitCode.USAGE,
                        "--exe '" + text + "' can never match: paths begin with '/'; try '/**/" + text + "'");
            }
            return glob;
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.USAGE, "--exe: " + e.getMessage());
        }
    }

    /// Seconds, which must be more than none.
    static OptionalLong millis(Double seconds) {
        if (seconds == null) {
            return OptionalLong.empty();
        }
        if (!(seconds > 0)) {
            throw new Failure(ExitCode.USAGE, "--duration takes seconds, more than 0");
        }
        return OptionalLong.of(Math.max((long) (seconds * 1000), 1));
    }

    /// A part of some time; 0 stands for no bound.
    static OptionalDouble percent(String option, double percent) {
        if (!(percent >= 0 && percent <= 100)) {
            throw new Failure(ExitCode.USAGE, option + " takes a number from 0 to 100, of percent");
        }
        return percent == 0 ? OptionalDouble.empty() : OptionalDouble.of(percent);
    }
}
