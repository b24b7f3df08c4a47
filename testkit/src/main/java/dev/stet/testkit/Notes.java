package dev.stet.testkit;

/// Notes for an [ElfBuilder] (gABI chapter 5): size of the name, size of the descriptor, type, then both, each
/// padded.
public final class Notes {
    public static final int NT_GNU_BUILD_ID = 3;
    public static final int NT_STAPSDT = 3;
    public static final int NT_GO_BUILD_ID = 4;

    private final int align;
    private final Bytes bytes = new Bytes();

    /// Notes padded to 4 bytes, as nearly all are.
    public Notes() {
        this(4);
    }

    /// @param align 4 or 8
    public Notes(int align) {
        this.align = align;
    }

    public Notes note(String owner, int type, byte[] descriptor) {
        return raw(
                owner.length() + 1L,
                descriptor.length,
                type,
                new Bytes().text(owner).toArray(),
                descriptor);
    }

    public Notes buildId(int... id) {
        return note("GNU", NT_GNU_BUILD_ID, new Bytes().add(id).toArray());
    }

    /// A probe of `sys/sdt.h`.
    ///
    /// @param base address of `.stapsdt.base` at the time of linking; 0 if the section was stripped
    /// @param arguments as `-4@%eax 8@%rdi`
    public Notes usdt(long address, long base, long semaphore, String provider, String name, String arguments) {
        Bytes descriptor = new Bytes()
                .u64(address)
                .u64(base)
                .u64(semaphore)
                .text(provider)
                .text(name)
                .text(arguments);
        return note("stapsdt", NT_STAPSDT, descriptor.toArray());
    }

    /// Writes a note as it is, with lengths that need not be true.
    public Notes raw(long nameBytes, long descriptorBytes, long type, byte[] name, byte[] descriptor) {
        bytes.u32(nameBytes).u32(descriptorBytes).u32(type).add(name).align(align);
        bytes.add(descriptor).align(align);
        return this;
    }

    int align() {
        return align;
    }

    public byte[] toArray() {
        return bytes.toArray();
    }
}
