package dev.stet.binary.traits;

import dev.stet.binary.BinaryException;
import dev.stet.binary.Language;
import dev.stet.binary.MalformedBinaryException;
import dev.stet.binary.elf.ByteView;
import dev.stet.binary.elf.Elf;
import dev.stet.binary.elf.Segment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// What the dynamic linker is told by PT_DYNAMIC (gABI chapter 5), which is there without section headers
/// too.
///
/// @param needed the libraries, as they stand
/// @param isLibrary does it have a name for others to link with?
/// @param symbolsAt virtual address of the symbols; 0 if there are none
/// @param namesAt virtual address of their names
/// @param namesBytes their size
record Dynamic(List<String> needed, boolean isLibrary, long symbolsAt, long namesAt, long namesBytes) {
    static final Dynamic NONE = new Dynamic(List.of(), false, 0, 0, 0);

    private static final int PT_DYNAMIC = 2;
    private static final int ENTRY_BYTES = 16;
    private static final int DT_NEEDED = 1;
    private static final int DT_STRTAB = 5;
    private static final int DT_SYMTAB = 6;
    private static final int DT_STRSZ = 10;
    private static final int DT_SONAME = 14;

    /// Programs have some 30 entries, and few need more than a hundred libraries.
    private static final int MAX_BYTES = ENTRY_BYTES * 4096;

    private static final int MAX_NAME_BYTES = 256;

    Dynamic {
        needed = List.copyOf(needed);
    }

    /// @return [#NONE] if the file is linked statically
    static Dynamic read(Elf elf) throws BinaryException {
        for (Segment segment : elf.segments().all()) {
            if (segment.type() == PT_DYNAMIC) {
                return parse(
                        elf, elf.image().readUpTo(segment.offset(), segment.fileBytes(), MAX_BYTES, "dynamic section"));
            }
        }
        return NONE;
    }

    private static Dynamic parse(Elf elf, ByteView table) throws BinaryException {
        List<Long> neededAt = new ArrayList<>();
        boolean library = false;
        long symbolsAt = 0;
        long namesAt = 0;
        long namesBytes = 0;
        for (long at = 0; at + ENTRY_BYTES <= table.size() && table.u64(at) != 0; at += ENTRY_BYTES) {
            long value = table.u64(at + 8);
            long tag = table.u64(at);
            if (tag == DT_NEEDED) {
                neededAt.add(value);
            } else if (tag == DT_SONAME) {
                library = true;
            } else if (tag == DT_SYMTAB) {
                symbolsAt = value;
            } else if (tag == DT_STRTAB) {
                namesAt = value;
            } else if (tag == DT_STRSZ) {
                namesBytes = value;
            }
        }
        List<String> needed = new ArrayList<>();
        for (long at : neededAt) {
            if (at >= 0 && at < namesBytes) {
                needed.add(name(elf, namesAt + at, namesBytes - at));
            }
        }
        return new Dynamic(needed, library, symbolsAt, namesAt, namesBytes);
    }

    private static String name(Elf elf, long address, long most) throws BinaryException {
        long at = elf.segments()
                .fileOffsetOf(address)
                .orElseThrow(() -> new MalformedBinaryException("DT_NEEDED: points outside the file", 0));
        ByteView text = elf.image().readUpTo(at, Math.min(most, MAX_NAME_BYTES), MAX_NAME_BYTES, "DT_NEEDED");
        int length = Math.max(0, text.textLength(0, MAX_NAME_BYTES));
        byte[] bytes = text.slice(0, length, "DT_NEEDED").copy(MAX_NAME_BYTES, "DT_NEEDED");
        return Comments.printable(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    void addTo(Findings findings) {
        for (String library : needed) {
            String name = library.substring(library.lastIndexOf('/') + 1);
            for (Mark mark : SectionMarks.LIBRARIES) {
                if (mark.matches(name)) {
                    findings.add(mark.meaning(), "needs " + library);
                }
            }
            if (name.startsWith("libc.")) {
                findings.add(Meaning.of(Language.C), "needs " + library);
            }
        }
    }
}
