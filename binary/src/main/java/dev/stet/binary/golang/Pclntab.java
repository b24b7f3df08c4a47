package dev.stet.binary.golang;

import dev.stet.binary.BinaryException;
import dev.stet.binary.MalformedBinaryException;
import dev.stet.binary.elf.ByteView;
import dev.stet.binary.elf.Elf;
import dev.stet.binary.elf.FunctionSink;
import dev.stet.binary.elf.Section;
import java.util.Optional;

/// Go's table of functions, which survives stripping (Go: `src/runtime/symtab.go`,
/// `src/debug/gosym/pclntab.go`):
///
/// ```
///  0  magic: which version      4  0, 0     6  instruction quantum     7  size of a pointer
///  8  words, from which the places of the parts follow:
///       1.2    functions; then the function table itself
///       1.16   functions, files, names, units, files, tables, functions
///       1.18   functions, files, start of text, names, units, files, tables, functions
/// ```
///
/// The function table has pairs of a function's address and the place of its record, and the address of the
/// end. They are 8 bytes each and absolute, since 1.18 4 bytes each and from the start of text on. Only the
/// pages in use are in memory.
final class Pclntab {
    private static final int HEADER_WORDS_AT = 8;

    /// Functions looked at in search of the table, at its beginning and all over it.
    private static final int TRIED_FUNCTIONS = 256;

    private final Memory memory;
    private final long address;
    private final PclntabFormat format;
    private final int quantum;
    private final int count;
    private final long headerTextStart;
    private final long namesAt;
    private final long namesEnd;
    private final long tablesAt;
    private final long tableAt;
    private final long recordsAt;

    private Pclntab(Memory memory, long address, PclntabFormat format) throws BinaryException {
        this.memory = memory;
        this.address = address;
        this.format = format;
        this.quantum = memory.u8(address + 6);
        long functions = word(0);
        memory.require(
                functions > 0 && functions <= FunctionSink.MAX_FUNCTIONS,
                "pclntab: " + functions + " functions",
                address + HEADER_WORDS_AT);
        this.count = (int) functions;
        int words = format == PclntabFormat.GO_1_2 ? 0 : format.isRelative() ? 3 : 2;
        this.headerTextStart = format.isRelative() ? word(2) : 0;
        boolean parts = words > 0;
        this.namesAt = parts ? part(words) : address;
        this.namesEnd = parts ? part(words + 1) : address + memory.there(address);
        this.tablesAt = parts ? part(words + 3) : address;
        this.recordsAt = parts ? part(words + 4) : address;
        this.tableAt = parts ? recordsAt : address + HEADER_WORDS_AT + 8;
        long tableBytes = (2L * count + 1) * format.wordBytes;
        memory.require(memory.has(tableAt, tableBytes), "pclntab: function table runs past its segment", address);
    }

    /// Finds the table by its section's name or else by its magic: GNU ld merges its section with others in
    /// a PIE.
    ///
    /// @param search whether the lack of such a section is a reason to search: it is for what Go built
    static Optional<Pclntab> find(Memory memory, boolean search) throws BinaryException {
        for (String name : new String[] {".gopclntab", ".data.rel.ro.gopclntab"}) {
            Optional<Section> section = memory.elf().sections().get().named(name);
            if (section.isPresent() && memory.has(section.get().address(), 1)) {
                Optional<Pclntab> table = at(memory, section.get().address());
                if (table.isPresent()) {
                    return table;
                }
            }
        }
        return search ? PclntabSearch.find(memory) : Optional.empty();
    }

    /// @return empty if no header is there
    static Optional<Pclntab> at(Memory memory, long address) throws BinaryException {
        if (!memory.has(address, HEADER_WORDS_AT + 8)) {
            return Optional.empty();
        }
        ByteView header = memory.read(address, HEADER_WORDS_AT, HEADER_WORDS_AT, "pclntab");
        if (!isHeader(header, 0)) {
            return Optional.empty();
        }
        return Optional.of(
                new Pclntab(memory, address, PclntabFormat.of(header.i32(0)).orElseThrow()));
    }

    /// Could a table begin here?
    static boolean isHeader(ByteView view, long at) throws MalformedBinaryException {
        if (view.size() - at < HEADER_WORDS_AT || view.u8(at + 7) != 8 || view.u8(at + 3) != 0xff) {
            return false;
        }
        int quantum = view.u8(at + 6);
        return PclntabFormat.of(view.i32(at)).isPresent()
                && view.u16(at + 4) == 0
                && (quantum == 1 || quantum == 2 || quantum == 4);
    }

