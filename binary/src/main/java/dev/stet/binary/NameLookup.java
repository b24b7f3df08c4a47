package dev.stet.binary;

import dev.stet.binary.elf.SymbolVersions.Version;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Looks a name up as the binary spells it, with or without a version.
final class NameLookup {
    private final byte[] whole;
    private final byte[] base;
    private final String version;
    private final boolean defaultOnly;

    NameLookup(String name) {
        int at = name.indexOf('@', 1);
        boolean doubled = at > 0 && name.startsWith("@@", at);
        this.whole = name.getBytes(StandardCharsets.UTF_8);
        this.base = (at > 0 ? name.substring(0, at) : name).getBytes(StandardCharsets.UTF_8);
        this.version = at > 0 ? name.substring(at + (doubled ? 2 : 1)) : "";
        this.defaultOnly = doubled;
    }

    List<FunctionSymbol> find(FunctionTable table) throws BinaryException {
        if (whole.length == 0) {
            return List.of();
        }
        int[] plain = table.lookUp(whole, (name, _) -> name.is(whole));
        if (version.isEmpty()) {
            return table.symbols(plain);
        }
        int[] versioned =
                table.lookUp(base, (name, i) -> name.is(base) && isVersion(table.version(name, i)) && !name.is(whole));
        return table.symbols(IntStream.concat(IntStream.of(plain), IntStream.of(versioned))
                .sorted()
                .toArray());
    }

    private boolean isVersion(Optional<Version> found) {
        return found.isPresent()
                && found.get().name().equals(version)
                && (found.get().isDefault() || !defaultOnly);
    }
}
