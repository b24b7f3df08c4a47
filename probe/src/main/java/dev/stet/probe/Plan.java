package dev.stet.probe;

import dev.stet.binary.Executable;
import dev.stet.binary.Exit;
import dev.stet.binary.Exits;
import dev.stet.binary.FunctionTable;
import dev.stet.facts.Function;
import dev.stet.facts.Glob;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What some probes mean in one binary: where to attach, and what cannot be attached and why. It follows
/// from the binary and the probes alone.
///
/// @param points in the order of the probes, each function once per probe
/// @param refusals functions, or whole probes, that were asked for and are left alone
public record Plan(List<AttachPoint> points, List<Refusal> refusals) {
    /// Functions that one pattern may stand for. Each costs a breakpoint or more, and a register call each;
    /// a million would stop the machine for minutes.
    public static final int MAX_FUNCTIONS = 20_000;

    /// @param function a function's name, or the probe's pattern
    /// @param why for a person
    public record Refusal(String function, String why) {}

    public Plan {
        points = List.copyOf(points);
        refusals = List.copyOf(refusals);
    }

    /// A plan that does nothing.
    public static final Plan NOTHING = new Plan(List.of(), List.of());

    /// @param returns may the ends of calls be probed? Else a probe's entry part is all there is.
    /// @throws IOException if the binary cannot be read or is broken
    public static Plan of(Executable executable, List<Probe> probes, boolean returns) throws IOException {
        Convention convention = Convention.of(executable);
        FunctionTable functions = executable.functions();
        List<AttachPoint> points = new ArrayList<>();
        List<Refusal> refusals = new ArrayList<>();
        for (Probe asked : probes) {
            Probe probe = possible(returns ? asked : asked.entryOnly(), convention);
            List<Function> found = find(functions, probe.functions());
            if (found.isEmpty()) {
                continue;
            }
            Optional<String> impossible = impossible(probe, convention);
            if (impossible.isPresent() || found.size() > MAX_FUNCTIONS) {
                refusals.add(new Refusal(
                        probe.functions(),
                        impossible.orElse("stands for " + found.size() + " functions; at most " + MAX_FUNCTIONS
                                + " can be traced at once")));
                continue;
            }
            Set<Long> seen = new HashSet<>();
            for (Function function : found) {
                if (!seen.add(function.fileOffset())) {
                    continue; // another name of the same code
                }
                Optional<String> refusal = executable.entryRefusal(function);
                if (refusal.isPresent()) {
                    refusals.add(new Refusal(function.name(), refusal.get()));
                } else {
                    points.add(point(executable, probe, convention, function));
                }
            }
        }
        return new Plan(points, refusals);
    }

    /// The functions a probe's pattern stands for, by address.
    ///
    /// @throws IOException if the binary's names cannot be read any more, or too many match
    public static List<Function> find(FunctionTable functions, String pattern) throws IOException {
        List<Function> exact = functions.named(pattern);
        if (!exact.isEmpty() || !Glob.isPattern(pattern)) {
            return exact;
        }
        // Go's names are full of `(*T)`: a pattern may well be one, so the exact name came first.
        Glob glob = Glob.name(pattern);
        return functions.matching(glob::matches).stream()
                .sorted(Comparator.comparingLong(Function::fileOffset))
                .toList();
    }

    private static AttachPoint point(Executable executable, Probe probe, Convention convention, Function function)
            throws IOException {
        long entry = executable.entryOffset(function);
        if (!probe.returns()) {
            return new AttachPoint(probe, convention, function, entry, List.of(), Optional.empty());
        }
        return switch (executable.exits(function)) {
            case Exits.Unknown(var reason) -> entryOnly(probe, convention, function, entry, reason);
            case Exits.Sites exits -> withExits(probe, convention, function, entry, exits);
        };
    }

    /// Only exits at which a probe fires when the function ends, and not also when it goes on, are of use.
    private static AttachPoint withExits(
            Probe probe, Convention convention, Function function, long entry, Exits.Sites exits) {
        List<Exit> certain = exits.sites().stream().filter(Exit::isCertain).toList();
        Optional<String> missed = missed(exits, certain);
        if (certain.isEmpty()) {
            return entryOnly(probe, convention, function, entry, missed.orElse("it has no RET instruction"));
        }
        if (certain.stream().anyMatch(exit -> exit.fileOffset() == entry)) {
            return entryOnly(probe, convention, function, entry, "its first instruction is its last");
        }
        return new AttachPoint(probe, convention, function, entry, certain, Optional.empty(), missed);
    }

    private static Optional<String> missed(Exits.Sites exits, List<Exit> certain) {
        if (!exits.unseen().isEmpty()) {
            Exits.Unseen first = exits.unseen().getFirst();
            return Optional.of("the instruction at file offset " + first.fileOffset() + " " + first.why());
        }
        return exits.sites().stream()
                .filter(exit -> !certain.contains(exit))
                .findFirst()
                .map(exit -> "the jump at file offset " + exit.fileOffset()
                        + " to another function is not always taken, which a probe cannot tell yet");
    }

    private static AttachPoint entryOnly(
            Probe probe, Convention convention, Function function, long entry, String why) {
        return new AttachPoint(probe.entryOnly(), convention, function, entry, List.of(), Optional.of(why));
    }

    /// The probe without guesses that binaries of this convention cannot answer.
    private static Probe possible(Probe probe, Convention convention) {
        List<Capture> entry = possible(probe.atEntry(), convention);
        return new Probe(
                probe.pack(), probe.functions(), entry, possible(probe.atReturn(), convention), probe.returns());
    }

    private static List<Capture> possible(List<Capture> captures, Convention convention) {
        return captures.stream()
                .filter(capture -> !capture.guessed()
                        || unknownPlace(capture, capture.expression(), convention)
                                .isEmpty())
                .toList();
    }

    /// Why a probe cannot be carried out in binaries of this convention.
    private static Optional<String> impossible(Probe probe, Convention convention) {
        for (Capture capture : probe.atEntry()) {
            if (capture.expression().usesResult()) {
                return Optional.of(capture.name() + ": there is no result yet when the function is called");
            }
        }
        for (Capture capture : probe.atReturn()) {
            if (capture.expression().usesArgument()) {
                return Optional.of(capture.name() + ": the arguments' registers hold anything when it returns");
            }
        }
        for (List<Capture> side : List.of(probe.atEntry(), probe.atReturn())) {
            for (Capture capture : side) {
                Optional<String> unknown = unknownPlace(capture, capture.expression(), convention);
                if (unknown.isPresent()) {
                    return unknown;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> unknownPlace(Capture capture, Expression expression, Convention convention) {
        boolean goText =
                capture.format() == Capture.Format.TEXT && convention.isGo() && expression.equals(capture.expression());
        return switch (expression) {
            case Expression.Argument(int index) ->
                convention.argument(goText ? index + 1 : index).isPresent()
                        ? Optional.empty()
                        : Optional.of(capture.name() + ": only the first 9 argument words are in registers in Go");
            case Expression.Result(int index) ->
                convention.result(goText ? index + 1 : index).isPresent()
                        ? Optional.empty()
                        : Optional.of(capture.name() + ": where this result is only the function's types tell");
            case Expression.Plus plus -> goText ? notWords(capture) : unknownPlace(capture, plus.value(), convention);
            case Expression.Memory memory ->
                goText ? notWords(capture) : unknownPlace(capture, memory.address(), convention);
        };
    }

    private static Optional<String> notWords(Capture capture) {
        return Optional.of(capture.name() + ": str() takes argN or retN in Go; for a string in memory use gostr()");
    }
}
