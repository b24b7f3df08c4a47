package dev.stet.binary.golang;

import dev.stet.binary.BinaryException;
import dev.stet.binary.MalformedBinaryException;
import dev.stet.binary.elf.ByteView;
import dev.stet.binary.elf.Elf;
import dev.stet.binary.elf.FunctionSink;
import dev.stet.binary.elf.Section;
import dev.stet.binary.elf.Sections;
import java.util.Optional;
import java.util.OptionalLong;

/// Go's table of functions, which survives stripping (Go: `src/runtime/symtab.go`,
/// `src/debug/gosym/pclntab.go`):
///
/// ```
///  0  magic: which version      4  0, 0     6  instruction quantum     7  size of a pointer
///  8  words, from which the places of the parts follow:
///       1.2    functions; then the function table itself
///       1.16   functions, files, names, units, files, lines, table
///       1.18   functions, files, start of text, names, units, files, lines, table
/// ```
///
/// The function table has pairs of a function's address and the place of its record, and the address of the
/// end. They are
/// 8 bytes each and absolute, since 1.18 4 bytes each and from the start of text on. A record begins with the
/// address, again, and the place of the name, 4 bytes.
///
/// @param view the table, and perhaps more behind it
/// @param address virtual address of the table
/// @param count how many functions
/// @param headerTextStart as the header has it; 0 before 1.18, since 1.26, and before relocation
/// @param namesAt where names count from
/// @param tableAt where the function table is
/// @param recordsAt where places of records count from
/// @param wordBytes size of the function table's words: 4 if they are relative
public record Pclntab(
        ByteView view,
        long address,
        int count,
        long headerTextStart,
        long namesAt,
        long tableAt,
        long recordsAt,
        int wordBytes) {
    /// kubelet has 30 MB, the largest program seen 120 MB.
    public static final int MAX_BYTES = 256 << 20;

    private static final int GO_1_2 = 0xfffffffb;
    private static final int GO_1_16 = 0xfffffffa;
    private static final int GO_1_18 = 0xfffffff0;
    private static final int GO_1_20 = 0xfffffff1;
    private static final int HEADER_WORDS_AT = 8;

    /// Finds the table by its section's name or else by its magic: GNU ld merges its section with others in
    /// a PIE.
    ///
    /// @param search whether the lack of such a section is a reason to search: it is for what Go built
    public static Optional<Pclntab> find(Elf elf, boolean search) throws BinaryException {
        Sections sections = elf.sections().get();
        for (String name : new String[] {".gopclntab", ".data.rel.ro.gopclntab"}) {
            Optional<Section> section = sections.named(name);
            if (section.isPresent()) {
                ByteView view = elf.read(section.get(), MAX_BYTES, name);
                if (isHeader(view, 0)) {
                    return Optional.of(parse(view, section.get().address()));
                }
            }
        }
        return search ? PclntabSearch.find(elf) : Optional.empty();
    }

    /// Could a table begin here?
    public static boolean isHeader(ByteView view, long at) throws MalformedBinaryException {
        if (view.size() - at < HEADER_WORDS_AT) {
            return false;
        }
        int magic = view.i32(at);
        int quantum = view.u8(at + 6);
        return (magic == GO_1_2 || magic == GO_1_16 || magic == GO_1_18 || magic == GO_1_20)
                && view.u16(at + 4) == 0
                && (quantum == 1 || quantum == 2 || quantum == 4)
                && view.u8(at + 7) == 8;
    }

    /// @param view begins with what [#isHeader] accepts
    public static Pclntab parse(ByteView view, long address) throws MalformedBinaryException {
        int magic = view.i32(0);
        long count = word(view, 0);
        view.require(
                count > 0 && count <= FunctionSink.MAX_FUNCTIONS, HEADER_WORDS_AT, "pclntab: " + count + " functions");
        Pclntab table = switch (magic) {
            case GO_1_2 -> new Pclntab(view, address, (int) count, 0, 0, HEADER_WORDS_AT + 8, 0, 8);
            case GO_1_16 -> new Pclntab(view, address, (int) count, 0, word(view, 2), word(view, 6), word(view, 6), 8);
            default ->
                new Pclntab(view, address, (int) count, word(view, 2), word(view, 3), word(view, 7), word(view, 7), 4);
        };
        view.slice(table.tableAt, (2 * count + 1) * table.wordBytes, "pclntab: function table");
        view.slice(table.namesAt, 0, "pclntab: names");
        return table;
    }

    private static long word(ByteView view, int index) throws MalformedBinaryException {
        return view.word(HEADER_WORDS_AT + 8L * index, "pclntab: word " + index);
    }

    public boolean isRelative() {
        return wordBytes == 4;
    }

    /// A function's address, before the start of text is added to it; at `count`, the end of the last one.
    public long entry(int index) throws MalformedBinaryException {
        return tableWord(2L * index);
    }

    private long tableWord(long index) throws MalformedBinaryException {
        long at = tableAt + index * wordBytes;
        return wordBytes == 4 ? view.u32(at) : view.word(at, "pclntab: function table");
    }

    /// Adds all functions, with their exact extents up to the next one, padding included.
    ///
    /// @param textStart to add to addresses; 0 if they are absolute
    /// @return the first address behind the last function
    public long addTo(FunctionSink builder, long textStart) throws MalformedBinaryException {
        long entry = entry(0);
        for (int i = 0; i < count; i++) {
            long next = entry(i + 1);
            view.require(entry <= next, tableAt + 2L * i * wordBytes, "pclntab: functions are not in order");
            view.require(next <= Long.MAX_VALUE - textStart, tableAt, "pclntab: address wraps around");
            long record = tableWord(2L * i + 1);
            view.require(record <= view.size(), tableAt, "pclntab: function record behind the end");
            long nameOffset = view.u32(recordsAt + record + wordBytes);
            long nameAt = namesAt + nameOffset;
            int length = view.textLength(nameAt, FunctionSink.MAX_NAME_BYTES);
            if (entry < next && length > 0) {
                builder.add(textStart + entry, next - entry, view, nameAt, length);
            }
            entry = next;
        }
        return textStart + entry;
    }

    /// The address at which the linker says that Go's code begins; 0 if addresses are absolute.
    ///
    /// @param runtimeText the value of the symbol `runtime.text`, if it is there
    public OptionalLong textStart(Elf elf, OptionalLong runtimeText) throws BinaryException {
        if (!isRelative()) {
            return OptionalLong.of(0);
        }
        if (runtimeText.isPresent() && isText(elf, runtimeText.getAsLong())) {
            return runtimeText;
        }
        if (headerTextStart != 0 && isText(elf, headerTextStart)) {
            return OptionalLong.of(headerTextStart);
        }
        OptionalLong found = ModuleData.textStart(elf, this);
        if (found.isPresent()) {
            return found;
        }
        return elf.sections().get().named(".text").stream()
                .mapToLong(Section::address)
                .filter(address -> address > 0)
                .findFirst();
    }

    /// Would all functions be in executable bytes of the file, if Go's code began here?
    public boolean isText(Elf elf, long start) throws MalformedBinaryException {
        long first = entry(0);
        long end = entry(count);
        return (start > 0 || !isRelative())
                && end > first
                && start <= Long.MAX_VALUE - end
                && elf.segments()
                        .executableAtAddress(start + first, end - first)
                        .isPresent();
    }
}
