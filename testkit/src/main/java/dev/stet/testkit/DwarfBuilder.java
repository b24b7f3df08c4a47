package dev.stet.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Makes DWARF of versions 2 to 5, in 32-bit format: honest by default, for abbreviations are made of the entries,
/// and offsets of where things are; every number can be a lie, for forms and values are what they are told to be.
///
/// ```java
/// DwarfBuilder dwarf = new DwarfBuilder();
/// DwarfDie unit = dwarf.unit(5).text(DW_AT_NAME, DW_FORM_STRP, "a.c");
/// DwarfDie type = unit.child(DW_TAG_BASE_TYPE).text(DW_AT_NAME, DW_FORM_STRING, "int");
/// unit.child(DW_TAG_SUBPROGRAM).reference(DW_AT_TYPE, DW_FORM_REF4, type);
/// dwarf.addTo(elf);
/// ```
public final class DwarfBuilder {
    public static final int DW_TAG_ARRAY_TYPE = 0x01;
    public static final int DW_TAG_ENUMERATION_TYPE = 0x04;
    public static final int DW_TAG_FORMAL_PARAMETER = 0x05;
    public static final int DW_TAG_MEMBER = 0x0d;
    public static final int DW_TAG_POINTER_TYPE = 0x0f;
    public static final int DW_TAG_COMPILE_UNIT = 0x11;
    public static final int DW_TAG_STRUCTURE_TYPE = 0x13;
    public static final int DW_TAG_TYPEDEF = 0x16;
    public static final int DW_TAG_INLINED_SUBROUTINE = 0x1d;
    public static final int DW_TAG_SUBRANGE_TYPE = 0x21;
    public static final int DW_TAG_BASE_TYPE = 0x24;
    public static final int DW_TAG_ENUMERATOR = 0x28;
    public static final int DW_TAG_SUBPROGRAM = 0x2e;
    public static final int DW_TAG_NAMESPACE = 0x39;

    public static final int DW_AT_SIBLING = 0x01;
    public static final int DW_AT_LOCATION = 0x02;
    public static final int DW_AT_NAME = 0x03;
    public static final int DW_AT_BYTE_SIZE = 0x0b;
    public static final int DW_AT_STMT_LIST = 0x10;
    public static final int DW_AT_LOW_PC = 0x11;
    public static final int DW_AT_HIGH_PC = 0x12;
    public static final int DW_AT_LANGUAGE = 0x13;
    public static final int DW_AT_CONST_VALUE = 0x1c;
    public static final int DW_AT_INLINE = 0x20;
    public static final int DW_AT_PRODUCER = 0x25;
    public static final int DW_AT_PROTOTYPED = 0x27;
    public static final int DW_AT_UPPER_BOUND = 0x2f;
    public static final int DW_AT_ABSTRACT_ORIGIN = 0x31;
    public static final int DW_AT_DATA_MEMBER_LOCATION = 0x38;
    public static final int DW_AT_DECLARATION = 0x3c;
    public static final int DW_AT_ENCODING = 0x3e;
    public static final int DW_AT_EXTERNAL = 0x3f;
    public static final int DW_AT_FRAME_BASE = 0x40;
    public static final int DW_AT_SPECIFICATION = 0x47;
    public static final int DW_AT_TYPE = 0x49;
    public static final int DW_AT_RANGES = 0x55;
    public static final int DW_AT_LINKAGE_NAME = 0x6e;
    public static final int DW_AT_STR_OFFSETS_BASE = 0x72;
    public static final int DW_AT_ADDR_BASE = 0x73;
    public static final int DW_AT_RNGLISTS_BASE = 0x74;
    public static final int DW_AT_LOCLISTS_BASE = 0x8c;

