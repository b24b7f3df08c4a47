package dev.stet.binary.traits;

import dev.stet.binary.BinaryException;
import dev.stet.binary.Language;
import dev.stet.binary.elf.ByteView;
import dev.stet.binary.elf.Elf;
import dev.stet.binary.elf.Segment;

/// What the loader is told: which interpreter loads the program, and for which system it was linked.
final class ProgramHeaders {
    private static final int PT_INTERP = 3;

    /// PATH_MAX, which the kernel takes too (`fs/binfmt_elf.c`).
    private static final int MAX_PATH_BYTES = 4096;

    /// What there is of notes before the kind asked for: build ID and properties, some 100 bytes.
    private static final int MAX_NOTE_BYTES = 4096;

    /// NT_GNU_ABI_TAG, whose descriptor begins with 0 for Linux: glibc's start-up code has it.
    private static final String ABI_TAG = "\u0004\0\0\0\u0010\0\0\0\u0001\0\0\0GNU\0\0\0\0\0";

    private ProgramHeaders() {}

    static void read(Elf elf, Findings findings) throws BinaryException {
        for (Segment segment : elf.segments().all()) {
            if (segment.type() == PT_INTERP) {
                interpreter(elf, segment, findings);
            } else if (segment.type() == Segment.PT_NOTE) {
                notes(elf, segment, findings);
            }
        }
    }

    private static void interpreter(Elf elf, Segment segment, Findings findings) throws BinaryException {
        ByteView path = elf.image().read(segment.offset(), segment.fileBytes(), MAX_PATH_BYTES, "PT_INTERP");
        if (path.find("/ld-musl-", 0, 1) >= 0) {
            findings.add(Meaning.of(Language.C, "musl"), "is loaded by ld-musl");
        } else if (path.find("/ld-linux", 0, 1) >= 0) {
            findings.add(Meaning.of(Language.C, "glibc"), "is loaded by ld-linux");
        }
    }

    private static void notes(Elf elf, Segment segment, Findings findings) throws BinaryException {
        if (segment.fileBytes() >= 0) {
            ByteView notes = elf.image().readUpTo(segment.offset(), segment.fileBytes(), MAX_NOTE_BYTES, "PT_NOTE");
            if (notes.find(ABI_TAG, 0, 4) >= 0) {
                findings.add(Meaning.of(Language.C, "glibc"), "note NT_GNU_ABI_TAG");
            }
        }
    }
}
