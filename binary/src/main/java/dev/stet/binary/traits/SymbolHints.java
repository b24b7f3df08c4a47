package dev.stet.binary.traits;

import dev.stet.binary.BinaryException;
import dev.stet.binary.MalformedBinaryException;
import dev.stet.binary.elf.ByteView;
import dev.stet.binary.elf.Elf;
import dev.stet.binary.elf.SymbolSearch;
import dev.stet.binary.elf.SymbolTable;
import dev.stet.binary.elf.SymbolTables;
import java.util.OptionalLong;

/// What names of symbols tell about how a binary was made.
///
/// @param rust a name is mangled as rustc does
/// @param cxx a name is mangled as C++ compilers do, or is of their run-time library
/// @param runtimeText where Go's own code begins
public record SymbolHints(boolean rust, boolean cxx, OptionalLong runtimeText) {
    /// `17h`, 16 hex digits, `E`: the hash of rustc's old mangling.
    private static final int RUST_HASH_BYTES = 20;

    /// @throws MalformedBinaryException if a symbol table is broken
    public static SymbolHints read(Elf elf) throws BinaryException {
        Collector collector = new Collector();
        for (SymbolTable table : SymbolTables.of(elf)) {
            SymbolSearch.visit(table, collector, (_, _, _, section, value, _, _) -> {
                if (section != SymbolTable.SHN_UNDEF) {
                    collector.runtimeText = OptionalLong.of(value);
                }
            });
        }
        return new SymbolHints(collector.rust, collector.cxx, collector.runtimeText);
    }

    private static final class Collector implements SymbolSearch.NameTest {
        private boolean rust;
        private boolean cxx;
        private OptionalLong runtimeText = OptionalLong.empty();

        @Override
        public boolean test(ByteView names, long at, int length) throws MalformedBinaryException {
            int first = names.u8(at);
            if (first == '_' && length > 3) {
                ByteView name = names.slice(at, length, "symbol name");
                rust = rust || isRust(name);
                cxx = cxx || isCxx(name);
            } else if (first == 'r' && names.isText(at, "runtime.text")) {
                return true;
            } else if (first == 'r' && names.isText(at, "rust_eh_personality")) {
                rust = true;
            }
            return false;
        }

        private static boolean isCxx(ByteView name) {
            return name.startsWith("_ZNSt") || name.startsWith("_ZSt") || name.startsWith("__gxx_personality_v0");
        }

        private static boolean isRust(ByteView name) throws MalformedBinaryException {
            if (name.startsWith("_RNv") || name.startsWith("_RIN") || name.startsWith("_RNC")) {
                return true;
            }
            long hash = name.size() - RUST_HASH_BYTES;
            if (!name.startsWith("_ZN") || hash < 0 || name.u8(name.size() - 1) != 'E') {
                return false;
            }
            ByteView tail = name.slice(hash, RUST_HASH_BYTES, "hash");
            if (!tail.startsWith("17h")) {
                return false;
            }
            for (int i = 3; i < RUST_HASH_BYTES - 1; i++) {
                if (Character.digit(tail.u8(i), 16) < 0) {
                    return false;
                }
            }
            return true;
        }
    }
}
