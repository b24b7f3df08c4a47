package dev.stet.probe.resolve;

import dev.stet.binary.BinaryException;
import dev.stet.binary.CallingConvention;
import dev.stet.binary.Executable;
import dev.stet.binary.Signature;
import dev.stet.binary.UsdtProbe;
import dev.stet.facts.Function;
import dev.stet.probe.Capture;
import dev.stet.probe.Expression;
import dev.stet.probe.Expression.Sign;
import dev.stet.probe.ExpressionException;
import dev.stet.probe.Probe;
import dev.stet.probe.compile.Word;
import dev.stet.probe.compile.Word.Operator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Finds out what a probe's expressions mean in one function.
public final class Resolver {
    private final TypeNames types;
    private final Probe probe;
    private final Scope entry;
    private final Scope end;
    private final List<Word> saved = new ArrayList<>();

    private Resolver(Executable executable, CallingConvention convention, Optional<Signature> signature, Probe probe) {
        this.types = name -> type(executable, name);
        this.probe = probe;
        entry = Scope.entry(convention, signature);
        end = Scope.end(convention, signature, this::save);
    }

    private Resolver(Executable executable, List<Word> operands, Probe probe) {
        this.types = name -> type(executable, name);
        this.probe = probe;
        entry = Scope.usdt(operands);
        end = entry;
    }

    private static Optional<dev.stet.binary.TypeRef> type(Executable executable, String name) {
        try {
            return executable.type(name);
        } catch (BinaryException e) {
            return Optional.empty();
        }
    }

    /// In a function.
    ///
    /// @param byName may its own parameters be looked up? Else all is by position
    /// @throws ExpressionException if an expression that somebody asked for means nothing in it
    /// @throws IOException if the binary cannot be read
    public static Resolved resolve(Executable executable, Function function, Probe probe, boolean byName)
            throws ExpressionException, IOException {
        Optional<Signature> signature = byName ? executable.signature(function) : Optional.empty();
        return new Resolver(executable, executable.convention(function), signature, probe).resolve();
    }

    /// At a probe that the author put in.
    ///
    /// @throws ExpressionException if an expression that somebody asked for means nothing there
    public static Resolved resolve(Executable executable, UsdtProbe usdt, Probe probe) throws ExpressionException {
        List<Word> operands = new ArrayList<>();
        for (UsdtProbe.Argument argument : usdt.arguments()) {
            operands.add(UsdtOperands.word(executable, usdt, argument));
        }
        return new Resolver(executable, operands, probe).resolve();
    }

    private Resolved resolve() throws ExpressionException {
        List<Shown> atEntry = shown(probe.atEntry(), entry);
        List<Shown> atReturn = shown(probe.atReturn(), end);
        Optional<Word> entryFilter = Optional.empty();
        Optional<Word> exitFilter = Optional.empty();
        if (probe.where().isPresent()) {
            Capture where = probe.where().get();
            entryFilter = filter(where, false);
            exitFilter = filter(where, true);
        }
        return new Resolved(atEntry, atReturn, saved, entryFilter, exitFilter);
    }

    /// A word of the entry that is needed at the end.
    private Word save(Word word) {
        if (word instanceof Word.Constant) {
            return word;
        }
        int known = saved.indexOf(word);
        if (known < 0) {
            saved.add(word);
            known = saved.size() - 1;
        }
        return new Word.Saved(known);
    }

    private List<Shown> shown(List<Capture> captures, Scope scope) throws ExpressionException {
        List<Shown> all = new ArrayList<>();
        for (Capture capture : captures) {
            Optional<Shown> one = shown(capture, scope);
            one.ifPresent(all::add);
        }
        return all;
    }

    /// The first of its alternatives that means something; empty if none does and nobody asked.
    private Optional<Shown> shown(Capture capture, Scope scope) throws ExpressionException {
        List<Capture> alternatives = new ArrayList<>(List.of(capture));
        alternatives.addAll(capture.others());
        ExpressionException first = null;
        for (Capture alternative : alternatives) {
            int before = saved.size();
            try {
                Evaluation evaluation = new Evaluation(scope, types, probe.limits());
                return Optional.of(evaluation.show(capture.name(), alternative.expression()));
            } catch (Mistake e) {
                saved.subList(before, saved.size()).clear();
                first = first == null ? exception(alternative, e) : first;
            }
        }
        if (capture.guessed()) {
            return Optional.empty();
        }
        throw first;
    }

    private static ExpressionException exception(Capture capture, Mistake mistake) {
        return new ExpressionException(capture.source(), mistake.at(), mistake.getMessage());
    }

    /// The part of a condition that is decided at one of the moments: what needs nothing of the end is decided at
    /// the entry.
    private Optional<Word> filter(Capture where, boolean late) throws ExpressionException {
        List<Expression> parts = new ArrayList<>();
        split(where.expression(), parts);
        Optional<Word> filter = Optional.empty();
        for (Expression part : parts) {
            if (needsEnd(part) != late) {
                continue;
            }
            try {
                Scope scope = late ? end : entry;
                if (late && !probe.returns()) {
                    throw new Mistake(part.at(), "the end of calls is not looked at");
                }
                Word word = new Evaluation(scope, types, probe.limits()).condition(part);
                filter = Optional.of(filter.isEmpty() ? word : new Word.Both(filter.get(), word));
            } catch (Mistake e) {
                throw exception(where, e);
            }
        }
        return filter;
    }

    private static void split(Expression expression, List<Expression> into) {
        if (expression instanceof Expression.Binary(var sign, var left, var right, int _) && sign == Sign.AND) {
            split(left, into);
            split(right, into);
        } else {
            into.add(expression);
        }
    }

    private boolean needsEnd(Expression expression) {
        return switch (expression) {
            case Expression.Name(var name, int _) -> entry.isOfTheEnd(name);
            case Expression.Number _, Expression.Text _ -> false;
            case Expression.Member member -> needsEnd(member.of());
            case Expression.Index index -> needsEnd(index.of()) || needsEnd(index.index());
            case Expression.Call call -> call.arguments().stream().anyMatch(each -> needsEnd(each.value()));
            case Expression.Unary unary -> needsEnd(unary.operand());
            case Expression.Binary binary -> needsEnd(binary.left()) || needsEnd(binary.right());
        };
    }

}
