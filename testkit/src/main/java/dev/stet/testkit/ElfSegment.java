package dev.stet.testkit;

import java.util.EnumMap;
import java.util.Map;

/// One program header of a file that an [ElfBuilder] makes.
public final class ElfSegment {
    public static final int PT_LOAD = 1;
    public static final int PT_DYNAMIC = 2;
    public static final int PT_INTERP = 3;
    public static final int PT_NOTE = 4;
    public static final int PT_TLS = 7;
    public static final int PT_GNU_STACK = 0x6474e551;
    public static final int EXECUTE = 1;
    public static final int WRITE = 2;
    public static final int READ = 4;

    static final int BYTES = 56;

    private final Map<ElfField.Segment, Long> fields = new EnumMap<>(ElfField.Segment.class);

    ElfSegment(int type, int flags) {
        set(ElfField.Segment.P_TYPE, type);
        set(ElfField.Segment.P_FLAGS, flags);
    }

    /// Sets a field, to the truth or to a lie. What lies where does not change.
    public ElfSegment set(ElfField.Segment field, long value) {
        fields.put(field, value);
        return this;
    }

    public long get(ElfField.Segment field) {
        return fields.getOrDefault(field, 0L);
    }

    public boolean isExecutable() {
        return (get(ElfField.Segment.P_FLAGS) & EXECUTE) != 0;
    }

    public boolean isWritable() {
        return (get(ElfField.Segment.P_FLAGS) & WRITE) != 0;
    }

    ElfSegment place(long offset, long address, long size, long align) {
        return set(ElfField.Segment.P_OFFSET, offset)
                .set(ElfField.Segment.P_VADDR, address)
                .set(ElfField.Segment.P_PADDR, address)
                .set(ElfField.Segment.P_FILESZ, size)
                .set(ElfField.Segment.P_MEMSZ, size)
                .set(ElfField.Segment.P_ALIGN, align);
    }

    /// Makes it hold the file up to this offset.
    void extend(long endOffset, long moreMemory) {
        long size = endOffset - get(ElfField.Segment.P_OFFSET);
        set(ElfField.Segment.P_FILESZ, size);
        set(ElfField.Segment.P_MEMSZ, Math.max(size + moreMemory, get(ElfField.Segment.P_MEMSZ)));
    }

    void write(Bytes headers) {
        int at = headers.size();
        Bytes grown = headers.zeros(BYTES);
        fields.forEach((field, value) -> grown.set(at + field.at(), field.width(), value));
    }
}
