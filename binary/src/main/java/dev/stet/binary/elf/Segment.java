package dev.stet.binary.elf;

import dev.stet.binary.MalformedBinaryException;

/// One program header.
///
/// @param type p_type
/// @param flags p_flags
/// @param offset p_offset: file offset
/// @param address p_vaddr: virtual address
/// @param fileBytes p_filesz
/// @param memoryBytes p_memsz
/// @param align p_align, as it stands
public record Segment(long type, long flags, long offset, long address, long fileBytes, long memoryBytes, long align) {
    public static final int BYTES = 56;
    public static final int PT_LOAD = 1;
    public static final int PT_NOTE = 4;
    private static final int PF_X = 1;
    private static final int PF_W = 2;

    public static Segment parse(ByteView header) throws MalformedBinaryException {
        return new Segment(
                header.u32(0),
                header.u32(4),
                header.u64(8),
                header.u64(16),
                header.u64(32),
                header.u64(40),
                header.u64(48));
    }

    public boolean isLoaded() {
        return type == PT_LOAD;
    }

    public boolean isExecutable() {
        return isLoaded() && (flags & PF_X) != 0;
    }

    public boolean isData() {
        return isLoaded() && (flags & (PF_X | PF_W)) == PF_W;
    }

    /// Are `length` bytes from the virtual address on backed by the file?
    public boolean holdsAddress(long virtualAddress, long length) {
        return virtualAddress >= address && holds(virtualAddress - address, length);
    }

    public boolean holdsOffset(long fileOffset, long length) {
        return fileOffset >= offset && holds(fileOffset - offset, length);
    }

    private boolean holds(long at, long length) {
        return length >= 0 && at < fileBytes && length <= fileBytes - at;
    }
}
