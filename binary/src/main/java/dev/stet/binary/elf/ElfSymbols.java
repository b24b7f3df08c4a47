package dev.stet.binary.elf;

import dev.stet.binary.BinaryException;
import dev.stet.binary.MalformedBinaryException;
import java.util.OptionalLong;

/// Reads the symbol tables `.symtab` and `.dynsym` (gABI chapter 4, symbol table).
public final class ElfSymbols {
    /// Not only functions: ten million symbols, of 24 bytes each, are more than any linker has been seen to
    /// write.
    private static final int MAX_SYMBOLS = 8 << 20;

    /// Chromium's, the largest known, has about 150 MB.
    private static final int MAX_STRINGS_BYTES = 256 << 20;

    /// How much of a table is in memory at once; a multiple of the symbol's size.
    private static final int CHUNK_BYTES = Symbol.BYTES << 13;

    private static final int STT_FUNC = 2;

    /// One entry of a table.
    ///
    /// @param type STT_...
    /// @param section st_shndx; 0 if it is defined elsewhere
    /// @param value st_value: virtual address
    /// @param size st_size, in bytes
    public record Symbol(int type, int section, long value, long size) {
        static final int BYTES = 24;

        /// Is it a function with code in this file?
        public boolean isFunction() {
            return type == STT_FUNC && section != 0 && value > 0;
        }
    }

    /// Sees each symbol that has a name.
    public interface Visitor {
        /// @param names holds the name, which is not copied
        /// @param at where the name begins
        /// @param length of the name, in bytes, without a symbol version
        void symbol(Symbol symbol, ByteView names, long at, int length) throws MalformedBinaryException;
    }

    private ElfSymbols() {}

    /// Visits all symbols of both tables; of none if there is no table.
    public static void visit(Elf elf, Visitor visitor) throws BinaryException {
        Sections sections = elf.sections().get();
        for (Section table : sections.all()) {
            if (table.type() == Section.SHT_SYMTAB || table.type() == Section.SHT_DYNSYM) {
                visit(elf, sections, table, visitor);
            }
        }
    }

    private static void visit(Elf elf, Sections sections, Section table, Visitor visitor) throws BinaryException {
        long at = Math.max(0, table.offset());
        if (table.entryBytes() != Symbol.BYTES) {
            throw new MalformedBinaryException("symbol table: sh_entsize is " + table.entryBytes() + ", not 24", at);
        }
        if (table.size() < 0 || table.size() / Symbol.BYTES > MAX_SYMBOLS) {
            throw new MalformedBinaryException("symbol table: more than " + MAX_SYMBOLS + " symbols", at);
        }
        Section strings = sections.at(table.link())
                .filter(s -> s.type() == Section.SHT_STRTAB)
                .orElseThrow(() -> new MalformedBinaryException(
                        "symbol table: sh_link " + table.link() + " is not a string table", at));
        if (!table.isPlain()) {
            throw new MalformedBinaryException("symbol table: compressed", at);
        }
        ByteView names = elf.read(strings, MAX_STRINGS_BYTES, "symbol names");
        long end = table.size() / Symbol.BYTES * Symbol.BYTES;
        for (long done = 0; done < end; done += CHUNK_BYTES) {
            long length = Math.min(CHUNK_BYTES, end - done);
            ByteView chunk = elf.image().read(table.offset() + done, length, CHUNK_BYTES, "symbol table");
            for (long i = 0; i < length; i += Symbol.BYTES) {
                visit(chunk, i, names, visitor);
            }
        }
    }

    private static void visit(ByteView table, long i, ByteView names, Visitor visitor) throws MalformedBinaryException {
        long nameAt = table.u32(i);
        if (nameAt == 0) {
            return;
        }
        names.require(nameAt < names.size(), nameAt, "st_name " + nameAt + " is behind the end of the names");
        int length = names.textLength(nameAt, FunctionSink.MAX_NAME_BYTES);
        if (length <= 0) {
            // Too long to be asked for; or not ended, which readelf shrugs at too.
            return;
        }
        Symbol symbol = new Symbol(table.u8(i + 4) & 0xf, table.u16(i + 6), table.u64(i + 8), table.u64(i + 16));
        visitor.symbol(symbol, names, nameAt, unversioned(names, nameAt, length));
    }

    /// GNU ld writes `memcpy@@GLIBC_2.14` into `.symtab`.
    private static int unversioned(ByteView names, long at, int length) throws MalformedBinaryException {
        for (int i = 1; i < length; i++) {
            if (names.u8(at + i) == '@') {
                return i;
            }
        }
        return length;
    }

    /// Where a function ends at the latest that does not say so: with its section, or else its segment.
    public static FunctionSink.Ends ends(Elf elf, Sections sections) {
        return fileOffset -> {
            Segment segment = elf.segments().executableAt(fileOffset, 1).orElseThrow();
            long address = fileOffset - segment.offset() + segment.address();
            long segmentEnd = segment.offset() + segment.fileBytes();
            OptionalLong left = sections.executableAt(address)
                    .map(s -> OptionalLong.of(s.size() - (address - s.address())))
                    .orElse(OptionalLong.empty());
            return left.isPresent() ? Math.min(segmentEnd, saturated(fileOffset, left.getAsLong())) : segmentEnd;
        };
    }

    private static long saturated(long a, long b) {
        return b > Long.MAX_VALUE - a ? Long.MAX_VALUE : a + b;
    }
}