    public static final int DW_FORM_ADDR = 0x01;
    public static final int DW_FORM_DATA2 = 0x05;
    public static final int DW_FORM_DATA4 = 0x06;
    public static final int DW_FORM_DATA8 = 0x07;
    public static final int DW_FORM_STRING = 0x08;
    public static final int DW_FORM_BLOCK1 = 0x0a;
    public static final int DW_FORM_DATA1 = 0x0b;
    public static final int DW_FORM_FLAG = 0x0c;
    public static final int DW_FORM_SDATA = 0x0d;
    public static final int DW_FORM_STRP = 0x0e;
    public static final int DW_FORM_UDATA = 0x0f;
    public static final int DW_FORM_REF_ADDR = 0x10;
    public static final int DW_FORM_REF4 = 0x13;
    public static final int DW_FORM_INDIRECT = 0x16;
    public static final int DW_FORM_SEC_OFFSET = 0x17;
    public static final int DW_FORM_EXPRLOC = 0x18;
    public static final int DW_FORM_FLAG_PRESENT = 0x19;
    public static final int DW_FORM_STRX = 0x1a;
    public static final int DW_FORM_ADDRX = 0x1b;
    public static final int DW_FORM_LINE_STRP = 0x1f;
    public static final int DW_FORM_IMPLICIT_CONST = 0x21;
    public static final int DW_FORM_LOCLISTX = 0x22;
    public static final int DW_FORM_RNGLISTX = 0x23;

    /// Bytes before the first entry of a table of version 5 of strings' offsets, or of addresses.
    public static final int TABLE_HEADER_BYTES = 8;

    /// The same of lists of locations, or of ranges.
    public static final int LISTS_HEADER_BYTES = 12;

    private record Unit(int version, DwarfDie top) {}

    private record Shape(int tag, boolean children, List<List<Long>> attributes) {}

    private record Reference(int at, int base, DwarfDie to) {}

    private final Map<String, Bytes> sections = new LinkedHashMap<>();
    private final List<Unit> units = new ArrayList<>();
    private final Map<Shape, Integer> shapes = new HashMap<>();
    private final List<Reference> references = new ArrayList<>();

    /// Begins a unit.
    ///
    /// @param version 2 to 5, or any other to lie
    /// @return its first entry, a DW_TAG_compile_unit
    public DwarfDie unit(int version) {
        return unit(version, DW_TAG_COMPILE_UNIT);
    }

    public DwarfDie unit(int version, int tag) {
        DwarfDie top = new DwarfDie(tag);
        units.add(new Unit(version, top));
        return top;
    }

    /// A section, to write to as one likes. Those of version 5 that have headers have them, with lengths that are
    /// filled in at the end.
    ///
    /// @param name `.debug_addr`
    public Bytes section(String name) {
        return sections.computeIfAbsent(name, _ -> switch (name) {
            case ".debug_addr" -> new Bytes().u32(0).u16(5).u8(8).u8(0);
            case ".debug_str_offsets" -> new Bytes().u32(0).u16(5).u16(0);
            case ".debug_rnglists", ".debug_loclists" ->
                new Bytes().u32(0).u16(5).u8(8).u8(0).u32(0);
            default -> new Bytes();
        });
    }

    /// Adds a text to a section of texts.
    ///
    /// @return where it begins
    public int text(String sectionName, String text) {
        int at = section(sectionName).size();
        section(sectionName).text(text);
        return at;
    }

    /// All sections, by name.
    public Map<String, byte[]> build() {
        Bytes abbreviations = section(".debug_abbrev");
        for (Unit unit : units) {
            write(unit, section(".debug_info"));
        }
        abbreviations.u8(0);
        for (Reference reference : references) {
            section(".debug_info").set(reference.at, 4, reference.to.offset() - reference.base);
        }
        Map<String, byte[]> built = new LinkedHashMap<>();
        sections.forEach((name, bytes) -> {
            switch (name) {
                case ".debug_addr", ".debug_str_offsets", ".debug_rnglists", ".debug_loclists" ->
                    bytes.set(0, 4, bytes.size() - 4);
                default -> {}
            }
            built.put(name, bytes.toArray());
        });
        return built;
    }

    /// Adds all sections, unloaded.
    public void addTo(ElfBuilder elf) {
        elf.noLoad();
        build().forEach((name, bytes) -> elf.section(name, ElfSection.SHT_PROGBITS, 0, new Bytes().add(bytes)));
    }

