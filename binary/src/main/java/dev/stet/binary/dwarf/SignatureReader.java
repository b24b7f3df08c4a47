package dev.stet.binary.dwarf;

import dev.stet.binary.BinaryException;
import dev.stet.binary.Location;
import dev.stet.binary.Machine;
import dev.stet.binary.Signature;
import dev.stet.binary.TypeRef;
import dev.stet.facts.Function;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads what one function takes and gives.
final class SignatureReader {
    private static final int DW_CC_NOCALL = 3;
    private static final int DW_LANG_GO = 0x16;
    private static final int DW_LANG_RUST = 0x1c;
    private static final String CLANG = "clang";
    private static final Location CHANGED =
            new Location.Unknown("the compiler changed how this copy of the function is called");

    private final Dwarf dwarf;
    private final Types types;
    private final Machine machine;
    private final int goMinor;

    /// @param goMinor the 22 of Go 1.22; 0 for other languages
    SignatureReader(Dwarf dwarf, Types types, Machine machine, int goMinor) {
        this.dwarf = dwarf;
        this.types = types;
        this.machine = machine;
        this.goMinor = goMinor;
    }

    Signature read(Die die, Function function) throws BinaryException {
        ParameterDies dies = ParameterDies.of(die);
        List<ParameterDies.Each> in = new ArrayList<>();
        List<ParameterDies.Each> out = new ArrayList<>();
        for (ParameterDies.Each each : dies.all()) {
            boolean result = each.holder(At.VARIABLE_PARAMETER).isPresent()
                    && each.holder(At.VARIABLE_PARAMETER).get().flag(At.VARIABLE_PARAMETER)
                    && language(die) == DW_LANG_GO;
            (result ? out : in).add(each);
        }
        Optional<Die> returns = Names.holder(die, At.TYPE);
        CallingConvention.Places places = places(die, in, out, returns);
        List<Signature.Parameter> parameters = new ArrayList<>();
        for (int i = 0; i < in.size(); i++) {
            Location at = location(die, function, in.get(i), places.parameters().get(i));
            parameters.add(new Signature.Parameter(name(in.get(i)), type(in.get(i)), at));
        }
        boolean changed = isChanged(die, function);
        List<Signature.Parameter> results = new ArrayList<>();
        for (int i = 0; i < out.size(); i++) {
            results.add(new Signature.Parameter(
                    name(out.get(i)), type(out.get(i)), places.results().get(i)));
        }
        if (returns.isPresent()) {
            Location at = changed ? CHANGED : places.results().getLast();
            results.add(new Signature.Parameter("", TypeRefs.of(dwarf, returns.get()), at));
        }
        return new Signature(parameters, results, dies.variadic(), source(die));
    }

    private static int language(Die die) throws BinaryException {
        return die.unit.language();
    }

    private CallingConvention convention(Die die) throws BinaryException {
        int language = language(die);
        if (language == DW_LANG_GO) {
            return GoRegisters.of(machine, goMinor);
        }
        if (language == DW_LANG_RUST) {
            return new RustAbi(machine);
        }
        return machine == Machine.X86_64 ? new SystemV() : Aapcs64.convention();
    }

    private CallingConvention.Places places(
            Die die, List<ParameterDies.Each> in, List<ParameterDies.Each> out, Optional<Die> returns)
            throws BinaryException {
        List<Layout> parameters = new ArrayList<>();
        for (ParameterDies.Each each : in) {
            Layout layout = layout(each.holder(At.TYPE));
            parameters.add(isByAddress(die, each) ? layout.byReference() : layout);
        }
        List<Layout> results = new ArrayList<>();
        for (ParameterDies.Each each : out) {
            results.add(layout(each.holder(At.TYPE)));
        }
        if (returns.isPresent()) {
            results.add(layout(returns));
        }
        CallingConvention convention = convention(die);
        return language(die) == DW_LANG_GO
                ? new GoPlaces(machine, die, in).check(convention, parameters, results)
                : convention.assign(parameters, results);
    }

    /// Does it keep an address of the value in its frame? Then it was given that.
    private boolean isByAddress(Die die, ParameterDies.Each each) throws BinaryException {
        if (each.own().isEmpty() || LocationLists.isList(each.own().get(), At.LOCATION)) {
            return false;
        }
        Optional<byte[]> code = each.own().get().block(At.LOCATION);
        return code.isPresent()
                && Expression.read(machine, frameBase(die, 0), die.unit.wide, code.get(), false)
                        instanceof Expression.Result.Slot(var pointer)
                && pointer;
    }

    private Layout layout(Optional<Die> holder) throws BinaryException {
        Optional<Die> type = holder.isPresent() ? holder.get().reference(At.TYPE) : Optional.empty();
        return LayoutReader.read(types, machine, type);
    }

