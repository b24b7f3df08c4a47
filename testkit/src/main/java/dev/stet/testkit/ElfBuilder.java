package dev.stet.testkit;

import dev.stet.testkit.ElfField.Header;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Makes 64-bit little-endian ELF files (gABI): honest by default, and with any field of any header set to
/// anything.
///
/// Sections are placed in the order in which they are added, and have their address and offset at once:
///
/// ```java
/// ElfBuilder elf = ElfBuilder.program();
/// elf.load(READ | EXECUTE);
/// ElfSection text = elf.section(".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, new Bytes().add(0xc3));
/// elf.noLoad();
/// elf.symbols(".symtab", new SymbolTable().function("main", text, 0, 1));
/// elf.lie(Header.E_SHNUM, 0xffff);
/// byte[] file = elf.toArray();
/// ```
public final class ElfBuilder {
    public static final int ET_REL = 1;
    public static final int ET_EXEC = 2;
    public static final int ET_DYN = 3;
    public static final int ET_CORE = 4;
    public static final int EM_X86_64 = 62;
    public static final int EM_AARCH64 = 183;

    private static final int HEADER_BYTES = 64;
    private static final int PAGE_BYTES = 4096;

    /// Program headers for which there is room before the first section; more go to the end of the file.
    private static final int MAX_FIRST_SEGMENTS = 20;

    private final Pieces file = new Pieces();
    private final List<ElfSegment> segments = new ArrayList<>();
    private final List<ElfSection> sections = new ArrayList<>();
    private final Map<Header, Long> lies = new EnumMap<>(Header.class);
    private final int type;
    private final int machine;
    private Optional<ElfSegment> load = Optional.empty();
    private long offset = HEADER_BYTES + MAX_FIRST_SEGMENTS * ElfSegment.BYTES;
    private long address;
    private boolean withSections = true;
    private boolean reversedSegments;
    private Optional<Content> sectionNames = Optional.empty();

    private ElfBuilder(int type, int machine, long base) {
        this.type = type;
        this.machine = machine;
        this.address = base;
        sections.add(new ElfSection("", 0, new Content.Zeros(0)));
    }

    /// A program for x86-64 at fixed addresses.
    public static ElfBuilder program() {
        return of(ET_EXEC, EM_X86_64);
    }

    /// A library, or a program that can be loaded anywhere, for x86-64.
    public static ElfBuilder library() {
        return of(ET_DYN, EM_X86_64);
    }

    public static ElfBuilder of(int type, int machine) {
        return new ElfBuilder(type, machine, type == ET_EXEC ? 0x400000 : 0);
    }

