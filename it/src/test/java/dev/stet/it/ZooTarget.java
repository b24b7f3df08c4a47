package dev.stet.it;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// A program that probes have harmed, or might.
///
/// @param row of the table of hazards that this suite was made from: `R1`; `-` if it is not in there
/// @param hazard in a few words, for `docs/zoo.md`
/// @param script what is done with it, the same whoever probes
/// @param expected what Stet does
/// @param naive how a tool probes it that thinks of nothing
record ZooTarget(String name, String row, String hazard, Script script, Expected expected, Naive naive) {
    /// What is done with a target: the same alone, under Stet and under a naive tool.
    @FunctionalInterface
    interface Script {
        Outcome run(ZooStage stage) throws Exception;
    }

    /// How it ended, and what it said after it was ready. Harm is any difference from how it is alone.
    record Outcome(int exit, List<String> lines) {
        static final int STUCK = -1;

        Outcome {
            lines = List.copyOf(lines);
        }

        /// For the table.
        ///
        /// @param alone without probes
        String against(Outcome alone) {
            if (equals(alone)) {
                return "no harm";
            }
            if (exit != alone.exit()) {
                return switch (exit) {
                    case STUCK -> "stuck";
                    case 128 + 4 -> "SIGILL";
                    case 128 + 5 -> "SIGTRAP";
                    case 128 + 6 -> "SIGABRT";
                    case 128 + 7 -> "SIGBUS";
                    case 128 + 11 -> "SIGSEGV";
                    case 128 + 31 -> "SIGSYS";
                    default -> "exit " + exit;
                };
            }
            return lines.stream().filter(line -> !alone.lines().contains(line)).findFirst().stream()
                    .map(line -> "`" + line + "`, not `" + String.join("; ", alone.lines()) + "`")
                    .findFirst()
                    .orElse("says nothing");
        }
    }

    /// What Stet does with a target.
    sealed interface Expected {
        /// Probed, without harm.
        ///
        /// @param calls that are seen at least, of all its processes
        record Probed(int calls) implements Expected {}

        /// Left alone.
        record Exempt(String rule) implements Expected {}

        /// Not attached to.
        ///
        /// @param why part of what Stet says
        record Refused(String why) implements Expected {}

        /// Left alone, since not all is known.
        ///
        /// @param why part of what Stet says
        record Undecided(String why) implements Expected {}

        /// Nothing tells beforehand that probes harm it: a rule has to.
        record NeedsRule() implements Expected {}
    }

    /// What a tool probes that thinks of nothing.
    ///
    /// @param how `return`, `entry`; empty for none
    /// @param harms is it known to?
    /// @param before is it attached before the program starts?
    /// @param privately has the tool the file mapped?
    record Naive(String how, String symbol, boolean harms, boolean before, boolean privately) {
        static final Naive NONE = new Naive("", "", false, false, false);

        static Naive atReturn(String symbol) {
            return new Naive("return", symbol, false, false, false);
        }

        static Naive atEntry(String symbol) {
            return new Naive("entry", symbol, false, false, false);
        }

        Naive harmful() {
            return new Naive(how, symbol, true, before, privately);
        }

        Naive attachedBefore() {
            return new Naive(how, symbol, harms, true, privately);
        }

        Naive mapsPrivately() {
            return new Naive(how, symbol, harms, before, true);
        }

        boolean isNone() {
            return how.isEmpty();
        }
    }

    /// How long a target may take before it counts as stuck.
    static final Duration PATIENCE = Duration.ofSeconds(20);

    /// A target that is started, probed, told to go on and waited for.
    static Script program(Path program, String... arguments) {
        return stage -> {
            try (TargetProcess process = stage.start(stage.copy(program), arguments)) {
                stage.probe(process, program.getFileName().toString());
                return stage.finish(process);
            }
        };
    }
}
