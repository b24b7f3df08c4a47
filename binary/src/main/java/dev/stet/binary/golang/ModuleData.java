package dev.stet.binary.golang;

import dev.stet.binary.BinaryException;
import dev.stet.binary.MalformedBinaryException;
import dev.stet.binary.elf.ByteView;
import dev.stet.binary.elf.Elf;
import dev.stet.binary.elf.Segment;
import java.util.OptionalLong;

/// Go's `runtime.firstmoduledata` (Go: `src/runtime/symtab.go`, type moduledata), which begins, since 1.16,
/// with
///
/// ```
///   0  pointer to the pclntab       160  minpc      168  maxpc      176  text      184  etext
/// ```
public final class ModuleData {
    private static final int MINPC = 160;
    private static final int MAXPC = 168;
    private static final int TEXT = 176;
    private static final int ETEXT = 184;
    private static final int BYTES = 192;

    /// The linker puts it into the data, of which programs seldom have more.
    private static final long MAX_SEARCHED_BYTES = 256L << 20;

    private static final int PIECE_BYTES = 1 << 20;

    private ModuleData() {}

    /// Finds the start of Go's code by the pointer to the table that is at the beginning of the structure.
    ///
    /// @return empty if there is no such structure in the file, or its pointers are filled in only by
    ///     relocation
    public static OptionalLong textStart(Elf elf, Pclntab table) throws BinaryException {
        long searched = 0;
        for (Segment segment : elf.segments().all()) {
            if (!segment.isData()) {
                continue;
            }
            long first = (segment.offset() + 7) / 8 * 8;
            long end = segment.offset() + segment.fileBytes();
            // Pieces overlap by one structure.
            for (long at = first; at < end && searched < MAX_SEARCHED_BYTES; at += PIECE_BYTES) {
                ByteView piece = elf.image().readUpTo(at, end - at, PIECE_BYTES + BYTES, "data segment");
                searched += piece.size();
                for (long i = 0; i <= piece.size() - BYTES; i += 8) {
                    if (piece.u64(i) == table.address() && isModuleData(elf, piece, i, table)) {
                        return OptionalLong.of(piece.u64(i + TEXT));
                    }
                }
            }
        }
        return OptionalLong.empty();
    }

    /// The structure repeats what the table says, so a stray pointer does not pass for it.
    private static boolean isModuleData(Elf elf, ByteView data, long at, Pclntab table)
            throws MalformedBinaryException {
        long text = data.u64(at + TEXT);
        long low = data.u64(at + MINPC);
        long high = data.u64(at + MAXPC);
        return 0 < text
                && text <= low
                && low < high
                && high <= data.u64(at + ETEXT)
                && low - text == table.entry(0)
                && table.isText(elf, text);
    }
}
