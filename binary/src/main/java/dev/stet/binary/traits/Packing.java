package dev.stet.binary.traits;

import dev.stet.binary.BinaryException;
import dev.stet.binary.Hazard;
import dev.stet.binary.elf.ByteView;
import dev.stet.binary.elf.Elf;
import dev.stet.binary.elf.Segment;
import java.util.Optional;

/// Tells files that hold another program in packed form.
final class Packing {
    /// UPX puts its magic behind the program headers, of which its output has two to four.
    private static final int HEAD_BYTES = 1024;

    private static final int E_ENTRY = 24;
    private static final int E_SHOFF = 40;
    private static final int PF_W = 2;

    private Packing() {}

    static void read(Elf elf, Dynamic dynamic, Findings findings) throws BinaryException {
        ByteView head = elf.image().readUpTo(0, HEAD_BYTES, HEAD_BYTES, "ELF header");
        Meaning packed = Meaning.of(Hazard.Kind.PACKED);
        if (head.find("UPX!", 64, 4) >= 0) {
            findings.add(packed, "magic UPX!");
        }
        if (head.isAt(8, "AI\u0001") || head.isAt(8, "AI\u0002")) {
            findings.add(packed, "magic of an AppImage");
        }
        if (head.u64(E_SHOFF) == 0 && dynamic.equals(Dynamic.NONE)) {
            withoutSections(elf, head.u64(E_ENTRY)).ifPresent(why -> findings.add(packed, why));
        }
    }

    /// Packers leave no section headers. Such a file is suspect if it begins in code that it may write, or if
    /// its only data is empty room as large as its code: what it will unpack into.
    private static Optional<String> withoutSections(Elf elf, long entry) {
        Optional<Segment> first = elf.segments().executableAtAddress(entry, 1);
        if (first.isEmpty()) {
            return Optional.empty();
        }
        if ((first.get().flags() & PF_W) != 0) {
            return Optional.of("no section headers, and begins in a writable segment");
        }
        boolean hasData = elf.segments().loaded().stream().anyMatch(s -> (s.flags() & PF_W) != 0 && s.fileBytes() > 0);
        boolean hasRoom = elf.segments().loaded().stream()
                .anyMatch(s -> s.isData()
                        && s.fileBytes() == 0
                        && s.memoryBytes() >= first.get().fileBytes());
        return hasRoom && !hasData
                ? Optional.of("no section headers, and as much room for code as it has code")
                : Optional.empty();
    }
}
