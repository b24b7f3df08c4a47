package dev.stet.binary.traits;

import dev.stet.binary.BinaryException;
import dev.stet.binary.Hazard;
import dev.stet.binary.Language;
import dev.stet.binary.elf.ByteView;
import dev.stet.binary.elf.Elf;
import dev.stet.binary.elf.Section;
import java.util.Optional;

/// What Go's build information tells.
final class GoTraits {
    /// The settings of the build come after the modules that went in, some 100 bytes each.
    private static final int MAX_BUILD_INFO_BYTES = 256 << 10;

    private static final String FIPS = "build\tGOFIPS140=";

    private GoTraits() {}

    static void read(Elf elf, Optional<String> version, Findings findings) throws BinaryException {
        if (version.isEmpty()) {
            return;
        }
        String text = Comments.printable(version.get());
        String runtime = text.startsWith("go") ? "Go " + text.substring(2) : "Go";
        Meaning go = Meaning.of(Language.GO, runtime).and(Hazard.Kind.GO_STACKS);
        findings.add(go, text.isEmpty() ? ".go.buildinfo" : ".go.buildinfo says " + text);
        if (!text.isEmpty()) {
            findings.addCompiler(text);
        }
        readSettings(elf, findings);
    }

    /// A program built with GOFIPS140 compares its cryptographic code in memory with a hash at start (Go:
    /// `src/crypto/internal/fips140/check/check.go`). Others do so only if GODEBUG asks for it.
    private static void readSettings(Elf elf, Findings findings) throws BinaryException {
        Optional<Section> section = elf.sections().get().named(".go.buildinfo");
        if (section.isEmpty()) {
            return;
        }
        ByteView blob = elf.readStart(section.get(), MAX_BUILD_INFO_BYTES, ".go.buildinfo");
        long at = blob.find(FIPS, 0, 1);
        if (at >= 0 && !blob.slice(at, blob.size() - at, "setting").startsWith(FIPS + "off")) {
            findings.add(Meaning.of(Hazard.Kind.SELF_CHECKSUM), ".go.buildinfo says GOFIPS140 is set");
        }
    }
}
