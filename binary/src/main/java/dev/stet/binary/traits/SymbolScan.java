package dev.stet.binary.traits;

import dev.stet.binary.BinaryException;
import dev.stet.binary.Language;
import dev.stet.binary.MalformedBinaryException;
import dev.stet.binary.elf.ByteView;
import dev.stet.binary.elf.Elf;
import dev.stet.binary.elf.ElfSymbols;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;

/// Looks at the name of every symbol once, without a copy of it.
final class SymbolScan implements ElfSymbols.Visitor {
    /// Names of all symbols together. Chromium's, the largest known, have 150 MB; a hostile file may give
    /// millions of symbols one long name.
    private static final long MAX_BYTES = 256L << 20;

    /// In all tables together; more than any linker has been seen to write. A hostile file may name one table
    /// in thousands of sections.
    private static final int MAX_SYMBOLS = 12 << 20;

    /// Of names of dynamic symbols that are found without section headers; libLLVM has 40,000 symbols.
    private static final int MAX_DYNAMIC_NAMES_BYTES = 16 << 20;

    private static final int MAX_DYNAMIC_SYMBOLS = 1 << 18;
    private static final int SYMBOL_BYTES = 24;
    private static final int CHUNK_BYTES = SYMBOL_BYTES << 12;

    /// Longer ones are shown in part.
    private static final int MAX_SHOWN_BYTES = 100;

    /// A program exports a few names at most, such as `stdout`, when all others are stripped.
    private static final int MAX_NAMES_OF_STRIPPED = 32;

    private static final int STT_SECTION = 3;
    private static final int STT_FILE = 4;
    private static final NameTrie TRIE = SymbolMarks.TRIE;

    private final boolean library;
    private final String[] found = new String[TRIE.marks().size()];
    private long bytes;
    private long symbols;
    private long ownNames;
    private long rust;
    private long cxx;
    private Optional<String> cFile = Optional.empty();

    /// @param library does the file offer its symbols to others?
    SymbolScan(boolean library) {
        this.library = library;
    }

    /// Reads the tables that the section headers name. What was read before a refusal counts.
    void readSections(Elf elf) throws BinaryException {
        ElfSymbols.visit(elf, this);
    }

    /// Reads the symbols that the dynamic linker reads. How many there are is said nowhere; linkers put the
    /// names behind the symbols.
    void readDynamic(Elf elf, Dynamic dynamic) throws BinaryException {
        OptionalLong symbolsAt = elf.segments().fileOffsetOf(dynamic.symbolsAt());
        OptionalLong namesAt = elf.segments().fileOffsetOf(dynamic.namesAt());
        long between = dynamic.namesAt() - dynamic.symbolsAt();
        if (dynamic.symbolsAt() == 0 || symbolsAt.isEmpty() || namesAt.isEmpty() || between <= 0) {
            return;
        }
        ByteView names = elf.image()
                .readUpTo(namesAt.getAsLong(), dynamic.namesBytes(), MAX_DYNAMIC_NAMES_BYTES, "dynamic names");
        long end = Math.min(between / SYMBOL_BYTES, MAX_DYNAMIC_SYMBOLS) * SYMBOL_BYTES;
        for (long done = 0; done < end; done += CHUNK_BYTES) {
            ByteView chunk =
                    elf.image().readUpTo(symbolsAt.getAsLong() + done, end - done, CHUNK_BYTES, "dynamic symbols");
            for (long at = 0; at + SYMBOL_BYTES <= chunk.size(); at += SYMBOL_BYTES) {
                long nameAt = chunk.u32(at);
                int length = nameAt < names.size() ? names.textLength(nameAt, MAX_DYNAMIC_NAMES_BYTES) : -1;
                if (length < 0) {
                    return; // behind the last symbol
                }
                if (length > 0) {
                    see(chunk.u8(at + 4) & 0xf, chunk.u16(at + 6) != 0, names, nameAt, length);
                }
            }
        }
    }

    @Override
    public void symbol(ElfSymbols.Symbol symbol, ByteView names, long at, int length) throws MalformedBinaryException {
        see(symbol.type(), symbol.section() != 0, names, at, length);
    }

    private void see(int type, boolean defined, ByteView names, long at, int length) throws MalformedBinaryException {
        symbols++;
        bytes += length;
        names.require(symbols <= MAX_SYMBOLS, at, "more than " + MAX_SYMBOLS + " symbols");
        names.require(bytes <= MAX_BYTES, at, "names of symbols of more than " + MAX_BYTES + " bytes");
        if (type == STT_FILE || type == STT_SECTION) {
            boolean isC = length > 2 && names.u8(at + length - 2) == '.' && names.u8(at + length - 1) == 'c';
            cFile = isC && cFile.isEmpty() ? Optional.of(shown(names, at, length)) : cFile;
            return;
        }
        ownNames += defined ? 1 : 0;
        if (names.u8(at) == '_' && length > 2) {
            mangled(names, at, length);
        }
        TRIE.walk(names, at, length, mark -> {
            if (found[mark] == null && TRIE.marks().get(mark).counts(defined, library)) {
                found[mark] = (defined ? "symbol " : "imports ") + shown(names, at, length);
            }
        });
    }

    private void mangled(ByteView names, long at, int length) throws MalformedBinaryException {
        if (Mangling.isRust(names, at, length)) {
            rust++;
        } else if (Mangling.isCxx(names, at, length)) {
            cxx++;
        }
    }

    private static String shown(ByteView names, long at, int length) throws MalformedBinaryException {
        int some = Math.min(length, MAX_SHOWN_BYTES);
        byte[] name = names.slice(at, some, "symbol name").copy(MAX_SHOWN_BYTES, "symbol name");
        return Comments.printable(new String(name, StandardCharsets.ISO_8859_1)) + (some < length ? "..." : "");
    }

    /// Was no symbol seen?
    boolean isEmpty() {
        return symbols == 0;
    }

    /// Does the file name more than what the dynamic linker needs?
    boolean hasOwnNames() {
        return ownNames > MAX_NAMES_OF_STRIPPED;
    }

    void addTo(Findings findings) {
        findings.addNames(symbols, rust, cxx);
        cFile.ifPresent(name -> findings.add(Meaning.of(Language.C), "symbol table names the source " + name));
        for (int i = 0; i < found.length; i++) {
            if (found[i] != null) {
                findings.add(TRIE.marks().get(i).meaning(), found[i]);
            }
        }
    }
}
