package dev.stet.testkit;

import java.util.ArrayList;
import java.util.List;

/// Symbols for an [ElfBuilder] (gABI chapter 4, symbol table).
public final class SymbolTable {
    public static final int STB_LOCAL = 0;
    public static final int STB_GLOBAL = 1;
    public static final int STB_WEAK = 2;
    public static final int STT_NOTYPE = 0;
    public static final int STT_OBJECT = 1;
    public static final int STT_FUNC = 2;
    public static final int STT_SECTION = 3;
    public static final int STT_FILE = 4;
    public static final int STT_TLS = 6;
    public static final int STT_GNU_IFUNC = 10;

    /// Size of one entry.
    public static final int ENTRY_BYTES = 24;

    private final Bytes names = new Bytes().u8(0);
    private final Bytes table = new Bytes().zeros(ENTRY_BYTES);
    private final List<Integer> bindings = new ArrayList<>();

    /// Adds a global function.
    ///
    /// @param at from the section's beginning, in bytes
    public SymbolTable function(String name, ElfSection section, long at, long size) {
        return add(name, STB_GLOBAL, STT_FUNC, section.index(), section.address() + at, size);
    }

    /// Adds a function that is defined elsewhere.
    public SymbolTable imported(String name) {
        return add(name, STB_GLOBAL, STT_FUNC, 0, 0, 0);
    }

    /// Local symbols must come first to be honest.
    ///
    /// @param section st_shndx
    /// @param value st_value
    public SymbolTable add(String name, int binding, int type, int section, long value, long size) {
        int at = names.size();
        names.text(name);
        return raw(at, binding << 4 | type, section, value, size);
    }

    /// Adds an entry as it is.
    ///
    /// @param name st_name
    /// @param info st_info
    public SymbolTable raw(long name, int info, int section, long value, long size) {
        bindings.add(info >> 4);
        table.u32(name).u8(info).u8(0).u16(section).u64(value).u64(size);
        return this;
    }

    /// How many entries, the first, empty one included.
    public int count() {
        return bindings.size() + 1;
    }

    Content table() {
        return Content.of(table);
    }

    Content names() {
        return Content.of(names);
    }

    int firstGlobal() {
        int global = bindings.indexOf(STB_GLOBAL);
        int weak = bindings.indexOf(STB_WEAK);
        int first = global < 0 ? weak : weak < 0 ? global : Math.min(global, weak);
        return first < 0 ? count() : first + 1;
    }
}
