package dev.stet.probe.resolve;

import dev.stet.binary.BinaryException;
import dev.stet.binary.CallingConvention;
import dev.stet.binary.Executable;
import dev.stet.binary.MalformedBinaryException;
import dev.stet.binary.Signature;
import dev.stet.binary.TypeRef;
import dev.stet.binary.UsdtProbe;
import dev.stet.facts.Function;
import dev.stet.probe.Capture;
import dev.stet.probe.Expression;
import dev.stet.probe.ExpressionException;
import dev.stet.probe.Probe;
import dev.stet.probe.compile.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Makes a probe definite for one place of a program: gives its names a place, its values a type.
public final class Resolver {
    private final Probe probe;
    private final Shapes shapes;
    private final TypeNames types;
    private final Scopes atEntry;
    private final Scopes atReturn;
    private final Moment.Return end;

    /// Where names of captures are looked up.
    ///
    /// @param asked for captures that somebody asked for
    /// @param guessed for the others
    private record Scopes(Scope asked, Scope guessed) {}

    private Resolver(Probe probe, TypeNames types, Scopes atEntry, Scopes atReturn, Moment.Return end) {
        this.probe = probe;
        this.types = types;
        this.shapes = new Shapes(probe.limits(), types);
        this.atEntry = atEntry;
        this.atReturn = atReturn;
        this.end = end;
    }

    /// A probe of a function.
    ///
    /// @param function of this binary
    /// @param byName may captures that nobody asked for use debug information? It takes time to read
    /// @throws ExpressionException if a capture that was asked for, or the condition, means nothing here
    /// @throws BinaryException if the binary cannot be read, or its functions are broken; broken debug
    ///     information only tells less
    public static Resolved resolve(Executable executable, Function function, Probe probe, boolean byName)
            throws ExpressionException, BinaryException {
        boolean asked = Stream.of(probe.atEntry(), probe.atReturn())
                .flatMap(List::stream)
                .anyMatch(it -> !it.guessed());
        Optional<Signature> signature =
                byName || asked || probe.where().isPresent() ? signature(executable, function) : Optional.empty();
        CallingConvention convention = executable.convention(function);
        Moment.Return end = new Moment.Return();
        Optional<Signature> ofGuessed = byName ? signature : Optional.empty();
        Moment begin = new Moment.Entry();
        Scopes atEntry = new Scopes(
                new FunctionScope(function.name(), signature, convention, begin),
                new FunctionScope(function.name(), ofGuessed, convention, begin));
        Scopes atReturn = new Scopes(
                new FunctionScope(function.name(), signature, convention, end),
                new FunctionScope(function.name(), ofGuessed, convention, end));
        return new Resolver(probe, types(executable), atEntry, atReturn, end).resolve();
    }

    /// A probe that the program's author put in. It has no end.
    ///
    /// @throws ExpressionException if a capture that was asked for, or the condition, means nothing here
    /// @throws BinaryException if the binary cannot be read
    public static Resolved resolve(Executable executable, UsdtProbe usdt, Probe probe)
            throws ExpressionException, BinaryException {
        UsdtScope scope = UsdtScope.of(executable, usdt);
        Scopes scopes = new Scopes(scope, scope);
        return new Resolver(probe.entryOnly(), types(executable), scopes, scopes, new Moment.Return()).resolve();
    }

    private static Optional<Signature> signature(Executable executable, Function function) throws BinaryException {
        try {
            return executable.signature(function);
        } catch (MalformedBinaryException broken) {
            return Optional.empty();
        }
    }

    private static TypeNames types(Executable executable) {
        return name -> {
            try {
                return executable.type(name);
            } catch (BinaryException broken) {
                return Optional.<TypeRef>empty();
            }
        };
    }

    private Resolved resolve() throws ExpressionException {
        List<Shown> entry = shown(probe.atEntry(), atEntry);
        List<Shown> exit = probe.returns() ? shown(probe.atReturn(), atReturn) : List.of();
        Optional<Word> entryFilter = Optional.empty();
        Optional<Word> exitFilter = Optional.empty();
        if (probe.where().isPresent()) {
            Capture where = probe.where().get();
            for (Expression each : Conditions.conjuncts(where.expression())) {
                if (probe.returns() && Conditions.needsEnd(each, atReturn.asked)) {
                    exitFilter = Optional.of(and(exitFilter, condition(each, where, atReturn.asked)));
                } else {
                    entryFilter = Optional.of(and(entryFilter, condition(each, where, atEntry.asked)));
                }
            }
        }
        return Renumbering.of(new Resolved(entry, exit, end.saved(), entryFilter, exitFilter));
    }

    private static Word and(Optional<Word> left, Word right) {
        return left.<Word>map(it -> new Word.Both(it, right)).orElse(right);
    }

    private Evaluator evaluator(Capture capture, Scope scope) {
        return new Evaluator(
                capture.source(), scope, shapes, types, probe.limits().depth());
    }

    private Word condition(Expression condition, Capture where, Scope scope) throws ExpressionException {
        Evaluator evaluator = evaluator(where, scope);
        try {
            return evaluator.number(condition).word();
        } catch (NowhereException e) {
            throw evaluator.spot(condition).error("this cannot be compared: it is " + e.getMessage());
        }
    }

    private List<Shown> shown(List<Capture> captures, Scopes scopes) throws ExpressionException {
        List<Shown> all = new ArrayList<>();
        for (Capture capture : captures) {
            boolean counted = probe.measure() == Probe.Measure.HISTOGRAM;
            if (capture.guessed() && counted) {
                continue;
            }
            Scope scope = capture.guessed() ? scopes.guessed : scopes.asked;
            firstPossible(capture, scope).ifPresent(all::add);
        }
        return all;
    }

    /// The capture, or what is to be taken in place of it.
    ///
    /// @return empty if nobody asked for what cannot be had
    /// @throws ExpressionException that of the first, if none means anything
    private Optional<Shown> firstPossible(Capture capture, Scope scope) throws ExpressionException {
        int kept = end.count();
        try {
            return Optional.of(shown(capture, name(capture, scope), scope));
        } catch (ExpressionException e) {
            for (Capture other : capture.others()) {
                end.forget(kept);
                try {
                    return Optional.of(shown(other, capture.name(), scope));
                } catch (ExpressionException also) {
                    // The first one's reason is the one that counts.
                }
            }
            end.forget(kept);
            if (capture.guessed()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// A position that nobody asked for is called as the program calls it: rules about private data go by
    /// names.
    private static String name(Capture capture, Scope scope) {
        return capture.guessed()
                        && capture.expression() instanceof Expression.Name(var position, var ignored)
                        && position.equals(capture.name())
                ? scope.nameOf(position).orElse(position)
                : capture.name();
    }

    private Shown shown(Capture capture, String name, Scope scope) throws ExpressionException {
        Formats formats = new Formats(shapes, probe.limits().textBytes());
        Evaluator evaluator = evaluator(capture, scope);
        try {
            // What is counted is one number, with its sign.
            return probe.measure() == Probe.Measure.HISTOGRAM
                    ? formats.show(name, evaluator.number(capture.expression()))
                    : formats.show(name, evaluator.meaning(capture.expression()));
        } catch (NowhereException e) {
            return Formats.missing(name, e.getMessage());
        }
    }
}
