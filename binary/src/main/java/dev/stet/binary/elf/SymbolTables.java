package dev.stet.binary.elf;

import dev.stet.binary.BinaryException;
import dev.stet.binary.MalformedBinaryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Finds the tables of symbols of an ELF file: those that section headers lead to, and the dynamic one also
/// without them.
public final class SymbolTables {
    private static final int SHT_GNU_VERDEF = 0x6ffffffd;
    private static final int SHT_GNU_VERNEED = 0x6ffffffe;
    private static final int SHT_GNU_VERSYM = 0x6fffffff;

    /// A linked file has one of each kind.
    private static final int MAX_TABLES = 8;

    private SymbolTables() {}

    /// @return `.symtab`, which has more, before `.dynsym`; empty if there is neither
    /// @throws MalformedBinaryException if section headers, or what they say of a table, are broken
    public static List<SymbolTable> of(Elf elf) throws BinaryException {
        Sections sections = elf.sections().get();
        List<SymbolTable> tables = new ArrayList<>();
        for (int type : new int[] {Section.SHT_SYMTAB, Section.SHT_DYNSYM}) {
            for (int i = 0; i < sections.all().size() && tables.size() < MAX_TABLES; i++) {
                Section section = sections.all().get(i);
                if (section.type() == type) {
                    tables.add(read(elf, sections, section, i));
                }
            }
        }
        if (sections.all().isEmpty()) {
            Optional<DynamicTable> dynamic = DynamicTable.find(elf);
            if (dynamic.isPresent()) {
                dynamic.get().symbols().ifPresent(tables::add);
            }
        }
        return tables;
    }

    /// The dynamic symbols, by section headers or else without them.
    public static Optional<SymbolTable> dynamic(Elf elf) throws BinaryException {
        return of(elf).stream().filter(SymbolTable::isDynamic).findFirst();
    }

    /// The tables of a file that has another one's symbols but not its code: `.symtab`, for its `.dynsym` was
    /// left out or is a copy of the other's.
    public static List<SymbolTable> ofDebug(Elf elf) throws BinaryException {
        Sections sections = elf.sections().get();
        List<SymbolTable> tables = new ArrayList<>();
        for (int i = 0; i < sections.all().size() && tables.size() < MAX_TABLES; i++) {
            Section section = sections.all().get(i);
            if (section.type() == Section.SHT_SYMTAB && section.isPlain()) {
                tables.add(read(elf, sections, section, i));
            }
        }
        return tables;
    }

    private static SymbolTable read(Elf elf, Sections sections, Section table, int index) throws BinaryException {
        long at = Math.max(0, table.offset());
        if (table.entryBytes() != SymbolTable.ENTRY_BYTES) {
            throw new MalformedBinaryException("symbol table: sh_entsize is " + table.entryBytes() + ", not 24", at);
        }
        Section strings = sections.at(table.link())
                .filter(s -> s.type() == Section.SHT_STRTAB)
                .orElseThrow(() -> new MalformedBinaryException(
                        "symbol table: sh_link " + table.link() + " is not a string table", at));
        boolean dynamic = table.type() == Section.SHT_DYNSYM;
        Region names = elf.region(strings);
        Optional<SymbolVersions> versions = dynamic ? versions(elf, sections, names, index) : Optional.empty();
        return new SymbolTable(elf.region(table), names, dynamic, versions);
    }

    private static Optional<SymbolVersions> versions(Elf elf, Sections sections, Region names, int table)
            throws BinaryException {
        Optional<Section> numbers = sections.all().stream()
                .filter(s -> s.type() == SHT_GNU_VERSYM && s.link() == table)
                .findFirst();
        if (numbers.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(SymbolVersions.read(
                elf.region(numbers.get()),
                region(elf, sections, SHT_GNU_VERDEF),
                region(elf, sections, SHT_GNU_VERNEED),
                names));
    }

    private static Optional<Region> region(Elf elf, Sections sections, long type) throws BinaryException {
        Optional<Section> section =
                sections.all().stream().filter(s -> s.type() == type).findFirst();
        return section.isPresent() ? Optional.of(elf.region(section.get())) : Optional.empty();
    }
}