    private long word(int index) throws BinaryException {
        return memory.u64(address + HEADER_WORDS_AT + 8L * index);
    }

    private long part(int index) throws BinaryException {
        long distance = word(index);
        memory.require(
                distance >= 0 && distance <= memory.there(address),
                "pclntab: part " + index + " is behind the end",
                address + HEADER_WORDS_AT + 8L * index);
        return address + distance;
    }

    /// Virtual address of the table.
    long address() {
        return address;
    }

    PclntabFormat format() {
        return format;
    }

    int count() {
        return count;
    }

    /// Where names count from.
    long namesAt() {
        return namesAt;
    }

    /// Behind the names; in format 1.2 they have no end of their own.
    long namesEnd() {
        return namesEnd;
    }

    /// Where tables by instruction count from.
    long tablesAt() {
        return tablesAt;
    }

    /// The unit of distances between instructions, in bytes.
    int quantum() {
        return quantum;
    }

    /// As the header has it; 0 before 1.18 and since 1.26.
    long headerTextStart() {
        return headerTextStart;
    }

    Memory memory() {
        return memory;
    }

    boolean isRelative() {
        return format.isRelative();
    }

    /// A function's address, before the start of text is added to it; at `count`, the end of the last one.
    long entry(int index) throws BinaryException {
        return tableWord(2L * index);
    }

    private long tableWord(long index) throws BinaryException {
        long at = tableAt + index * format.wordBytes;
        if (format.isRelative()) {
            return memory.u32(at);
        }
        long value = memory.u64(at);
        memory.require(value >= 0, "pclntab: function table has a negative word", at);
        return value;
    }

    /// Where the record of a function is.
    long record(int index) throws BinaryException {
        long at = tableWord(2L * index + 1);
        memory.require(at <= memory.there(recordsAt), "pclntab: function record behind the end", tableAt);
        return recordsAt + at;
    }

    /// Where the name of a function is, from the beginning of the names.
    long nameOffset(int index) throws BinaryException {
        return memory.u32(record(index) + format.wordBytes);
    }

    /// What is special about a function; since Go 1.18.
    int flags(int index) throws BinaryException {
        return memory.u8(record(index) + format.recordBytes - 3);
    }

    /// The function that holds an address, from which the start of text is taken.
    ///
    /// @return -1 if none does
    int indexAt(long place) throws BinaryException {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (entry(middle) <= place) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return place < entry(count) ? low - 1 : -1;
    }

    /// @return empty if there is none, or none that ends
    Optional<ByteView> name(long offset) throws BinaryException {
        return memory.text(namesAt + offset, FunctionSink.MAX_NAME_BYTES).filter(name -> name.size() > 0);
    }

    /// Are functions in order and do they have names, as far as a short look tells?
    boolean isSound() throws BinaryException {
        int step = Math.max(1, count / TRIED_FUNCTIONS);
        for (int tried = 0; tried < 2 * TRIED_FUNCTIONS; tried++) {
            long i = tried < TRIED_FUNCTIONS ? tried : (long) (tried - TRIED_FUNCTIONS) * step;
            if (i < count && (entry((int) i) > entry((int) i + 1) || !memory.has(namesAt + nameOffset((int) i), 1))) {
                return false;
            }
        }
        return true;
    }

    /// Adds all functions, with their exact extents up to the next one, padding included.
    ///
    /// @param textStart to add to addresses; 0 if they are absolute
    /// @return the first address behind the last function
    long addTo(FunctionSink builder, long textStart) throws BinaryException {
        memory.begin();
        long entry = entry(0);
        for (int i = 0; i < count; i++) {
            long next = entry(i + 1);
            memory.require(entry <= next, "pclntab: functions are not in order", tableAt + 2L * i * format.wordBytes);
            memory.require(next <= Long.MAX_VALUE - textStart, "pclntab: address wraps around", tableAt);
            if (entry < next) {
                Optional<ByteView> name = name(nameOffset(i));
                if (name.isPresent()) {
                    builder.add(textStart + entry, next - entry, name.get(), 0, (int)
                            name.get().size());
                }
            }
            entry = next;
        }
        return textStart + entry;
    }

    /// Would all functions be in executable bytes of the file, if Go's code began here?
    boolean isText(long start) throws BinaryException {
        Elf elf = memory.elf();
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
