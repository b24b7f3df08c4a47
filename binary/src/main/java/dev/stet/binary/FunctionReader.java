package dev.stet.binary;

import dev.stet.binary.elf.CodeMap;
import dev.stet.binary.elf.Elf;
import dev.stet.binary.elf.Names;
import dev.stet.binary.elf.Region;
import dev.stet.binary.elf.SymbolSearch;
import dev.stet.binary.elf.SymbolTable;
import dev.stet.binary.elf.SymbolTables;
import dev.stet.binary.golang.GoProgram;
import java.util.List;
import java.util.Optional;

/// Reads the functions of a binary from all tables it has, in one pass each, without a look at the names.
///
/// Go's own table comes first, for it knows exactly where each function ends. ELF symbols then add other
/// names for the same places (Go's linker marks assembly functions `.abi0` there) and the C code of the
/// program. Last come symbols that other files hold.
final class FunctionReader {
    /// Go's table of names may be anywhere in a file; as much of it as one position in [Names] can span.
    private static final long MAX_GO_BYTES = 1L << 31;

    private static final Optional<FunctionKind> FUNCTION = Optional.of(FunctionKind.FUNCTION);
    private static final Optional<FunctionKind> RESOLVER = Optional.of(FunctionKind.RESOLVER);
    private static final Optional<FunctionKind> LABEL = Optional.of(FunctionKind.LABEL);

    private final CodeMap code;
    private final Names names = new Names();
    private final FunctionTableBuilder builder;
    private long goStart;
    private long goEnd;
    private int[] goStarts = {};

    private FunctionReader(CodeMap code) {
        this.code = code;
        this.builder = new FunctionTableBuilder(code, names);
    }

    /// @param go has Go's own table, if there is one
    /// @param debug files whose symbols belong to the binary, `.gnu_debugdata` among them; they have no code of
    ///     their own, and addresses of the binary
    /// @throws MalformedBinaryException if the section headers or any table of functions cannot be trusted
    static FunctionTable read(Elf elf, GoProgram go, List<Elf> debug, Demangling demangling) throws BinaryException {
        FunctionReader reader =
                new FunctionReader(CodeMap.of(elf.segments(), elf.sections().get()));
        reader.addGo(elf, go);
        for (SymbolTable table : SymbolTables.of(elf)) {
            reader.add(table);
        }
        for (Elf other : debug) {
            for (SymbolTable table : SymbolTables.ofDebug(other)) {
                reader.add(table);
            }
        }
        return reader.builder.build(demangling);
    }

    private void addGo(Elf elf, GoProgram go) throws BinaryException {
        Optional<GoProgram.Names> found = go.names();
        if (found.isEmpty()) {
            return;
        }
        long from = found.get().fileOffset();
        long bytes = Math.min(MAX_GO_BYTES, found.get().size());
        long base = names.add(Region.of(elf.image(), from, bytes, "pclntab names"), false, Optional.empty());
        GoProgram.Extent extent = go.addFunctions(
                        builder.sink(base, from, bytes), SymbolSearch.findValue(elf, "runtime.text"))
                .orElseThrow();
        goStart = extent.start();
        goEnd = extent.end();
        goStarts = builder.sortedStarts();
    }

    private void add(SymbolTable table) throws BinaryException {
        long base = names.add(table.strings(), !table.isDynamic(), table.versions());
        table.visit((_, nameAt, info, section, value, size, version) -> {
            Optional<FunctionKind> found = kind(info, section, value, size);
            if (found.isEmpty()) {
                return;
            }
            FunctionKind kind = found.get();
            boolean inGo = goStart <= value && value < goEnd;
            if (!inGo) {
                builder.add(kind, value, size, base + nameAt, version);
            } else if (kind != FunctionKind.LABEL && builder.isIn(goStarts, value)) {
                builder.add(kind, value, 0, base + nameAt, version);
            }
        });
    }

    /// @return empty if it is no place in code that somebody could mean by its name
    private Optional<FunctionKind> kind(int info, int section, long value, long size) {
        if (section == SymbolTable.SHN_UNDEF
                || section == SymbolTable.SHN_ABS
                || section == SymbolTable.SHN_COMMON
                || value <= 0) {
            return Optional.empty();
        }
        return switch (info & 0xf) {
            case SymbolTable.STT_FUNC -> FUNCTION;
            case SymbolTable.STT_GNU_IFUNC -> RESOLVER;
            case SymbolTable.STT_NOTYPE -> isLabel(info >> 4, value, size) ? LABEL : Optional.empty();
            default -> Optional.empty();
        };
    }

    /// Local ones without a size are the assembler's own (`.L1`, and `$x` of aarch64); ends of sections
    /// (`etext`) are behind the code.
    private boolean isLabel(int binding, long value, long size) {
        return (size > 0 || binding != SymbolTable.STB_LOCAL) && code.isInSection(value);
    }
}
