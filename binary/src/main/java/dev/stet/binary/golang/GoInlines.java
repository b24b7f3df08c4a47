package dev.stet.binary.golang;

import dev.stet.binary.BinaryException;
import dev.stet.binary.Inlined;
import dev.stet.binary.elf.ByteView;
import dev.stet.facts.Function;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/// Answers what was inlined where. Each answer reads the tables of all functions and keeps nothing.
final class GoInlines {
    /// The largest table of names known has 20 MB.
    private static final long MAX_NAMES_BYTES = 128L << 20;

    private static final int PIECE_BYTES = 1 << 20;

    /// A name is there once; a longer name may end with it.
    private static final int MAX_PLACES = 4096;

    /// `sync.(*Mutex).Unlock` is in prometheus 4,000 times.
    private static final int MAX_INLINED = 1 << 17;

    /// Names of all inlined functions together. They share bytes only in a file made to hurt.
    private static final long MAX_TEXT_BYTES = 8L << 20;

    private final Pclntab table;
    private final Memory memory;
    private final long textStart;
    private final long goFunctions;

    GoInlines(Pclntab table, long textStart, long goFunctions) {
        this.table = table;
        this.memory = table.memory();
        this.textStart = textStart;
        this.goFunctions = goFunctions;
    }

    /// Where the calls of a function were replaced by its code.
    ///
    /// @return by address
    List<Inlined> of(String name) throws BinaryException {
        int[] wanted = places(name);
        List<Inlined> found = new ArrayList<>();
        if (wanted.length == 0) {
            return found;
        }
        new InlineTrees(table, goFunctions).visit((function, callee, at) -> {
            if (Arrays.binarySearch(wanted, callee) >= 0) {
                memory.require(
                        found.size() < MAX_INLINED, "inlined more than " + MAX_INLINED + " times", table.address());
                Optional<Function> into = function(function);
                if (into.isPresent()) {
                    found.add(new Inlined(name, into.get(), into.get().virtualAddress() + at));
                }
            }
        });
        return found;
    }

    private Optional<Function> function(int index) throws BinaryException {
        Optional<ByteView> name = table.name(table.nameOffset(index));
        if (name.isEmpty()) {
            return Optional.empty();
        }
        long address = textStart + table.entry(index);
        long size = table.entry(index + 1) - table.entry(index);
        return Optional.of(new Function(text(name.get()), address, memory.fileOffset(address), size));
    }

    private static String text(ByteView name) throws BinaryException {
        return new String(name.copy(Integer.MAX_VALUE, "name"), StandardCharsets.UTF_8);
    }

    /// Where the name is among the names. A place within another name does no harm: nothing refers to it.
    ///
    /// @return ascending
    private int[] places(String name) throws BinaryException {
        String latin = new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1) + '\0';
        int[] found = new int[8];
        int count = 0;
        memory.begin();
        long size = namesSize();
        if (name.isEmpty() || latin.length() > PIECE_BYTES / 2) {
            return new int[0];
        }
        // Pieces overlap by the name, less a byte.
        int step = PIECE_BYTES - latin.length() + 1;
        for (long done = 0; done < size; done += step) {
            ByteView piece =
                    memory.read(table.namesAt() + done, Math.min(PIECE_BYTES, size - done), PIECE_BYTES, "names");
            for (long at = piece.find(latin, 0, 1); at >= 0; at = piece.find(latin, at + 1, 1)) {
                memory.require(
                        count < MAX_PLACES, "a name is there more than " + MAX_PLACES + " times", table.namesAt());
                found = count == found.length ? Arrays.copyOf(found, 2 * count) : found;
                found[count++] = (int) (done + at);
            }
        }
        return Arrays.copyOf(found, count);
    }

    private long namesSize() throws BinaryException {
        return Math.clamp(
                table.namesEnd() - table.namesAt(), 0, Math.min(MAX_NAMES_BYTES, memory.there(table.namesAt())));
    }

    /// Functions that there are only within others.
    ///
    /// @return their names, in the order of the table
    List<String> away() throws BinaryException {
        BitSet away = new BitSet();
        long size = namesSize();
        new InlineTrees(table, goFunctions).visit((_, callee, _) -> {
            memory.require(0 <= callee && callee < size, "pclntab: name of an inlined call", table.address());
            away.set(callee);
        });
        for (int function = 0; function < table.count(); function++) {
            long name = table.nameOffset(function);
            if (name < size) {
                away.clear((int) name);
            }
        }
        List<String> names = new ArrayList<>();
        long bytes = 0;
        for (int at = away.nextSetBit(0); at >= 0; at = away.nextSetBit(at + 1)) {
            Optional<ByteView> name = table.name(at);
            bytes += name.map(ByteView::size).orElse(0L);
            memory.require(bytes <= MAX_TEXT_BYTES, "names of inlined functions are too long", table.namesAt());
            if (name.isPresent()) {
                names.add(text(name.get()));
            }
        }
        return names;
    }
}
