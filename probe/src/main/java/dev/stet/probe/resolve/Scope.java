package dev.stet.probe.resolve;

import dev.stet.binary.CallingConvention;
import dev.stet.binary.Signature;
import dev.stet.binary.Signature.Parameter;
import dev.stet.binary.Type;
import dev.stet.probe.compile.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The names that mean something at one moment of a call.
final class Scope {
    private static final Pattern POSITION = Pattern.compile("(arg|word|ret|retword)([0-9]{1,2})?");
    /// Six in registers and ten on the stack are more than anybody reads by number.
    private static final int MAX_INDEX = 16;

    private final CallingConvention convention;
    private final Optional<Signature> signature;
    private final List<Word> operands;
    private final boolean isUsdt;
    private final boolean atEnd;
    private final UnaryOperator<Word> keep;

    private Scope(
            CallingConvention convention,
            Optional<Signature> signature,
            List<Word> operands,
            boolean isUsdt,
            boolean atEnd,
            UnaryOperator<Word> keep) {
        this.convention = convention;
        this.signature = signature;
        this.operands = List.copyOf(operands);
        this.isUsdt = isUsdt;
        this.atEnd = atEnd;
        this.keep = keep;
    }

    /// Where calls of a function begin.
    static Scope entry(CallingConvention convention, Optional<Signature> signature) {
        return new Scope(convention, signature, List.of(), false, false, UnaryOperator.identity());
    }

    /// Where they end.
    ///
    /// @param keep saves a word of the entry
    static Scope end(CallingConvention convention, Optional<Signature> signature, UnaryOperator<Word> keep) {
        return new Scope(convention, signature, List.of(), false, true, keep);
    }

    /// At a probe that the author put in.
    static Scope usdt(List<Word> operands) {
        return new Scope(CallingConvention.C, Optional.empty(), operands, true, false, UnaryOperator.identity());
    }

    boolean isGo() {
        return convention != CallingConvention.C;
    }

    boolean isEnd() {
        return atEnd;
    }

    /// Is it known at the end of a call only?
    boolean isOfTheEnd(String name) {
        return name.equals("latency") || name.matches("ret([0-9]{1,2})?|retword[0-9]{1,2}") || result(name).isPresent();
    }

    /// What a name means; empty if it is none of this function's.
    Optional<Meaning> find(String name, int at) throws Mistake {
        Optional<Meaning> builtIn = builtIn(name);
        if (builtIn.isPresent()) {
            return builtIn;
        }
        if (isOfTheEnd(name) && !atEnd) {
            throw new Mistake(at, "there is no result yet when the function is called");
        }
        Optional<Parameter> parameter = parameter(name);
        if (parameter.isPresent()) {
            return Optional.of(value(parameter.get(), keep));
        }
        Optional<Parameter> result = result(name);
        if (result.isPresent()) {
            return Optional.of(value(result.get(), UnaryOperator.identity()));
        }
        Matcher position = POSITION.matcher(name);
        return position.matches() ? Optional.of(position(position, at)) : Optional.empty();
    }