    /// Begins a PT_LOAD, on the next page. The sections that follow are in it.
    public ElfSegment load(int flags) {
        long page = (address + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
        return load(flags, page + offset % PAGE_BYTES);
    }

    /// Begins a PT_LOAD at an address.
    public ElfSegment load(int flags, long at) {
        offset += Math.floorMod(at - offset, PAGE_BYTES);
        address = at;
        ElfSegment segment = new ElfSegment(ElfSegment.PT_LOAD, flags).place(offset, address, 0, PAGE_BYTES);
        load = Optional.of(segment);
        segments.add(segment);
        return segment;
    }

    /// The sections that follow are not loaded.
    public ElfBuilder noLoad() {
        load = Optional.empty();
        return this;
    }

    /// Adds a program header for a section, such as a PT_NOTE.
    public ElfSegment segment(int type, ElfSection section) {
        ElfSegment segment = new ElfSegment(type, ElfSegment.READ);
        segments.add(segment);
        return segment.place(section.offset(), section.address(), section.size(), 4);
    }

    /// Adds a program header of nothing.
    public ElfSegment segment(int type) {
        ElfSegment segment = new ElfSegment(type, ElfSegment.READ);
        segments.add(segment);
        return segment;
    }

    /// Where the next section goes in memory; meaningless outside a PT_LOAD.
    public long address() {
        return address;
    }

    /// How many section headers there are so far, the empty first one included: the index of the next one.
    public int sectionCount() {
        return sections.size();
    }

    /// Skips bytes of the file, and of memory, up to a multiple.
    public ElfBuilder align(int multiple) {
        skip(Math.floorMod(-offset, multiple));
        return this;
    }

    /// Leaves a hole in the file, and in memory.
    public ElfBuilder skip(long bytes) {
        advance(bytes);
        return this;
    }

    private void advance(long bytes) {
        offset += bytes;
        if (load.isPresent()) {
            address += bytes;
            load.get().extend(offset, 0);
        }
        file.resize(Math.max(file.size(), offset));
    }

    public ElfSection section(String name, int type, long flags, Bytes content) {
        return section(name, type, flags, Content.of(content));
    }

    /// @param flags SHF_...; SHF_ALLOC is what it is in a PT_LOAD
    public ElfSection section(String name, int type, long flags, Content content) {
        ElfSection section = new ElfSection(name, sections.size(), content);
        sections.add(section);
        section.set(ElfField.Section.SH_TYPE, type)
                .set(ElfField.Section.SH_FLAGS, flags)
                .set(ElfField.Section.SH_ADDR, load.isPresent() ? address : 0)
                .set(ElfField.Section.SH_OFFSET, offset)
                .set(ElfField.Section.SH_SIZE, content.size())
                .set(ElfField.Section.SH_ADDRALIGN, 1);
        if (type == ElfSection.SHT_NOBITS) {
            load.ifPresent(segment -> segment.extend(offset, content.size()));
            address += load.isPresent() ? content.size() : 0;
        } else {
            file.put(offset, content);
            advance(content.size());
        }
        return section;
    }

    /// Adds code, executable and loaded.
    public ElfSection text(int... code) {
        return section(
                ".text",
                ElfSection.SHT_PROGBITS,
                ElfSection.SHF_ALLOC | ElfSection.SHF_EXECINSTR,
                new Bytes().add(code));
    }

    /// Adds a table of symbols and, behind it, the section of its names: `.symtab` with `.strtab`, else with
    /// `.dynstr`.
    ///
    /// @return the table
    public ElfSection symbols(String name, SymbolTable symbols) {
        boolean dynamic = !name.equals(".symtab");
        long flags = dynamic ? ElfSection.SHF_ALLOC : 0;
        align(8);
        ElfSection table =
                section(name, dynamic ? ElfSection.SHT_DYNSYM : ElfSection.SHT_SYMTAB, flags, symbols.table());
        ElfSection names = section(dynamic ? ".dynstr" : ".strtab", ElfSection.SHT_STRTAB, flags, symbols.names());
        return table.link(names)
                .set(ElfField.Section.SH_ENTSIZE, SymbolTable.ENTRY_BYTES)
                .set(ElfField.Section.SH_INFO, symbols.firstGlobal())
                .set(ElfField.Section.SH_ADDRALIGN, 8);
    }

    /// Adds notes and the PT_NOTE for them.
    public ElfSection notes(String name, Notes notes) {
        align(notes.align());
        ElfSection section = section(
                name, ElfSection.SHT_NOTE, load.isPresent() ? ElfSection.SHF_ALLOC : 0, Content.of(notes.toArray()));
        section.set(ElfField.Section.SH_ADDRALIGN, notes.align());
        if (load.isPresent()) {
            segment(ElfSegment.PT_NOTE, section).set(ElfField.Segment.P_ALIGN, notes.align());
        }
        return section;
    }

    /// The file gets no section headers.
    public ElfBuilder withoutSections() {
        withSections = false;
        return this;
    }

    /// Writes the program headers in reverse order.
    public ElfBuilder reverseSegments() {
        reversedSegments = true;
        return this;
    }

    /// The content of `.shstrtab` is this, whatever the sections are called.
    public ElfBuilder sectionNames(Content names) {
        sectionNames = Optional.of(names);
        return this;
    }

    /// Sets a field of the file's header.
    public ElfBuilder lie(Header field, long value) {
        lies.put(field, value);
        return this;
    }

    /// The section of this name that was added first.
    public ElfSection named(String name) {
        return sections.stream()
                .filter(section -> section.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no section " + name));
    }

    public byte[] toArray() {
        return build().toArray();
    }

    /// The file. To be called once, at the end.
    public Pieces build() {
        Bytes header = new Bytes()
                .add(0x7f, 'E', 'L', 'F', 2, 1, 1)
                .zeros(HEADER_BYTES - 7)
                .set(Header.E_TYPE.at(), 2, type)
                .set(Header.E_MACHINE.at(), 2, machine)
                .set(Header.E_VERSION.at(), 4, 1)
                .set(Header.E_EHSIZE.at(), 2, HEADER_BYTES);
        noLoad();
        putSegments(header);
        if (withSections) {
            putSections(header);
        }
        lies.forEach((field, value) -> header.set(field.at(), field.width(), value));
        return file.put(0, Content.of(header));
    }

    private void putSegments(Bytes header) {
        List<ElfSegment> ordered = new ArrayList<>(segments);
        if (reversedSegments) {
            Collections.reverse(ordered);
        }
        Bytes table = new Bytes();
        ordered.forEach(segment -> segment.write(table));
        long at = HEADER_BYTES;
        if (segments.size() > MAX_FIRST_SEGMENTS) {
            align(8);
            at = offset;
            advance(table.size());
        }
        header.set(Header.E_PHOFF.at(), 8, segments.isEmpty() ? 0 : at)
                .set(Header.E_PHENTSIZE.at(), 2, ElfSegment.BYTES)
                .set(Header.E_PHNUM.at(), 2, segments.size());
        file.put(at, Content.of(table));
    }

    private void putSections(Bytes header) {
        Bytes names = new Bytes();
        for (ElfSection section : sections) {
            section.name(names);
        }
        int own = ElfSection.name(".shstrtab", names);
        Content content = sectionNames.orElseGet(() -> Content.of(names));
        ElfSection strings = section(".shstrtab", ElfSection.SHT_STRTAB, 0, content);
        strings.set(ElfField.Section.SH_NAME, own);
        align(8);
        byte[] table = new byte[sections.size() * ElfSection.BYTES];
        for (ElfSection section : sections) {
            section.writeHeader(table, section.index() * ElfSection.BYTES);
        }
        file.put(offset, Content.of(table));
        header.set(Header.E_SHOFF.at(), 8, offset)
                .set(Header.E_SHENTSIZE.at(), 2, ElfSection.BYTES)
                .set(Header.E_SHNUM.at(), 2, sections.size())
                .set(Header.E_SHSTRNDX.at(), 2, strings.index());
    }
}
