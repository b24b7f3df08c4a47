package dev.stet.binary.traits;

import dev.stet.binary.BinaryException;
import dev.stet.binary.Hazard;
import dev.stet.binary.Language;
import dev.stet.binary.MalformedBinaryException;
import dev.stet.binary.Origin;
import dev.stet.binary.UnsupportedFormatException;
import dev.stet.binary.elf.Elf;
import dev.stet.binary.elf.Memo;
import dev.stet.binary.elf.Section;
import dev.stet.binary.elf.Sections;
import java.util.List;
import java.util.Optional;

/// What a binary was made from and what is hazardous about it, from everything that can be read of it. What
/// is broken is said, and passed over.
public record Traits(Origin origin, List<Hazard> hazards) {
    public Traits {
        hazards = List.copyOf(hazards);
    }

    /// @param go gives the version in Go's build information, `""` if it has none; empty if Go did not build it
    /// @throws dev.stet.binary.UnreadableBinaryException if the source fails; nothing else is thrown
    public static Traits read(Elf elf, Memo.Finder<Optional<String>> go) throws BinaryException {
        Findings findings = new Findings();
        attempt(findings, "Go's build information", () -> GoTraits.read(elf, go.find(), findings));
        attempt(findings, "section headers", () -> readSections(elf.sections().get(), findings));
        attempt(findings, ".comment", () -> Comments.read(elf, findings));
        attempt(findings, "notes and headers", () -> ProgramHeaders.read(elf, findings));
        Dynamic dynamic = readDynamic(elf, findings);
        dynamic.addTo(findings);
        boolean named = readSymbols(elf, dynamic, findings);
        if (!named && !findings.has(Language.GO)) {
            attempt(findings, "constants", () -> Constants.read(elf, findings));
        }
        if (!findings.has(Hazard.Kind.EXCEPTION_TABLES)) {
            attempt(findings, ".eh_frame", () -> UnwindTable.read(elf, findings));
        }
        attempt(findings, "ELF header", () -> Packing.read(elf, dynamic, findings));
        return new Traits(findings.origin(), findings.hazards());
    }

    private interface Part {
        void read() throws BinaryException;
    }

    /// @return was all of it read?
    private static boolean attempt(Findings findings, String what, Part part) throws BinaryException {
        try {
            part.read();
            return true;
        } catch (MalformedBinaryException | UnsupportedFormatException broken) {
            findings.addEvidence("cannot be read: " + what);
            return false;
        }
    }

    private static void readSections(Sections sections, Findings findings) {
        for (Mark mark : SectionMarks.SECTIONS) {
            sections.all().stream()
                    .map(Section::name)
                    .filter(mark::matches)
                    .findFirst()
                    .ifPresent(name -> findings.add(mark.meaning(), "section " + Comments.printable(name)));
        }
    }

    private static Dynamic readDynamic(Elf elf, Findings findings) throws BinaryException {
        try {
            return Dynamic.read(elf);
        } catch (MalformedBinaryException broken) {
            findings.addEvidence("cannot be read: dynamic section");
            return Dynamic.NONE;
        }
    }

    /// @return does the file have names of its own functions, and not only of those that it shares?
    private static boolean readSymbols(Elf elf, Dynamic dynamic, Findings findings) throws BinaryException {
        SymbolScan scan = new SymbolScan(dynamic.isLibrary());
        boolean whole = attempt(findings, "symbol tables", () -> scan.readSections(elf));
        if (!whole || scan.isEmpty()) {
            attempt(findings, "dynamic symbols", () -> scan.readDynamic(elf, dynamic));
        }
        scan.addTo(findings);
        return whole && scan.hasOwnNames();
    }
}
