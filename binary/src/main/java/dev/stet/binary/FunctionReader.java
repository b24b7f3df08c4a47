package dev.stet.binary;

import dev.stet.binary.elf.Elf;
import dev.stet.binary.elf.ElfSymbols;
import dev.stet.binary.elf.Sections;
import dev.stet.binary.golang.GoProgram;
import dev.stet.binary.traits.SymbolHints;
import java.util.Arrays;
import java.util.Optional;

/// Reads the functions of a binary from all tables it has.
///
/// Go's own table comes first, for it knows exactly where each function ends. ELF symbols then add other
/// names for the same places (Go's linker marks assembly functions `.abi0` there) and the C code of the
/// program.
final class FunctionReader {
    private FunctionReader() {}

    /// @param go has Go's own table, if there is one
    /// @throws MalformedBinaryException if the section headers or any table of functions cannot be trusted
    static FunctionTable read(Elf elf, GoProgram go, SymbolHints hints) throws BinaryException {
        Sections sections = elf.sections().get();
        FunctionTableBuilder builder = new FunctionTableBuilder(elf.segments());
        Optional<GoProgram.Extent> code = go.addFunctions(builder, hints.runtimeText());
        long start = code.map(GoProgram.Extent::start).orElse(0L);
        long end = code.map(GoProgram.Extent::end).orElse(0L);
        long[] entries = builder.sortedOffsets();
        ElfSymbols.visit(elf, (symbol, names, at, length) -> {
            if (!symbol.isFunction()) {
                return;
            }
            boolean inGo = start <= symbol.value() && symbol.value() < end;
            if (!inGo) {
                builder.add(symbol.value(), symbol.size(), names, at, length);
            } else if (Arrays.binarySearch(entries, offset(elf, symbol)) >= 0) {
                builder.add(symbol.value(), 0, names, at, length);
            }
        });
        return builder.build(ElfSymbols.ends(elf, sections));
    }

    private static long offset(Elf elf, ElfSymbols.Symbol symbol) {
        return elf.segments().fileOffsetOf(symbol.value()).orElse(-1);
    }
}
