package dev.stet.binary.elf;

/// One section header. Nothing in it has been compared with the file yet: readers do that when they read.
///
/// @param name empty if it has none that can be read
/// @param type sh_type
/// @param flags sh_flags
/// @param address sh_addr: virtual address, 0 if not loaded
/// @param offset sh_offset: file offset
/// @param size sh_size, in bytes
/// @param link sh_link
/// @param entryBytes sh_entsize
public record Section(
        String name, long type, long flags, long address, long offset, long size, long link, long entryBytes) {
    public static final int BYTES = 64;
    public static final int SHT_SYMTAB = 2;
    public static final int SHT_STRTAB = 3;
    public static final int SHT_NOTE = 7;
    public static final int SHT_NOBITS = 8;
    public static final int SHT_DYNSYM = 11;
    private static final int SHF_EXECINSTR = 4;
    private static final int SHF_COMPRESSED = 0x800;

    public boolean isExecutable() {
        return (flags & SHF_EXECINSTR) != 0;
    }

    /// Are its bytes in the file as they are meant?
    public boolean isPlain() {
        return type != SHT_NOBITS && (flags & SHF_COMPRESSED) == 0;
    }

    public boolean holdsAddress(long virtualAddress) {
        return virtualAddress >= address && size >= 0 && virtualAddress - address < size;
    }
}