    private static String name(ParameterDies.Each each) throws BinaryException {
        Optional<Die> holder = each.holder(At.NAME);
        String name = holder.isPresent() ? holder.get().name() : "";
        // Go's for those that have none.
        return name.startsWith("~") ? "" : name;
    }

    private TypeRef type(ParameterDies.Each each) throws BinaryException {
        Optional<Die> holder = each.holder(At.TYPE);
        return holder.isPresent() ? TypeRefs.of(dwarf, holder.get()) : TypeRefs.NOTHING;
    }

    /// @param passed where the calling convention has it
    private Location location(Die die, Function function, ParameterDies.Each each, Location passed)
            throws BinaryException {
        if (language(die) == DW_LANG_GO) {
            return passed;
        }
        Location usual = isChanged(die, function) ? CHANGED : passed;
        if (each.own().isEmpty()) {
            return unstated(die, function, passed);
        }
        Die own = each.own().get();
        if (own.has(At.CONST_VALUE)) {
            var value = own.number(At.CONST_VALUE);
            return value.isPresent()
                    ? new Location.Constant(value.getAsLong())
                    : new Location.Unknown("it is a constant of more than 8 bytes");
        }
        if (!own.has(At.LOCATION)) {
            return unstated(die, function, passed);
        }
        boolean list = LocationLists.isList(own, At.LOCATION);
        long entry = function.virtualAddress();
        Optional<byte[]> code = list ? LocationLists.at(own, At.LOCATION, entry) : own.block(At.LOCATION);
        if (code.isEmpty()) {
            return usual;
        }
        return switch (Expression.read(machine, frameBase(die, entry), die.unit.wide, code.get(), list)) {
            // GCC gives what has no bytes a place in the frame.
            case Expression.Result.At(var at) ->
                passed.equals(CallingConvention.NO_BYTES)
                        ? passed
                        : isMissing(at) ? unstated(die, function, passed, at) : at;
            case Expression.Result.Slot(var _) -> usual;
        };
    }

    private static Location unstated(Die die, Function function, Location passed) throws BinaryException {
        return unstated(die, function, passed, Expression.OPTIMISED_OUT);
    }

    /// Where a parameter is that debug information gives no place, or not for all of it: GCC takes small structures
    /// apart and then says nothing. Whoever calls from outside passes it all the same, but only if this is the
    /// function that they call. Clang, and what is made with LLVM, may pass anything if the function, which it
    /// knows, does not look at it (DeadArgumentElimination.cpp: RemoveDeadArgumentsFromCallers).
    ///
    /// @param said what debug information says
    private static Location unstated(Die die, Function function, Location passed, Location said)
            throws BinaryException {
        Optional<Die> external = Names.holder(die, At.EXTERNAL);
        boolean kept = external.isPresent()
                && external.get().flag(At.EXTERNAL)
                && !isChanged(die, function)
                && !function.name().contains(".part.")
                && !die.unit.root().text(At.PRODUCER).orElse(CLANG).contains(CLANG);
        return kept ? passed : said;
    }

    private static boolean isMissing(Location location) {
        return location.equals(Expression.OPTIMISED_OUT)
                || (location instanceof Location.Pieces(var pieces)
                        && pieces.stream().anyMatch(piece -> isMissing(piece.location())));
    }

    private Expression.FrameBase frameBase(Die die, long entry) throws BinaryException {
        if (!die.has(At.FRAME_BASE)) {
            return Expression.FrameBase.UNKNOWN;
        }
        Optional<byte[]> code = LocationLists.isList(die, At.FRAME_BASE)
                ? LocationLists.at(die, At.FRAME_BASE, entry)
                : die.block(At.FRAME_BASE);
        return code.isPresent() ? Expression.frameBase(machine, code.get()) : Expression.FrameBase.UNKNOWN;
    }

    /// Does it take its arguments in ways of its own? GCC says so in the name, Clang by DW_CC_nocall.
    private static boolean isChanged(Die die, Function function) {
        String name = function.name();
        return name.contains(".isra.")
                || name.contains(".constprop.")
                || die.number(At.CALLING_CONVENTION).orElse(0) == DW_CC_NOCALL;
    }

    private static String source(Die die) throws BinaryException {
        Optional<Die> line = Names.holder(die, At.DECL_LINE);
        Optional<Die> file = Names.holder(die, At.DECL_FILE);
        if (file.isEmpty()) {
            return "";
        }
        Optional<String> name =
                LineFiles.name(file.get().unit, file.get().number(At.DECL_FILE).orElse(-1));
        if (name.isEmpty() || line.isEmpty()) {
            return name.orElse("");
        }
        return name.get() + ":" + line.get().number(At.DECL_LINE).orElse(0);
    }
}
