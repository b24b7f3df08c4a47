package dev.stet.binary.traits;

import dev.stet.binary.BinaryException;
import dev.stet.binary.Hazard;
import dev.stet.binary.elf.ByteView;
import dev.stet.binary.elf.Elf;
import dev.stet.binary.elf.Segment;
import java.util.OptionalLong;

/// Looks into `.eh_frame` for functions with a personality routine, which the unwinder stops at (LSB 5.0 core,
/// 10.6 exception frames). It is found by PT_GNU_EH_FRAME, so it is there in files without section headers.
final class UnwindTable {
    private static final int PT_GNU_EH_FRAME = 0x6474_e550;

    /// Version 1, then a pointer to `.eh_frame` of 4 bytes that counts from itself, as all linkers write it.
    private static final int VERSION = 1;

    private static final int PC_RELATIVE_4_BYTES = 0x1b;

    /// The first functions with exceptions come long before; large programs have tens of megabytes.
    private static final int MAX_BYTES = 8 << 20;

    private static final int MAX_AUGMENTATION_BYTES = 16;

    private UnwindTable() {}

    static void read(Elf elf, Findings findings) throws BinaryException {
        for (Segment segment : elf.segments().all()) {
            if (segment.type() == PT_GNU_EH_FRAME && segment.fileBytes() >= 8) {
                ByteView header = elf.image().read(segment.offset(), 8, 8, ".eh_frame_hdr");
                if (header.u8(0) == VERSION && header.u8(1) == PC_RELATIVE_4_BYTES) {
                    frames(elf, segment.address() + 4 + header.i32(4), findings);
                }
            }
        }
    }

    private static void frames(Elf elf, long address, Findings findings) throws BinaryException {
        OptionalLong offset = elf.segments().fileOffsetOf(address);
        if (offset.isEmpty()) {
            return;
        }
        Segment segment = elf.segments().loadedAtAddress(address, 1).orElseThrow();
        long length = segment.offset() + segment.fileBytes() - offset.getAsLong();
        ByteView frames = elf.image().readUpTo(offset.getAsLong(), length, MAX_BYTES, ".eh_frame");
        // Each record: its length, then 0 if it is a CIE, its version and its augmentation. 0 ends the table.
        for (long at = 0; at + 16 < frames.size(); ) {
            long size = frames.u32(at);
            if (size == 0 || size >= 0xffff_fff0L) {
                return;
            }
            if (frames.u32(at + 4) == 0 && hasPersonality(frames, at + 9)) {
                findings.add(Meaning.of(Hazard.Kind.EXCEPTION_TABLES), ".eh_frame names a personality routine");
                return;
            }
            at += 4 + size;
        }
    }

    private static boolean hasPersonality(ByteView frames, long at) throws BinaryException {
        int length = frames.textLength(at, MAX_AUGMENTATION_BYTES);
        for (int i = 0; i < length; i++) {
            if (frames.u8(at + i) == 'P') {
                return true;
            }
        }
        return false;
    }
}
