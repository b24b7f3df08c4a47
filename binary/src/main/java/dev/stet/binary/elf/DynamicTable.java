package dev.stet.binary.elf;

import dev.stet.binary.BinaryException;
import dev.stet.binary.MalformedBinaryException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// What the dynamic linker goes by (gABI chapter 5, dynamic section): found through PT_DYNAMIC, so it is
/// there even if the section headers are gone.
///
/// @param entries d_val by d_tag; of several with one tag the first
public record DynamicTable(Elf elf, Map<Long, Long> entries) {
    private static final int PT_DYNAMIC = 2;
    private static final int ENTRY_BYTES = 16;

    /// Libraries that need hundreds of others do not reach a tenth.
    private static final int MAX_BYTES = 16_384 * ENTRY_BYTES;

    private static final long DT_HASH = 4;
    private static final long DT_STRTAB = 5;
    private static final long DT_SYMTAB = 6;
    private static final long DT_STRSZ = 10;
    private static final long DT_GNU_HASH = 0x6ffffef5L;
    private static final long DT_VERSYM = 0x6ffffff0L;
    private static final long DT_VERDEF = 0x6ffffffcL;
    private static final long DT_VERNEED = 0x6ffffffeL;

    /// A chain of the GNU hash table is walked to its end to learn how many symbols there are.
    private static final int MAX_CHAIN = 16 << 20;

    private static final int CHAIN_PIECE_BYTES = 1 << 16;

    public DynamicTable {
        entries = Map.copyOf(entries);
    }

    /// @return empty if the binary is linked statically
    public static Optional<DynamicTable> find(Elf elf) throws BinaryException {
        for (Segment segment : elf.segments().all()) {
            if (segment.type() == PT_DYNAMIC && segment.fileBytes() > 0) {
                Image image = elf.image();
                ByteView view = image.readUpTo(segment.offset(), segment.fileBytes(), MAX_BYTES, "PT_DYNAMIC");
                Map<Long, Long> entries = new HashMap<>();
                for (long at = 0; at <= view.size() - ENTRY_BYTES && view.u64(at) != 0; at += ENTRY_BYTES) {
                    entries.putIfAbsent(view.u64(at), view.u64(at + 8));
                }
                return Optional.of(new DynamicTable(elf, entries));
            }
        }
        return Optional.empty();
    }

    /// The dynamic symbols.
    ///
    /// @return empty if it has no symbols, or no hash table to tell how many
    public Optional<SymbolTable> symbols() throws BinaryException {
        Optional<Region> strings = strings();
        Optional<Region> rest = from(DT_SYMTAB);
        OptionalLong count = rest.isPresent() ? count() : OptionalLong.empty();
        if (strings.isEmpty() || rest.isEmpty() || count.isEmpty()) {
            return Optional.empty();
        }
        long bytes =
                Math.min(count.getAsLong() * SymbolTable.ENTRY_BYTES, rest.get().size());
        Region entries = part(rest.get(), bytes);
        Optional<Region> numbers = from(DT_VERSYM);
        Optional<SymbolVersions> versions = numbers.isEmpty()
                ? Optional.empty()
                : Optional.of(SymbolVersions.read(numbers.get(), from(DT_VERDEF), from(DT_VERNEED), strings.get()));
        return Optional.of(new SymbolTable(entries, strings.get(), true, versions));
    }

    private Optional<Region> strings() throws BinaryException {
        Optional<Region> rest = from(DT_STRTAB);
        Long size = entries.get(DT_STRSZ);
        if (rest.isEmpty() || size == null || size < 0) {
            return Optional.empty();
        }
        return Optional.of(part(rest.get(), Math.min(size, rest.get().size())));
    }

    private static Region part(Region whole, long size) {
        return new Region() {
            @Override
            public long size() {
                return size;
            }

            @Override
            public ByteView read(long at, long length, String what) throws BinaryException {
                if (at < 0 || length < 0 || at > size || length > size - at) {
                    throw new MalformedBinaryException(
                            "%s: %d bytes at %d do not fit in %d".formatted(what, length, at, size), 0);
                }
                return whole.read(at, length, what);
            }
        };
    }

    /// The file's bytes from the address of a tag on, as far as the segment goes.
    Optional<Region> from(long tag) throws BinaryException {
        Long address = entries.get(tag);
        if (address == null) {
            return Optional.empty();
        }
        Optional<Segment> segment = elf.segments().loadedAtAddress(address, 1);
        if (segment.isEmpty()) {
            return Optional.empty();
        }
        long in = address - segment.get().address();
        return Optional.of(Region.of(
                elf.image(), segment.get().offset() + in, segment.get().fileBytes() - in, "dynamic table " + tag));
    }

    /// DT_HASH says how many symbols there are (`nbucket:4 nchain:4`); DT_GNU_HASH only where the last of
    /// them is: at the end of the chain that begins last.
    private OptionalLong count() throws BinaryException {
        Optional<Region> hash = from(DT_HASH);
        if (hash.isPresent()) {
            return OptionalLong.of(hash.get().read(0, 8, "DT_HASH").u32(4));
        }
        Optional<Region> gnu = from(DT_GNU_HASH);
        return gnu.isPresent() ? OptionalLong.of(countByGnuHash(gnu.get())) : OptionalLong.empty();
    }

    /// `nbuckets:4 symoffset:4 bloom_size:4 bloom_shift:4 bloom:8[] buckets:4[] chain:4[]`. A bucket is the
    /// index of its first symbol; a chain ends with an odd hash (binutils: `bfd/elflink.c`).
    private static long countByGnuHash(Region table) throws BinaryException {
        ByteView header = table.read(0, 16, "DT_GNU_HASH");
        long buckets = header.u32(0);
        long first = header.u32(4);
        long bucketsAt = 16 + 8 * header.u32(8);
        long last = 0;
        for (long done = 0; done < buckets; done += CHAIN_PIECE_BYTES / 4) {
            long here = Math.min(CHAIN_PIECE_BYTES / 4, buckets - done);
            ByteView piece = table.read(bucketsAt + 4 * done, 4 * here, "DT_GNU_HASH: buckets");
            for (long i = 0; i < here; i++) {
                last = Math.max(last, piece.u32(4 * i));
            }
        }
        if (last < first) {
            return first;
        }
        long chainsAt = bucketsAt + 4 * buckets;
        for (int seen = 0; seen < MAX_CHAIN; ) {
            ByteView piece = table.readUpTo(chainsAt + 4 * (last - first), CHAIN_PIECE_BYTES, "DT_GNU_HASH: chain");
            for (long i = 0; i + 4 <= piece.size(); i += 4, last++, seen++) {
                if ((piece.u32(i) & 1) != 0) {
                    return last + 1;
                }
            }
            if (piece.size() < 4) {
                break;
            }
        }
        throw new MalformedBinaryException("DT_GNU_HASH: a chain has no end", header.fileOffset());
    }
}
