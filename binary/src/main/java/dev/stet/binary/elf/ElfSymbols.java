package dev.stet.binary.elf;

import dev.stet.binary.BinaryException;
import dev.stet.binary.MalformedBinaryException;

/// Shows all symbols of a binary with their names. To look for some of them, [SymbolSearch] is cheaper, for
/// it does not jump from name to name.
public final class ElfSymbols {
    /// Pages of names that are read for one table, 4 GB. Only a large table made to hurt has each name on
    /// another page than the one before.
    private static final int MAX_PAGES_READ = 1 << 19;

    /// One entry of a table.
    ///
    /// @param type STT_...
    /// @param section st_shndx; 0 if it is defined elsewhere
    /// @param value st_value: virtual address
    /// @param size st_size, in bytes
    public record Symbol(int type, int section, long value, long size) {
        /// Is it a function with code in this file?
        public boolean isFunction() {
            return type == SymbolTable.STT_FUNC && section != SymbolTable.SHN_UNDEF && value > 0;
        }
    }

    /// Sees each symbol that has a name.
    public interface Visitor {
        /// @param names holds the name
        /// @param at where the name begins
        /// @param length of the name, in bytes, without a symbol version
        void symbol(Symbol symbol, ByteView names, long at, int length) throws MalformedBinaryException;
    }

    private ElfSymbols() {}

    /// Visits all symbols of both tables; of none if there is no table.
    public static void visit(Elf elf, Visitor visitor) throws BinaryException {
        for (SymbolTable table : SymbolTables.of(elf)) {
            Names names = new Names();
            names.add(table.strings(), !table.isDynamic(), table.versions());
            NameReader reader = new NameReader(names, MAX_PAGES_READ);
            table.visit((_, nameAt, info, section, value, size, _) -> {
                reader.move((int) nameAt);
                if (reader.length() > 0) {
                    Symbol symbol = new Symbol(info & 0xf, section, value, size);
                    visitor.symbol(symbol, reader.view(), 0, reader.length());
                }
            });
        }
    }
}
