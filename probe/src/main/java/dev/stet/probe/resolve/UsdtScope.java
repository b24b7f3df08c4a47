package dev.stet.probe.resolve;

import dev.stet.binary.BinaryException;
import dev.stet.binary.Executable;
import dev.stet.binary.Type;
import dev.stet.binary.UsdtProbe;
import dev.stet.probe.ExpressionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Names in a probe that the program's author put in. They are numbers of arguments. Which type these have,
/// nobody says, but how long they are.
///
/// @param places of the arguments
record UsdtScope(UsdtProbe probe, List<Place> places) implements Scope {
    UsdtScope {
        places = List.copyOf(places);
    }

    /// @throws BinaryException if the binary's symbols cannot be read
    static UsdtScope of(Executable executable, UsdtProbe probe) throws BinaryException {
        List<Place> places = new ArrayList<>();
        for (UsdtProbe.Argument argument : probe.arguments()) {
            places.add(UsdtOperand.place(executable, probe, argument));
        }
        return new UsdtScope(probe, places);
    }

    @Override
    public Optional<Meaning> find(String name, Spot spot) throws ExpressionException {
        Optional<Positional> position = Positional.of(name);
        if (position.filter(Positional::isResult).isPresent() || name.equals("latency")) {
            throw spot.error("'" + name + "': a USDT probe is one place, which has no end");
        }
        if (position.isEmpty()) {
            return BuiltIn.named(name);
        }
        int number = position.get().number();
        if (number < 1 || number > places.size()) {
            throw spot.error(name() + " has " + (places.isEmpty() ? "no arguments" : places.size() + " arguments"));
        }
        return Optional.of(argument(probe.arguments().get(number - 1), places.get(number - 1)));
    }

    private static Meaning argument(UsdtProbe.Argument argument, Place place) {
        int size = argument.size();
        Type.Encoding encoding = switch (argument.kind()) {
            case SIGNED -> Type.Encoding.SIGNED;
            case UNSIGNED -> Type.Encoding.UNSIGNED;
            case FLOAT -> Type.Encoding.FLOAT;
        };
        boolean word = size == 8 && encoding == Type.Encoding.UNSIGNED;
        if (word && place instanceof Place.Words(var parts) && parts.size() == 1) {
            return Meaning.Number.untyped(parts.getFirst().word());
        }
        return new Meaning.Typed(new Type.Base("", size, encoding), place);
    }

    private String name() {
        return probe.provider() + ":" + probe.name();
    }

    @Override
    public String unknown(String name) {
        return "no name '" + name + "': arguments of a USDT probe are arg1 and so on";
    }

    @Override
    public Optional<String> nameOf(String position) {
        return Optional.empty();
    }

    @Override
    public boolean isOfEnd(String name) {
        return name.equals("latency")
                || Positional.of(name).filter(Positional::isResult).isPresent();
    }

    @Override
    public boolean isGo() {
        return false;
    }
}
