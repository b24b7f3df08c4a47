package dev.stet.testkit;

import java.util.EnumMap;
import java.util.Map;

/// One section of a file that an [ElfBuilder] makes. Its place is known as soon as it is added, so that later
/// content can point to it.
public final class ElfSection {
    public static final int SHT_NULL = 0;
    public static final int SHT_PROGBITS = 1;
    public static final int SHT_SYMTAB = 2;
    public static final int SHT_STRTAB = 3;
    public static final int SHT_RELA = 4;
    public static final int SHT_DYNAMIC = 6;
    public static final int SHT_NOTE = 7;
    public static final int SHT_NOBITS = 8;
    public static final int SHT_DYNSYM = 11;
    public static final int SHT_GNU_VERDEF = 0x6ffffffd;
    public static final int SHT_GNU_VERNEED = 0x6ffffffe;
    public static final int SHT_GNU_VERSYM = 0x6fffffff;
    public static final int SHF_WRITE = 1;
    public static final int SHF_ALLOC = 2;
    public static final int SHF_EXECINSTR = 4;
    public static final int SHF_COMPRESSED = 0x800;

    static final int BYTES = 64;

    private final String name;
    private final int index;
    private final Content content;
    private final Map<ElfField.Section, Long> fields = new EnumMap<>(ElfField.Section.class);

    ElfSection(String name, int index, Content content) {
        this.name = name;
        this.index = index;
        this.content = content;
    }

    public String name() {
        return name;
    }

    /// Its number among the section headers.
    public int index() {
        return index;
    }

    /// Virtual address; 0 if it is not loaded.
    public long address() {
        return get(ElfField.Section.SH_ADDR);
    }

    /// File offset.
    public long offset() {
        return get(ElfField.Section.SH_OFFSET);
    }

    /// In bytes.
    public long size() {
        return content.size();
    }

    /// Sets a field, to the truth or to a lie. Where the content lies does not change.
    public ElfSection set(ElfField.Section field, long value) {
        fields.put(field, value);
        return this;
    }

    /// The section that this one belongs to: of a symbol table, its names.
    public ElfSection link(ElfSection other) {
        return set(ElfField.Section.SH_LINK, other.index);
    }

    Content content() {
        return content;
    }

    private long get(ElfField.Section field) {
        return fields.getOrDefault(field, 0L);
    }

    /// Adds the section's name to the table of names, unless SH_NAME was lied about.
    void name(Bytes names) {
        int at = name(name, names);
        fields.putIfAbsent(ElfField.Section.SH_NAME, (long) at);
    }

    /// @return where it begins
    static int name(String name, Bytes names) {
        int at = names.size();
        names.text(name);
        return at;
    }

    void writeHeader(byte[] into, int at) {
        Bytes header = new Bytes().zeros(BYTES);
        fields.forEach((field, value) -> header.set(field.at(), field.width(), value));
        System.arraycopy(header.toArray(), 0, into, at, BYTES);
    }
}
