package dev.stet.binary.elf;

import dev.stet.binary.BinaryException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;

/// Finds symbols by what they are called, in a table of any size, without a jump to each name: which places
/// of the strings are names is marked first, then the strings are read once from the beginning to the end.
public final class SymbolSearch {
    /// Places that are marked at a time: 16 MB of bits.
    private static final int WINDOW = 1 << 27;

    /// How much of the strings is in memory at once.
    private static final int PIECE_BYTES = 1 << 18;

    private static final int STT_TLS = 6;

    /// More names that somebody looks for are not kept.
    private static final int MAX_MATCHES = 1 << 17;

    private final SymbolTable table;
    private final NameTest test;
    private int[] matches = new int[16];
    private int count;

    /// Strings from `piece` on that are in memory.
    private ByteView view = ByteView.of(new byte[0], 0);

    private long piece;

    /// The last NUL that was found.
    private long nul = -1;

    /// No NUL is between the last name and here.
    private long clear;

    /// Says of each name whether its symbols are looked for.
    public interface NameTest {
        /// @param names holds the name
        /// @param at where it begins
        /// @param length in bytes, version included
        boolean test(ByteView names, long at, int length) throws BinaryException;
    }

    private SymbolSearch(SymbolTable table, NameTest test) {
        this.table = table;
        this.test = test;
    }

    /// Shows each name of the table's symbols to the test, in no order, once or more often; then each symbol
    /// whose name passed to the visitor. Names of more than [FunctionSink#MAX_NAME_BYTES] are not shown.
    public static void visit(SymbolTable table, NameTest test, SymbolTable.EntryVisitor visitor)
            throws BinaryException {
        SymbolSearch search = new SymbolSearch(table, test);
        for (long from = 0; from < table.strings().size(); from += WINDOW) {
            search.window(from);
        }
        if (search.count > 0) {
            int[] sorted = Arrays.copyOf(search.matches, search.count);
            Arrays.sort(sorted);
            table.visit((index, nameAt, info, section, value, size, version) -> {
                if (Arrays.binarySearch(sorted, (int) nameAt) >= 0) {
                    visitor.entry(index, nameAt, info, section, value, size, version);
                }
            });
        }
    }

    /// The address of the symbol that is called so.
    ///
    /// @return of several, one that is defined; empty if there is none
    public static OptionalLong findValue(Elf elf, String ascii) throws BinaryException {
        for (SymbolTable table : SymbolTables.of(elf)) {
            long[] found = {0, 0};
            visit(
                    table,
                    (names, at, length) -> length == ascii.length() && names.isText(at, ascii),
                    (_, _, _, section, value, _, _) -> {
                        if (section != SymbolTable.SHN_UNDEF) {
                            found[0] = 1;
                            found[1] = value;
                        }
                    });
            if (found[0] != 0) {
                return OptionalLong.of(found[1]);
            }
        }
        return OptionalLong.empty();
    }

    /// The address of the one place that is called so, in any table; thread-local variables have none.
    ///
    /// @return empty if there is none, or several places have the name
    public static OptionalLong findOnly(Elf elf, String ascii) throws BinaryException {
        Set<Long> places = new HashSet<>();
        for (SymbolTable table : SymbolTables.of(elf)) {
            visit(
                    table,
                    (names, at, length) -> length == ascii.length() && names.isText(at, ascii),
                    (_, _, info, section, value, _, _) -> {
                        boolean isPlace = section != SymbolTable.SHN_UNDEF && (info & 0xf) != STT_TLS;
                        if (isPlace && places.size() < 2) {
                            places.add(value);
                        }
                    });
        }
        return places.size() == 1 ? OptionalLong.of(places.iterator().next()) : OptionalLong.empty();
    }

    private void window(long from) throws BinaryException {
        long to = Math.min(table.strings().size(), from + WINDOW);
        BitSet names = new BitSet((int) (to - from));
        table.visit((_, nameAt, _, _, _, _, _) -> {
            if (nameAt >= from && nameAt < to) {
                names.set((int) (nameAt - from));
            }
        });
        for (int i = names.nextSetBit(0); i >= 0; i = names.nextSetBit(i + 1)) {
            long at = from + i;
            long end = findEnd(at);
            if (end > at && end - at < FunctionSink.MAX_NAME_BYTES) {
                load(at, end - at + 1);
                if (test.test(view, at - piece, (int) (end - at))) {
                    keep((int) at);
                }
            }
        }
    }

    /// Where the NUL is that ends the text at a place, which is not before the one of the last call. Names may
    /// be the ends of others, so what was searched once is not searched again.
    ///
    /// @return -1 if none is near enough to end a name
    private long findEnd(long at) throws BinaryException {
        if (nul >= at) {
            return nul;
        }
        long limit = Math.min(table.strings().size(), at + FunctionSink.MAX_NAME_BYTES);
        clear = Math.max(clear, at);
        while (clear < limit) {
            load(clear, 1);
            int length = view.textLength(clear - piece, PIECE_BYTES);
            if (length >= 0) {
                nul = clear + length;
                return nul;
            }
            clear = piece + view.size();
        }
        return -1;
    }

    private void load(long at, long length) throws BinaryException {
        if (at < piece || at + length > piece + view.size()) {
            view = table.strings().readUpTo(at, PIECE_BYTES, "symbol names");
            piece = at;
        }
    }

    private void keep(int position) {
        if (count == matches.length && count < MAX_MATCHES) {
            matches = Arrays.copyOf(matches, 2 * count);
        }
        if (count < matches.length) {
            matches[count++] = position;
        }
    }
}
