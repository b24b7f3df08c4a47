package dev.stet.binary.elf;

import dev.stet.binary.BinaryException;
import dev.stet.binary.MalformedBinaryException;
import java.util.Optional;

/// One table of symbols (gABI chapter 4, symbol table), which is streamed: neither it nor its names are ever
/// all in memory.
///
/// @param entries of 24 bytes each
/// @param strings holds the names
/// @param isDynamic is this `.dynsym`?
/// @param versions of a dynamic table, if symbols have any
public record SymbolTable(Region entries, Region strings, boolean isDynamic, Optional<SymbolVersions> versions) {
    public static final int ENTRY_BYTES = 24;
    public static final int STT_NOTYPE = 0;
    public static final int STT_FUNC = 2;
    public static final int STT_GNU_IFUNC = 10;
    public static final int SHN_UNDEF = 0;
    public static final int SHN_ABS = 0xfff1;
    public static final int SHN_COMMON = 0xfff2;
    public static final int STB_LOCAL = 0;

    /// Ten million are more than any linker has been seen to write; as many are read in half a second.
    private static final long MAX_SYMBOLS = 16 << 20;

    /// How much of a table is in memory at once.
    private static final int CHUNK_BYTES = ENTRY_BYTES << 13;

    /// Sees each symbol that has a name.
    public interface EntryVisitor {
        /// @param index in the table
        /// @param nameAt st_name: where the name begins, which is within the strings
        /// @param info st_info: the type, and 16 times the binding
        /// @param section st_shndx; 0 if it is defined elsewhere
        /// @param value st_value: virtual address
        /// @param size st_size, in bytes
        /// @param version what `.gnu.version` has for it; 0 if it has nothing
        void entry(long index, long nameAt, int info, int section, long value, long size, int version)
                throws BinaryException;
    }

    public long count() {
        return entries.size() / ENTRY_BYTES;
    }

    /// Visits all that have a name, in order.
    ///
    /// @throws MalformedBinaryException if there are too many, or one's name is not in the strings
    public void visit(EntryVisitor visitor) throws BinaryException {
        if (count() > MAX_SYMBOLS) {
            throw new MalformedBinaryException("symbol table: more than " + MAX_SYMBOLS + " symbols", 0);
        }
        long end = count() * ENTRY_BYTES;
        long namesBytes = strings.size();
        for (long done = 0; done < end; done += CHUNK_BYTES) {
            long length = Math.min(CHUNK_BYTES, end - done);
            ByteView chunk = entries.read(done, length, "symbol table");
            Optional<ByteView> numbers = numbers(done / 12, length / 12);
            for (long i = 0; i < length; i += ENTRY_BYTES) {
                long nameAt = chunk.u32(i);
                if (nameAt != 0) {
                    chunk.require(nameAt < namesBytes, i, "st_name is behind the end of the names");
                    visitor.entry(
                            (done + i) / ENTRY_BYTES,
                            nameAt,
                            chunk.u8(i + 4),
                            chunk.u16(i + 6),
                            chunk.u64(i + 8),
                            chunk.u64(i + 16),
                            numbers.isPresent() && i / 12 + 2 <= numbers.get().size()
                                    ? numbers.get().u16(i / 12)
                                    : 0);
                }
            }
        }
    }

    private Optional<ByteView> numbers(long at, long length) throws BinaryException {
        return versions.isPresent()
                ? Optional.of(versions.get().numbers().readUpTo(at, length & ~1, ".gnu.version"))
                : Optional.empty();
    }
}
