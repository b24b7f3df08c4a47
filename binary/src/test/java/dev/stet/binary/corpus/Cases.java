package dev.stet.binary.corpus;

import static dev.stet.testkit.ElfSection.SHF_ALLOC;
import static dev.stet.testkit.ElfSection.SHF_EXECINSTR;
import static dev.stet.testkit.ElfSection.SHT_PROGBITS;
import static dev.stet.testkit.ElfSegment.EXECUTE;
import static dev.stet.testkit.ElfSegment.READ;

import dev.stet.binary.MalformedBinaryException;
import dev.stet.binary.UnsupportedFormatException;
import dev.stet.testkit.Bytes;
import dev.stet.testkit.Content;
import dev.stet.testkit.ElfBuilder;
import dev.stet.testkit.ElfSection;
import dev.stet.testkit.Notes;
import dev.stet.testkit.SymbolTable;
import java.util.ArrayList;
import java.util.List;

/// Collects cases, and has the sound program that most of them spoil: a function `f` of 8 bytes, one `g` of 1, a build
/// ID, section headers.
final class Cases {
    static final Class<MalformedBinaryException> MALFORMED = MalformedBinaryException.class;
    static final Class<UnsupportedFormatException> UNSUPPORTED = UnsupportedFormatException.class;

    private final List<Case> all = new ArrayList<>();

    /// Changes a sound program, before it is built.
    @FunctionalInterface
    interface Change {
        void to(ElfBuilder elf);
    }

    Cases add(String name, Change change, Case.Outcome outcome) {
        ElfBuilder elf = sound();
        change.to(elf);
        return add(name, elf.build(), outcome);
    }

    Cases add(String name, Content file, Case.Outcome outcome) {
        all.add(new Case(name, file, outcome));
        return this;
    }

    List<Case> all() {
        return all;
    }

    static ElfBuilder sound() {
        ElfBuilder elf = ElfBuilder.program();
        elf.load(READ | EXECUTE);
        ElfSection text = elf.section(
                ".text",
                SHT_PROGBITS,
                SHF_ALLOC | SHF_EXECINSTR,
                new Bytes().add(0xf3, 0x0f, 0x1e, 0xfa, 0x55, 0x5d, 0x90, 0xc3, 0xc3));
        elf.notes(".note.gnu.build-id", new Notes().buildId(1, 2, 3, 4));
        elf.noLoad();
        elf.symbols(".symtab", new SymbolTable().function("f", text, 0, 8).function("g", text, 8, 1));
        return elf;
    }

    static String[] says(String... parts) {
        return parts;
    }
}