    private Optional<Meaning> builtIn(String name) {
        return switch (name) {
            case "pid" -> Optional.of(Meaning.Number.signed(new Word.ProcessId()));
            case "tid" -> Optional.of(Meaning.Number.signed(new Word.ThreadId()));
            case "true" -> Optional.of(Meaning.Number.signed(Word.of(1)));
            case "false" -> Optional.of(Meaning.Number.signed(Word.of(0)));
            case "nil" -> Optional.of(new Meaning.Nil());
            case "latency" ->
                atEnd
                        ? Optional.of(new Meaning.Number(
                                new Word.Latency(), 64, Shape.Kind.DURATION, Meaning.Sign.SIGNED))
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    private Optional<Parameter> parameter(String name) {
        return named(signature.map(Signature::parameters).orElse(List.of()), name);
    }

    private Optional<Parameter> result(String name) {
        return named(signature.map(Signature::results).orElse(List.of()), name);
    }

    private static Optional<Parameter> named(List<Parameter> parameters, String name) {
        return parameters.stream().filter(each -> each.name().equals(name)).findFirst();
    }

    private static Meaning value(Parameter parameter, UnaryOperator<Word> keep) {
        Type type = TypeReader.read(parameter.type());
        return new Meaning.Value(type, new Locations(keep).place(parameter.location(), type.size()));
    }

    private Meaning position(Matcher position, int at) throws Mistake {
        String stem = position.group(1);
        int index = position.group(2) == null ? 1 : Integer.parseInt(position.group(2));
        boolean bare = position.group(2) == null && !stem.equals("ret");
        if (bare || index < 1 || index > MAX_INDEX) {
            throw new Mistake(at, "positions are numbered from 1 to " + MAX_INDEX);
        }
        List<Parameter> known = switch (stem) {
            case "arg" -> signature.map(Signature::parameters).orElse(List.of());
            case "ret" -> signature.map(Signature::results).orElse(List.of());
            default -> List.of();
        };
        if (index <= known.size()) {
            return value(known.get(index - 1), stem.equals("arg") ? keep : UnaryOperator.identity());
        }
        if (!stem.endsWith("word") && signature.isPresent() && !signature.get().variadic()) {
            throw new Mistake(at, "it has " + known.size() + (stem.equals("arg") ? " parameters" : " results"));
        }
        return Meaning.Number.untyped(word(stem.startsWith("ret"), index, at));
    }

    /// The words that begin with a position: values of several words.
    ///
    /// @return empty if the name is no position
    Optional<List<Word>> wordsFrom(String name, int count, int at) throws Mistake {
        Matcher position = POSITION.matcher(name);
        if (!position.matches() || isUsdt) {
            return Optional.empty();
        }
        int first = position.group(2) == null ? 1 : Integer.parseInt(position.group(2));
        List<Word> words = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            words.add(word(position.group(1).startsWith("ret"), first + i, at));
        }
        return Optional.of(words);
    }

    private Word word(boolean result, int index, int at) throws Mistake {
        if (isUsdt) {
            if (result || index > operands.size()) {
                throw new Mistake(at, "this probe has " + operands.size() + " arguments");
            }
            return operands.get(index - 1);
        }
        if (result && !atEnd) {
            throw new Mistake(at, "there is no result yet when the function is called");
        }
        return result ? resultWord(index, at) : argumentWord(index, at);
    }

    private Word argumentWord(int index, int at) throws Mistake {
        return switch (convention) {
            case C ->
                index <= Registers.C_ARGUMENTS.size()
                        ? keep.apply(new Word.Register(Registers.C_ARGUMENTS.get(index - 1)))
                        : onStack(8L * (index - Registers.C_ARGUMENTS.size()));
            case GO_STACK -> onStack(8L * index);
            case GO_REGISTERS, GO_UNKNOWN -> {
                if (index > Registers.GO.size()) {
                    throw new Mistake(at, "only the first 9 argument words are in registers in Go");
                }
                yield keep.apply(new Word.Register(Registers.GO.get(index - 1)));
            }
        };
    }

    private Word onStack(long offset) {
        return keep.apply(new Word.Register(Registers.RSP).plus(offset).load());
    }

    private Word resultWord(int index, int at) throws Mistake {
        List<Integer> registers = switch (convention) {
            case C -> Registers.C_RESULTS;
            case GO_STACK -> List.of();
            case GO_REGISTERS, GO_UNKNOWN -> Registers.GO;
        };
        if (index > registers.size()) {
            throw new Mistake(at, "where this result is only the function's types tell");
        }
        return new Word.Register(registers.get(index - 1));
    }

    /// The names of parameters and results that there are, for messages.
    List<String> names() {
        return signature.stream()
                .flatMap(it -> Stream.concat(it.parameters().stream(), it.results().stream()))
                .map(Parameter::name)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    boolean hasSignature() {
        return signature.isPresent();
    }
}
