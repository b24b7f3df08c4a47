package dev.stet.testkit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Go's table of functions, `.gopclntab`, in each of its formats (Go: `src/runtime/symtab.go`,
/// `src/cmd/link/internal/ld/pcln.go`).
public final class PclntabBuilder {
    /// A format, called after the Go that introduced it.
    public enum Format {
        GO_1_2(0xfffffffbL),
        GO_1_16(0xfffffffaL),
        GO_1_18(0xfffffff0L),
        GO_1_20(0xfffffff1L);

        private final long magic;

        Format(long magic) {
            this.magic = magic;
        }

        boolean isRelative() {
            return this == GO_1_18 || this == GO_1_20;
        }
    }

    private static final int WORDS_AT = 8;

    private record Function(String name, long address, long end, int line) {}

    private final Format format;
    private final long textStart;
    private final List<Function> functions = new ArrayList<>();
    private final Map<Integer, Long> words = new LinkedHashMap<>();
    private String file = "/src/main.go";
    private boolean zeroTextStart;

    /// @param textStart virtual address that relative entries count from; ignored before 1.18
    public PclntabBuilder(Format format, long textStart) {
        this.format = format;
        this.textStart = textStart;
    }

    /// Functions are added by address. Each ends where the next one begins.
    ///
    /// @param address virtual
    /// @param end of the last one
    public PclntabBuilder function(String name, long address, long end) {
        functions.add(new Function(name, address, end, 10 * functions.size() + 10));
        return this;
    }

    /// The source file of all functions.
    public PclntabBuilder file(String path) {
        file = path;
        return this;
    }

    /// The header says 0 where code begins, as since Go 1.26.
    public PclntabBuilder zeroTextStart() {
        zeroTextStart = true;
        return this;
    }

    /// Sets a word of the header behind the magic: 0 is the number of functions.
    public PclntabBuilder lie(int word, long value) {
        words.put(word, value);
        return this;
    }

    public Bytes build() {
        Bytes table = new Bytes().u32(format.magic).u16(0).u8(1).u8(8);
        switch (format) {
            case GO_1_2 -> build12(table);
            case GO_1_16, GO_1_18, GO_1_20 -> buildSplit(table);
        }
        words.forEach((word, value) -> table.set(WORDS_AT + 8 * word, 8, value));
        return table;
    }

    /// One table in which everything is found from its beginning.
    private void build12(Bytes table) {
        table.u64(functions.size());
        int functab = table.size();
        table.zeros(16 * functions.size() + 8 + 4);
        for (int i = 0; i < functions.size(); i++) {
            Function function = functions.get(i);
            int name = table.size();
            table.text(function.name);
            int lines = pcValues(table, function, function.line);
            int files = pcValues(table, function, 1);
            table.align(8);
            table.set(functab + 16 * i, 8, function.address).set(functab + 16 * i + 8, 8, table.size());
            table.u64(function.address).u32(name).u32(0).u32(0);
            table.u32(0).u32(files).u32(lines).u32(0).u32(0);
        }
        table.set(functab + 16 * functions.size(), 8, end());
        int name = table.size();
        table.text(file).align(4).set(functab + 16 * functions.size() + 8, 4, table.size());
        table.u32(2).u32(name);
    }

    /// Since 1.16 names, files, program counters and functions have parts of their own.
    private void buildSplit(Bytes table) {
        boolean relative = format.isRelative();
        int word = relative ? 3 : 2;
        table.u64(functions.size()).u64(1);
        if (relative) {
            table.u64(zeroTextStart ? 0 : textStart);
        }
        table.zeros(5 * 8);
        place(table, word++);
        int namesAt = table.size();
        List<Integer> names = new ArrayList<>();
        for (Function function : functions) {
            names.add(table.size() - namesAt);
            table.text(function.name);
        }
        table.align(8);
        place(table, word++);
        table.u32(0).align(8);
        place(table, word++);
        table.text(file).align(8);
        place(table, word++);
        int pcAt = table.size();
        table.u8(0);
        List<Integer> lines = new ArrayList<>();
        List<Integer> files = new ArrayList<>();
        for (Function function : functions) {
            lines.add(pcValues(table, function, function.line) - pcAt);
            files.add(pcValues(table, function, 0) - pcAt);
        }
        table.align(8);
        place(table, word);
        int functab = table.size();
        int width = relative ? 4 : 8;
        table.zeros((2 * functions.size() + 1) * width).align(8);
        for (int i = 0; i < functions.size(); i++) {
            Function function = functions.get(i);
            table.set(functab + 2 * i * width, width, relative(function.address))
                    .set(functab + (2 * i + 1) * width, width, table.size() - functab);
            table.word(width, relative(function.address)).u32(names.get(i));
            table.u32(0)
                    .u32(0)
                    .u32(0)
                    .u32(files.get(i))
                    .u32(lines.get(i))
                    .u32(0)
                    .u32(0);
            if (format == Format.GO_1_20) {
                table.u32(function.line);
            }
            table.u32(0).align(8);
        }
        table.set(functab + 2 * functions.size() * width, width, relative(end()));
    }

    private static void place(Bytes table, int word) {
        table.set(WORDS_AT + 8 * word, 8, table.size());
    }

    private long relative(long address) {
        return format.isRelative() ? address - textStart : address;
    }

    private long end() {
        return functions.isEmpty() ? textStart : functions.getLast().end;
    }

    /// One value for all of the function: the difference to -1, and for how many bytes.
    private static int pcValues(Bytes table, Function function, int value) {
        int at = table.size();
        table.uleb(2L * (value + 1)).uleb(function.end - function.address).u8(0);
        return at;
    }
}
