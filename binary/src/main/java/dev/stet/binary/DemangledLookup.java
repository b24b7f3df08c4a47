package dev.stet.binary;

import dev.stet.binary.elf.NameReader;
import dev.stet.facts.Function;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Looks names up as people write them. Demangling a million names takes seconds, so only those are demangled
/// in which the last part of the wanted name stands: the ABIs of C++ and Rust write identifiers as they are,
/// behind their length (Itanium C++ ABI 5.1.3 `<source-name>`; Rust RFC 2603 `<identifier>`).
final class DemangledLookup {
    /// Some 2 us each, so the search ends within a second or so.
    private static final int MAX_DEMANGLED = 300_000;

    private final Demangling demangling;
    private final String wanted;
    private int demangled;

    DemangledLookup(Demangling demangling, String wanted) {
        this.demangling = demangling;
        this.wanted = wanted;
    }

    /// @throws UnsupportedFormatException if more names would have to be demangled than may be
    List<Function> find(FunctionTable table) throws BinaryException {
        String identifier = DemangledName.identifier(wanted);
        byte[] plain = bytes(identifier.isEmpty() ? "" : identifier.length() + identifier);
        byte[] escaped = bytes(identifier.isEmpty() ? "" : identifier.length() + "_" + identifier);
        int[] candidates = table.scan((name, _) -> {
            if (!isMangled(name) || !(name.contains(plain) || name.contains(escaped))) {
                return false;
            }
            Optional<String> people = demangle(name.text());
            return people.isPresent() && DemangledName.rank(people.get(), wanted) < DemangledName.NO_MATCH;
        });
        List<FunctionSymbol> symbols = table.symbols(candidates);
        int best = DemangledName.NO_MATCH;
        List<FunctionSymbol> found = new ArrayList<>();
        for (FunctionSymbol symbol : symbols) {
            int rank = DemangledName.rank(
                    demangling.demangle(symbol.function().name()).orElse(""), wanted);
            if (rank < best) {
                best = rank;
                found.clear();
            }
            if (rank == best) {
                found.add(symbol);
            }
        }
        return FunctionTable.places(found);
    }

    /// Accepts a name in its own spelling, or demangled with parameters or without.
    FunctionTable.NameTest either(Predicate<String> accepted) {
        byte[] part = bytes(wanted);
        return (name, _) -> {
            String text = name.text();
            if (accepted.test(text)) {
                return true;
            }
            if (!isMangled(name) || !name.contains(part)) {
                return false;
            }
            Optional<String> people = demangle(text);
            return people.isPresent()
                    && (accepted.test(people.get()) || accepted.test(DemangledName.withoutParameters(people.get())));
        };
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// `_Z` is C++ and old Rust, `_R` is Rust.
    private static boolean isMangled(NameReader name) {
        int at = name.start();
        return name.length() > 3
                && name.bytes()[at] == '_'
                && (name.bytes()[at + 1] == 'Z' || name.bytes()[at + 1] == 'R');
    }

    private Optional<String> demangle(String name) throws UnsupportedFormatException {
        if (++demangled > MAX_DEMANGLED) {
            throw new UnsupportedFormatException(
                    "more than " + MAX_DEMANGLED + " mangled names are like `" + wanted + "`: write more of it");
        }
        return demangling.demangle(name);
    }
}
