package dev.stet.binary.golang;

import dev.stet.binary.BinaryException;
import dev.stet.binary.MalformedBinaryException;
import dev.stet.binary.elf.ByteView;
import dev.stet.binary.elf.Elf;
import dev.stet.binary.elf.Segment;
import java.util.Optional;

/// Searches the memory of a Go program for its table of functions, which no section names.
final class PclntabSearch {
    /// Read at once. A multiple of ALIGN, so no header lies across two.
    private static final int PIECE_BYTES = 1 << 20;

    /// More of a file is not read in search of the table.
    private static final long MAX_SEARCHED_BYTES = 1L << 30;

    /// The linker aligns the table to 32 bytes, since Go 1.26 to 8.
    private static final int ALIGN = 8;

    /// Bytes that look like a header but do not lead to a table: a program that knows the magic has a few.
    private static final int MAX_FALSE_HEADERS = 16;

    private PclntabSearch() {}

    static Optional<Pclntab> find(Memory memory) throws BinaryException {
        Elf elf = memory.elf();
        long searched = 0;
        int falseHeaders = 0;
        for (Segment segment : elf.segments().loaded()) {
            // Headers lie at multiples of ALIGN in memory, and so in the file: offset and address agree within a
            // page.
            long first = (segment.offset() + ALIGN - 1) / ALIGN * ALIGN;
            long end = segment.offset() + segment.fileBytes();
            for (long at = first; at < end && searched < MAX_SEARCHED_BYTES; at += PIECE_BYTES) {
                ByteView piece = elf.image().readUpTo(at, end - at, PIECE_BYTES, "segment");
                searched += piece.size();
                for (long i = 0; i < piece.size() && falseHeaders < MAX_FALSE_HEADERS; i += ALIGN) {
                    if (Pclntab.isHeader(piece, i)) {
                        Optional<Pclntab> table = at(memory, at + i - segment.offset() + segment.address());
                        if (table.isPresent()) {
                            return table;
                        }
                        falseHeaders++;
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Pclntab> at(Memory memory, long address) throws BinaryException {
        try {
            Optional<Pclntab> table = Pclntab.at(memory, address);
            return table.isPresent() && table.get().isSound() ? table : Optional.empty();
        } catch (MalformedBinaryException another) {
            return Optional.empty();
        }
    }
}
