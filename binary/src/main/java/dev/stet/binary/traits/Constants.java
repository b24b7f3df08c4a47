package dev.stet.binary.traits;

import dev.stet.binary.BinaryException;
import dev.stet.binary.Hazard;
import dev.stet.binary.Language;
import dev.stet.binary.elf.ByteView;
import dev.stet.binary.elf.Elf;
import dev.stet.binary.elf.Segment;
import java.util.List;

/// Texts that run-time libraries leave among the constants of a program, for files whose symbols are
/// stripped.
final class Constants {
    /// Read at once.
    private static final int PIECE_BYTES = 1 << 20;

    /// Of one file. Larger programs are found out within their first constants, or not at all.
    private static final long MAX_BYTES = 64L << 20;

    /// What a text says if it is found.
    private record Sign(String text, Meaning meaning, String found) {}

    private static final List<Sign> SIGNS = List.of(
            new Sign("/rustc/", Meaning.of(Language.RUST, "Rust std"), "constant with a path of rustc's sources"),
            // The name of std::exception in its type information.
            new Sign(
                    "St9exception\0",
                    Meaning.of(Language.CXX).and(Hazard.Kind.EXCEPTION_TABLES),
                    "constant St9exception"),
            new Sign("GNU C Library (", Meaning.of(Language.C, "glibc"), "constant \"GNU C Library\""),
            // What Crystal's run time asks its environment for.
            new Sign(
                    "CRYSTAL_LOAD_DEBUG_INFO",
                    Meaning.of(Language.CRYSTAL, "Crystal").and(Hazard.Kind.FIBERS),
                    "constant CRYSTAL_LOAD_DEBUG_INFO"));

    private static final int LONGEST =
            SIGNS.stream().mapToInt(s -> s.text().length()).max().orElseThrow();

    private Constants() {}

    static void read(Elf elf, Findings findings) throws BinaryException {
        boolean[] seen = new boolean[SIGNS.size()];
        long left = MAX_BYTES;
        // Constants first; in programs that mix them with their code, that.
        for (boolean code : new boolean[] {false, true}) {
            for (Segment segment : elf.segments().loaded()) {
                if (segment.isExecutable() == code && !segment.isData() && segment.fileBytes() > 0) {
                    left = search(elf, segment, left, seen);
                }
            }
        }
        for (int i = 0; i < seen.length; i++) {
            if (seen[i]) {
                findings.add(SIGNS.get(i).meaning(), SIGNS.get(i).found());
            }
        }
    }

    /// @return how many bytes may still be searched
    private static long search(Elf elf, Segment segment, long most, boolean[] seen) throws BinaryException {
        long end = Math.min(segment.fileBytes(), most);
        for (long done = 0; done < end; done += PIECE_BYTES) {
            // Pieces overlap by the longest text.
            int length = (int) Math.min(PIECE_BYTES + LONGEST - 1L, segment.fileBytes() - done);
            search(elf.image().readUpTo(segment.offset() + done, length, length, "constants"), seen);
        }
        return most - end;
    }

    private static void search(ByteView piece, boolean[] seen) throws BinaryException {
        byte[] bytes = piece.copy(PIECE_BYTES + LONGEST, "constants");
        for (int at = 0; at < bytes.length; at++) {
            byte first = bytes[at];
            if (first != '/' && first != 'S' && first != 'G' && first != 'C') {
                continue;
            }
            for (int i = 0; i < seen.length; i++) {
                seen[i] = seen[i] || piece.isAt(at, SIGNS.get(i).text());
            }
        }
    }
}
