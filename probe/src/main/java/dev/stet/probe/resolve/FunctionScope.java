package dev.stet.probe.resolve;

import dev.stet.binary.CallingConvention;
import dev.stet.binary.Signature;
import dev.stet.binary.Signature.Parameter;
import dev.stet.binary.Type;
import dev.stet.probe.Alike;
import dev.stet.probe.ExpressionException;
import dev.stet.probe.compile.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Names in a function.
///
/// @param function its name, for messages
/// @param signature empty if no debug information describes it
/// @param convention tells positions where there is no signature
record FunctionScope(String function, Optional<Signature> signature, CallingConvention convention, Moment moment)
        implements Scope {
    @Override
    public Optional<Meaning> find(String name, Spot spot) throws ExpressionException {
        Optional<Positional> position = Positional.of(name);
        if (position.isPresent()) {
            return Optional.of(position(name, position.get(), spot));
        }
        if (name.equals("latency")) {
            requireEnd(name, spot);
            return Optional.of(new Meaning.Number(new Word.Latency(), Shape.Kind.DURATION, Meaning.Rank.SIGNED));
        }
        Optional<Parameter> parameter = named(name, parameters());
        if (parameter.isPresent()) {
            return parameter.map(it -> typed(it, Locations.of(moment)));
        }
        Optional<Parameter> result = named(name, results());
        if (result.isPresent()) {
            requireEnd(name, spot);
            return result.map(it -> typed(it, Locations.NOW));
        }
        return BuiltIn.named(name);
    }

    private static Optional<Parameter> named(String name, List<Parameter> among) {
        return among.stream().filter(it -> it.name().equals(name)).findFirst();
    }

    private List<Parameter> parameters() {
        return signature.map(Signature::parameters).orElse(List.of());
    }

    private List<Parameter> results() {
        return signature.map(Signature::results).orElse(List.of());
    }

    private static Meaning typed(Parameter parameter, Locations locations) {
        Type type = TypeReader.read(parameter.type());
        return new Meaning.Typed(type, locations.place(parameter.location(), type.size()));
    }

    private void requireEnd(String name, Spot spot) throws ExpressionException {
        if (moment instanceof Moment.Entry) {
            throw spot.error("'" + name + "' is known at the end of a call only");
        }
    }

    private Meaning position(String name, Positional position, Spot spot) throws ExpressionException {
        if (!position.isPossible()) {
            throw spot.error("'" + name + "': positions are numbered from 1 to " + Positional.MAX);
        }
        if (position.isResult()) {
            requireEnd(name, spot);
        }
        List<Parameter> known = position.isResult() ? results() : parameters();
        if (position.isWord() || signature.isEmpty()) {
            return word(position, spot);
        }
        if (position.number() <= known.size()) {
            Locations locations = position.isResult() ? Locations.NOW : Locations.of(moment);
            return typed(known.get(position.number() - 1), locations);
        }
        throw spot.error(function + (position.isResult() ? gives(known) : takes(known)));
    }

    private static String gives(List<Parameter> known) {
        return " gives " + (known.isEmpty() ? "nothing" : count(known, "result"));
    }

    private String takes(List<Parameter> known) {
        boolean more = signature.isPresent() && signature.get().variadic();
        return " has " + (known.isEmpty() ? "no parameters" : count(known, "parameter"))
                + (more ? " with names: the others are words, such as word" + (known.size() + 1) : "");
    }

    private static String count(List<Parameter> known, String what) {
        return known.size() == 1 ? "one " + what : known.size() + " " + what + "s";
    }

    private Meaning word(Positional position, Spot spot) throws ExpressionException {
        Optional<Word> word = position.isResult()
                ? Registers.result(convention, position.number())
                : Registers.argument(convention, position.number()).map(moment::kept);
        return word.map(Meaning.Number::untyped).orElseThrow(() -> spot.error(noWord(position)));
    }

    private String noWord(Positional position) {
        String what = position.isResult() ? "result" : "argument";
        return switch (convention) {
            case C -> "only two result words are in registers: the others are where the first one points";
            case GO_REGISTERS ->
                "only the first 9 " + what + " words are in registers; where the others are depends"
                        + " on types, which are not known";
            case GO_STACK -> "where a " + what + " is on the stack depends on types, which are not known";
            case GO_UNKNOWN ->
                "it cannot be said whether " + function + " has its " + what + "s in registers or on"
                        + " the stack: its name is used for code of both kinds";
        };
    }

    private List<String> names() {
        List<String> names = new ArrayList<>();
        parameters().forEach(it -> names.add(it.name()));
        if (!(moment instanceof Moment.Entry)) {
            results().forEach(it -> names.add(it.name()));
        }
        names.removeIf(name -> !isWritten(name));
        return names;
    }

    /// Go's compiler calls what has no name `~r0` or `_`.
    private static boolean isWritten(String name) {
        return !name.isEmpty() && !name.equals("_") && !name.startsWith("~");
    }

    @Override
    public Optional<String> nameOf(String position) {
        return Positional.of(position)
                .filter(it -> it.isPossible() && !it.isWord())
                .flatMap(it -> (it.isResult() ? results() : parameters())
                        .stream().skip(it.number() - 1L).findFirst())
                .map(Parameter::name)
                .filter(FunctionScope::isWritten);
    }

    @Override
    public boolean isOfEnd(String name) {
        return name.equals("latency")
                || Positional.of(name).filter(Positional::isResult).isPresent()
                || (named(name, parameters()).isEmpty()
                        && named(name, results()).isPresent());
    }

    @Override
    public boolean isGo() {
        return switch (convention) {
            case C -> false;
            case GO_STACK, GO_REGISTERS, GO_UNKNOWN -> true;
        };
    }

    @Override
    public String unknown(String name) {
        if (signature.isEmpty()) {
            return "no name '" + name + "': no debug information names the parameters of " + function
                    + "; arg1 is its first argument, ret its result";
        }
        List<String> names = names();
        return "no parameter '" + name + "' ("
                + (names.isEmpty() ? function + " has none" : "there are: " + Alike.list(names)) + ")"
                + Alike.suggestion(name, names);
    }
}
