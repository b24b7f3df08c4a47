package dev.stet.binary.fuzz;

import static dev.stet.testkit.ElfSection.SHF_ALLOC;
import static dev.stet.testkit.ElfSection.SHF_COMPRESSED;
import static dev.stet.testkit.ElfSection.SHF_EXECINSTR;
import static dev.stet.testkit.ElfSection.SHF_WRITE;
import static dev.stet.testkit.ElfSection.SHT_PROGBITS;
import static dev.stet.testkit.ElfSegment.EXECUTE;
import static dev.stet.testkit.ElfSegment.READ;
import static dev.stet.testkit.ElfSegment.WRITE;

import dev.stet.testkit.Bytes;
import dev.stet.testkit.ElfBuilder;
import dev.stet.testkit.ElfField;
import dev.stet.testkit.ElfSection;
import dev.stet.testkit.ElfSegment;
import dev.stet.testkit.GoBuildInfoBuilder;
import dev.stet.testkit.GoModuleData;
import dev.stet.testkit.SymbolTable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// What a fuzzer's bytes become: a file in which they are the part that is under attack, and all else is sound,
/// so that a mutation is one of the format and not of what is around it.
public enum FuzzTarget {
    /// The bytes are the file.
    WHOLE_FILE {
        @Override
        byte[] file(byte[] input) {
            return input;
        }
    },
    /// A symbol table and its names.
    SYMBOLS {
        @Override
        byte[] file(byte[] input) {
            List<byte[]> parts = Parts.split(input, 3);
            ElfBuilder elf = withCode();
            elf.section(".gnu.version", ElfSection.SHT_GNU_VERSYM, SHF_ALLOC, bytes(parts.get(0)))
                    .set(ElfField.Section.SH_LINK, elf.sectionCount() + 1)
                    .set(ElfField.Section.SH_ENTSIZE, 2);
            elf.align(8);
            ElfSection table = elf.section(".dynsym", ElfSection.SHT_DYNSYM, SHF_ALLOC, bytes(parts.get(1)))
                    .set(ElfField.Section.SH_ENTSIZE, SymbolTable.ENTRY_BYTES);
            table.link(elf.section(".dynstr", ElfSection.SHT_STRTAB, SHF_ALLOC, bytes(parts.get(2))));
            return elf.toArray();
        }
    },
    /// Notes: of a PT_NOTE, and of USDT.
    NOTES {
        @Override
        byte[] file(byte[] input) {
            ElfBuilder elf = withCode();
            ElfSection notes = elf.section(".note", ElfSection.SHT_NOTE, SHF_ALLOC, bytes(input));
            elf.segment(ElfSegment.PT_NOTE, notes);
            elf.noLoad();
            elf.section(".note.stapsdt", ElfSection.SHT_NOTE, 0, bytes(input));
            elf.section(".gnu_debuglink", SHT_PROGBITS, 0, bytes(input));
            elf.section(".gnu_debugaltlink", SHT_PROGBITS, 0, bytes(input));
            elf.section(".comment", SHT_PROGBITS, 0, bytes(input));
            return elf.toArray();
        }
    },
    /// Go's build information.
    BUILD_INFO {
        @Override
        byte[] file(byte[] input) {
            ElfBuilder elf = withCode();
            elf.load(READ | WRITE, GO_DATA);
            elf.section(".go.buildinfo", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, bytes(input));
            return elf.toArray();
        }
    },
    /// Go's table of functions.
    PCLNTAB {
        @Override
        byte[] file(byte[] input) {
            ElfBuilder elf = goProgram();
            elf.load(READ, PCLNTAB_AT);
            elf.section(".gopclntab", SHT_PROGBITS, SHF_ALLOC, bytes(input));
            return elf.toArray();
        }
    },
    /// Go's module data and what it points to: types, names, itabs. The first byte tells whether there are
    /// section headers.
    GO_TYPES {
        @Override
        byte[] file(byte[] input) {
            List<byte[]> parts = Parts.split(input, 3);
            ElfBuilder elf = goProgram();
            elf.load(READ, PCLNTAB_AT);
            elf.section(".gopclntab", SHT_PROGBITS, SHF_ALLOC, Seeds.pclntab());
            elf.load(READ, TYPES_AT);
            elf.section(".rodata", SHT_PROGBITS, SHF_ALLOC, bytes(parts.get(0)));
            elf.load(READ | WRITE, MODULE_DATA_AT);
            Bytes data = new GoModuleData(PCLNTAB_AT, TEXT_AT, TEXT_AT + 64).bytes();
            byte[] rest = Arrays.copyOf(parts.get(1), 512);
            for (int i = 0; i + 8 <= rest.length && MODULE_DATA_REST + i + 8 <= data.size(); i++) {
                data.set(MODULE_DATA_REST + i, 1, rest[i]);
            }
            elf.section(".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, data.add(parts.get(2)));
            return elf.toArray();
        }
    },
    /// All sections of DWARF.
    DWARF {
        @Override
        byte[] file(byte[] input) {
            List<byte[]> parts = Parts.split(input, DWARF_SECTIONS.size());
            ElfBuilder elf = withCode();
            elf.noLoad();
            elf.symbols(".symtab", new SymbolTable().function("main", elf.named(".text"), 0, 64));
            for (int i = 0; i < parts.size(); i++) {
                if (parts.get(i).length > 0) {
                    elf.section(DWARF_SECTIONS.get(i), SHT_PROGBITS, 0, bytes(parts.get(i)));
                }
            }
            return elf.toArray();
        }
    },
    /// A compressed section (Elf64_Chdr and stream), and xz.
    COMPRESSED {
        @Override
        byte[] file(byte[] input) {
            ElfBuilder elf = withCode();
            elf.noLoad();
            for (String name : List.of(".debug_info", ".debug_abbrev", ".debug_str", ".symtab", ".strtab")) {
                elf.align(8);
                elf.section(name, SHT_PROGBITS, SHF_COMPRESSED, bytes(input));
            }
            elf.section(".gnu_debugdata", SHT_PROGBITS, 0, bytes(input));
            return elf.toArray();
        }
    },
    /// Names of functions, as symbols have them: mangled by C++, by Rust in both ways, by Go.
    NAMES {
        @Override
        byte[] file(byte[] input) {
            byte[] name = new byte[input.length];
            for (int i = 0; i < input.length; i++) {
                name[i] = input[i] == 0 ? (byte) '.' : input[i];
            }
            ElfBuilder elf = withCode();
            elf.noLoad();
            ElfSection table = elf.section(
                            ".symtab",
                            ElfSection.SHT_SYMTAB,
                            0,
                            new Bytes()
                                    .zeros(SymbolTable.ENTRY_BYTES)
                                    .u32(1)
                                    .u8(0x12)
                                    .u8(0)
                                    .u16(1)
                                    .u64(TEXT_AT)
                                    .u64(4))
                    .set(ElfField.Section.SH_ENTSIZE, SymbolTable.ENTRY_BYTES);
            table.link(elf.section(
                    ".strtab",
                    ElfSection.SHT_STRTAB,
                    0,
                    new Bytes().u8(0).add(name).u8(0)));
            return elf.toArray();
        }
    },
    /// Instructions of x86-64.
    X86 {
        @Override
        byte[] file(byte[] input) {
            return code(ElfBuilder.EM_X86_64, input);
        }
    },
    /// Instructions of aarch64.
    AARCH64 {
        @Override
        byte[] file(byte[] input) {
            return code(ElfBuilder.EM_AARCH64, input);
        }
    };

    static final long TEXT_AT = 0x401000;
    static final long PCLNTAB_AT = 0x500000;
    static final long TYPES_AT = 0x600000;
    static final long MODULE_DATA_AT = 0x700000;
    static final long GO_DATA = 0x800000;

    /// Behind what [GoModuleData] sets.
    static final int MODULE_DATA_REST = 192;

    static final List<String> DWARF_SECTIONS = List.of(
            ".debug_abbrev",
            ".debug_str",
            ".debug_line_str",
            ".debug_line",
            ".debug_addr",
            ".debug_str_offsets",
            ".debug_rnglists",
            ".debug_loclists",
            ".debug_ranges",
            ".debug_loc",
            ".debug_types",
            ".debug_aranges",
            ".debug_info");

    /// The file with these bytes in it.
    abstract byte[] file(byte[] input);

    private static Bytes bytes(byte[] content) {
        return new Bytes().add(content);
    }

    /// A program with two functions.
    private static ElfBuilder withCode() {
        ElfBuilder elf = ElfBuilder.program();
        elf.load(READ | EXECUTE, TEXT_AT);
        elf.text(new int[64]);
        return elf;
    }

    private static ElfBuilder goProgram() {
        ElfBuilder elf = withCode();
        elf.load(READ | WRITE, GO_DATA);
        elf.section(
                ".go.buildinfo",
                SHT_PROGBITS,
                SHF_ALLOC | SHF_WRITE,
                GoBuildInfoBuilder.inline("go1.22.5", "path\tx\n"));
        return elf;
    }

    /// One function of all the bytes, and one of the second half. Of a Go program if the first byte says so.
    private static byte[] code(int machine, byte[] input) {
        ElfBuilder elf = ElfBuilder.of(ElfBuilder.ET_EXEC, machine);
        elf.load(READ | EXECUTE, TEXT_AT);
        byte[] code = input.length < 2 ? new byte[] {0} : Arrays.copyOfRange(input, 1, input.length);
        ElfSection text = elf.section(".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, bytes(code));
        if (input.length > 0 && (input[0] & 1) != 0) {
            elf.load(READ | WRITE, GO_DATA);
            elf.section(
                    ".go.buildinfo",
                    SHT_PROGBITS,
                    SHF_ALLOC | SHF_WRITE,
                    GoBuildInfoBuilder.inline("go1.22.5", "path\tx\n"));
        }
        elf.noLoad();
        int half = code.length / 8 * 4;
        SymbolTable symbols = new SymbolTable().function("all", text, 0, code.length);
        if (half > 0 && input.length > 0 && (input[0] & 2) != 0) {
            symbols.function("half", text, half, code.length - half).function("all.cold", text, half, 4);
        }
        elf.symbols(".symtab", symbols);
        return elf.toArray();
    }

    /// The directory of its corpus.
    public String directory() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
