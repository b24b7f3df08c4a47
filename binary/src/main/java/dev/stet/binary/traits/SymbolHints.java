package dev.stet.binary.traits;

import dev.stet.binary.BinaryException;
import dev.stet.binary.elf.Elf;
import dev.stet.binary.elf.ElfSymbols;
import java.util.OptionalLong;

/// What names of symbols tell that tables of functions need.
///
/// @param runtimeText where Go's own code begins
public record SymbolHints(OptionalLong runtimeText) {
    /// @throws dev.stet.binary.MalformedBinaryException if a symbol table is broken
    public static SymbolHints read(Elf elf) throws BinaryException {
        OptionalLong[] runtimeText = {OptionalLong.empty()};
        ElfSymbols.visit(elf, (symbol, names, at, _) -> {
            if (symbol.section() != 0 && names.u8(at) == 'r' && names.isText(at, "runtime.text")) {
                runtimeText[0] = OptionalLong.of(symbol.value());
            }
        });
        return new SymbolHints(runtimeText[0]);
    }
}
