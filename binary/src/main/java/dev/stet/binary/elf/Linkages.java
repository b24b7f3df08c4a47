package dev.stet.binary.elf;

import dev.stet.binary.BinaryException;
import dev.stet.binary.Linkage;
import dev.stet.binary.Linkage.Kind;
import dev.stet.binary.MalformedBinaryException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads how a file is linked, from segments only, as the kernel and the dynamic linker do (gABI chapter 5,
/// dynamic section).
public final class Linkages {
    /// PATH_MAX, which the kernel wants too (`fs/binfmt_elf.c`).
    private static final int MAX_NAME_BYTES = 4096;

    /// Libraries have 30 entries and one more a library needed.
    private static final int MAX_DYNAMIC_ENTRIES = 8192;

    /// Chromium needs some 40.
    private static final int MAX_NEEDED = 1024;

    private static final int ENTRY_BYTES = 16;
    private static final int ET_EXEC = 2;
    private static final int PT_DYNAMIC = 2;
    private static final int PT_INTERP = 3;
    private static final int DT_NULL = 0;
    private static final int DT_NEEDED = 1;
    private static final int DT_STRTAB = 5;
    private static final int DT_STRSZ = 10;
    private static final int DT_SONAME = 14;
    private static final int DT_DEBUG = 21;
    private static final int DT_FLAGS_1 = 0x6ffffffb;
    private static final int DF_1_PIE = 0x08000000;

    private Linkages() {}

    /// @throws MalformedBinaryException if PT_INTERP or PT_DYNAMIC is broken
    public static Linkage read(Elf elf) throws BinaryException {
        Optional<String> interpreter = interpreter(elf);
        Dynamic dynamic = dynamic(elf);
        List<String> needed = new ArrayList<>();
        for (long at : dynamic.needed) {
            needed.add(dynamic.text(elf, at));
        }
        Optional<String> soname =
                dynamic.soname < 0 ? Optional.empty() : Optional.of(dynamic.text(elf, dynamic.soname));
        boolean fixed = elf.image().read(16, 2, 2, "e_type").u16(0) == ET_EXEC;
        return new Linkage(kind(fixed, interpreter.isPresent(), dynamic), interpreter, soname, needed);
    }

    /// Programs at any address and libraries are both ET_DYN. Linkers give programs DT_DEBUG and by now
    /// DF_1_PIE; the C library, too, has an interpreter.
    private static Kind kind(boolean fixed, boolean interpreted, Dynamic dynamic) {
        if (fixed) {
            return interpreted ? Kind.EXECUTABLE : Kind.STATIC;
        }
        boolean program = dynamic.program || (interpreted && dynamic.soname < 0);
        if (!program) {
            return Kind.LIBRARY;
        }
        return interpreted ? Kind.PIE : Kind.STATIC_PIE;
    }

    private static Optional<String> interpreter(Elf elf) throws BinaryException {
        for (Segment segment : elf.segments().all()) {
            if (segment.type() == PT_INTERP) {
                ByteView path =
                        elf.image().read(segment.offset(), segment.fileBytes(), MAX_NAME_BYTES, "PT_INTERP segment");
                int length = path.textLength(0, MAX_NAME_BYTES);
                path.require(length >= 0, 0, "PT_INTERP: a path without an end");
                return Optional.of(text(path, 0, length));
            }
        }
        return Optional.empty();
    }

    private static Dynamic dynamic(Elf elf) throws BinaryException {
        Dynamic dynamic = new Dynamic();
        for (Segment segment : elf.segments().all()) {
            if (segment.type() == PT_DYNAMIC) {
                ByteView entries = elf.image()
                        .read(
                                segment.offset(),
                                segment.fileBytes(),
                                MAX_DYNAMIC_ENTRIES * ENTRY_BYTES,
                                "PT_DYNAMIC segment");
                for (long at = 0; at + ENTRY_BYTES <= entries.size() && entries.u64(at) != DT_NULL; at += ENTRY_BYTES) {
                    entries.require(
                            dynamic.needed.size() < MAX_NEEDED, at, "needs " + MAX_NEEDED + " or more libraries");
                    dynamic.add(entries.u64(at), entries.u64(at + 8));
                }
                return dynamic;
            }
        }
        return dynamic;
    }

    /// What the dynamic section says, as it stands.
    private static final class Dynamic {
        private final List<Long> needed = new ArrayList<>();
        private long soname = -1;
        private long strings;
        private long stringsBytes;
        private boolean program;

        void add(long tag, long value) {
            if (tag == DT_NEEDED) {
                needed.add(value);
            } else if (tag == DT_SONAME) {
                soname = value & Long.MAX_VALUE;
            } else if (tag == DT_STRTAB) {
                strings = value;
            } else if (tag == DT_STRSZ) {
                stringsBytes = value;
            } else if (tag == DT_DEBUG || (tag == DT_FLAGS_1 && (value & DF_1_PIE) != 0)) {
                program = true;
            }
        }

        String text(Elf elf, long at) throws BinaryException {
            Segment segment = elf.segments()
                    .loadedAtAddress(strings, 1)
                    .orElseThrow(() -> new MalformedBinaryException("DT_STRTAB is not in the file", 0));
            long from = strings - segment.address() + segment.offset();
            long there = Math.min(stringsBytes, segment.offset() + segment.fileBytes() - from);
            if (at < 0 || at >= there) {
                throw new MalformedBinaryException("dynamic section: a name behind the end of the names", from);
            }
            ByteView name = elf.image().readUpTo(from + at, there - at, MAX_NAME_BYTES, "name in the dynamic section");
            int length = name.textLength(0, MAX_NAME_BYTES);
            name.require(length >= 0, 0, "dynamic section: a name without an end");
            return Linkages.text(name, 0, length);
        }
    }

    private static String text(ByteView from, long at, int length) throws MalformedBinaryException {
        return new String(from.slice(at, length, "name").copy(MAX_NAME_BYTES, "name"), StandardCharsets.UTF_8);
    }
}