    private void write(Unit unit, Bytes info) {
        int start = info.size();
        info.u32(0).u16(unit.version);
        if (unit.version >= 5) {
            info.u8(1).u8(8).u32(0);
        } else {
            info.u32(0).u8(8);
        }
        write(unit.top, info, start, unit.version);
        info.set(start, 4, info.size() - start - 4);
    }

    private void write(DwarfDie die, Bytes info, int unitStart, int version) {
        die.placeAt(info.size());
        info.uleb(code(die));
        for (DwarfDie.Attribute attribute : die.attributes()) {
            write(attribute, info, unitStart, version);
        }
        if (!die.children().isEmpty()) {
            die.children().forEach(child -> write(child, info, unitStart, version));
            info.u8(0);
        }
    }

    /// The code of the abbreviation, which is written if it is the first of its shape.
    private int code(DwarfDie die) {
        List<List<Long>> attributes = die.attributes().stream()
                .map(each -> each.form() == DW_FORM_IMPLICIT_CONST
                        ? List.of((long) each.name(), (long) each.form(), (Long) each.value())
                        : List.of((long) each.name(), (long) each.form()))
                .toList();
        Shape shape = new Shape(die.tag(), !die.children().isEmpty(), attributes);
        Integer known = shapes.get(shape);
        if (known != null) {
            return known;
        }
        int code = shapes.size() + 1;
        shapes.put(shape, code);
        Bytes abbreviations = section(".debug_abbrev");
        abbreviations.uleb(code).uleb(shape.tag).u8(shape.children ? 1 : 0);
        for (List<Long> attribute : attributes) {
            abbreviations.uleb(attribute.get(0)).uleb(attribute.get(1));
            if (attribute.size() == 3) {
                abbreviations.sleb(attribute.get(2));
            }
        }
        abbreviations.u16(0);
        return code;
    }

    private void write(DwarfDie.Attribute attribute, Bytes info, int unitStart, int version) {
        switch (attribute.value()) {
            case DwarfDie to -> {
                int base = attribute.form() == DW_FORM_REF_ADDR ? 0 : unitStart;
                references.add(new Reference(info.size(), base, to));
                // Of the size of an address in version 2 (DWARF 3, section 1.5.1).
                info.zeros(attribute.form() == DW_FORM_REF_ADDR && version == 2 ? 8 : 4);
            }
            case String text -> writeText(attribute.form(), text, info);
            case byte[] block ->
                (attribute.form() == DW_FORM_EXPRLOC ? info.uleb(block.length) : info.u8(block.length)).add(block);
            case Long number -> writeNumber(attribute.form(), number, info);
            default -> throw new AssertionError(attribute);
        }
    }

    private void writeText(int form, String text, Bytes info) {
        switch (form) {
            case DW_FORM_STRP -> info.u32(text(".debug_str", text));
            case DW_FORM_LINE_STRP -> info.u32(text(".debug_line_str", text));
            case DW_FORM_STRX -> {
                Bytes offsets = section(".debug_str_offsets");
                info.uleb((offsets.size() - TABLE_HEADER_BYTES) / 4);
                offsets.u32(text(".debug_str", text));
            }
            default -> info.text(text);
        }
    }

    private static void writeNumber(int form, long number, Bytes info) {
        switch (form) {
            case DW_FORM_FLAG_PRESENT, DW_FORM_IMPLICIT_CONST -> {}
            case DW_FORM_DATA1, DW_FORM_FLAG -> info.u8(number);
            case DW_FORM_DATA2 -> info.u16(number);
            case DW_FORM_DATA4, DW_FORM_REF4, DW_FORM_REF_ADDR, DW_FORM_SEC_OFFSET, DW_FORM_STRP, DW_FORM_LINE_STRP ->
                info.u32(number);
            case DW_FORM_SDATA -> info.sleb(number);
            case DW_FORM_UDATA, DW_FORM_STRX, DW_FORM_ADDRX, DW_FORM_LOCLISTX, DW_FORM_RNGLISTX, DW_FORM_INDIRECT ->
                info.uleb(number);
            default -> info.u64(number);
        }
    }
}
