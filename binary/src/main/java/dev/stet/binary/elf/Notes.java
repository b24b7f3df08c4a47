package dev.stet.binary.elf;

import dev.stet.binary.BinaryException;
import dev.stet.binary.MalformedBinaryException;
import dev.stet.facts.BuildId;
import java.util.Optional;

/// ELF notes (gABI chapter 5): name size, descriptor size, type, then name and descriptor, each padded.
public final class Notes {
    /// Programs have up to ten.
    private static final int MAX_NOTES = 4096;

    /// USDT notes, the longest, take some 100 bytes a probe; Ruby's and Node's stay under 64 KiB.
    private static final int MAX_NOTES_BYTES = 4 << 20;

    private static final int HEADER_BYTES = 12;
    private static final int NT_GNU_BUILD_ID = 3;

    private Notes() {}

    /// Looks in the PT_NOTE segments, then in the note sections if their headers can be read.
    public static Optional<BuildId> buildId(Elf elf) throws BinaryException {
        for (Segment segment : elf.segments().all()) {
            if (segment.type() == Segment.PT_NOTE) {
                ByteView notes =
                        elf.image().read(segment.offset(), segment.fileBytes(), MAX_NOTES_BYTES, "PT_NOTE segment");
                Optional<BuildId> found = buildId(notes, segment.align() == 8 ? 8 : 4);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        Sections sections;
        try {
            sections = elf.sections().get();
        } catch (MalformedBinaryException noMap) {
            return Optional.empty();
        }
        Optional<Section> note = sections.named(".note.gnu.build-id").filter(s -> s.type() == Section.SHT_NOTE);
        return note.isEmpty()
                ? Optional.empty()
                : buildId(elf.read(note.get(), MAX_NOTES_BYTES, ".note.gnu.build-id"), 4);
    }

    /// Finds the build ID among notes.
    ///
    /// @param align padding in bytes: 4 or 8
    /// @return empty if the notes are well formed and none of them is a build ID
    /// @throws MalformedBinaryException if a note runs past the end, or there are too many
    public static Optional<BuildId> buildId(ByteView notes, int align) throws MalformedBinaryException {
        long at = 0;
        for (int seen = 0; at < notes.size(); seen++) {
            notes.require(seen < MAX_NOTES, at, "more than " + MAX_NOTES + " notes");
            long nameBytes = notes.u32(at);
            long descBytes = notes.u32(at + 4);
            long type = notes.u32(at + 8);
            long descAt = padded(at + HEADER_BYTES + nameBytes, align);
            ByteView name = notes.slice(at + HEADER_BYTES, nameBytes, "note name");
            ByteView desc = notes.slice(descAt, descBytes, "note descriptor");
            if (type == NT_GNU_BUILD_ID && name.isAscii("GNU\0")) {
                notes.require(descBytes > 0, at, "empty build ID");
                return Optional.of(BuildId.of(desc.copy(BuildId.MAX_BYTES, "build ID")));
            }
            at = padded(descAt + descBytes, align);
        }
        return Optional.empty();
    }

    private static long padded(long at, int align) {
        return (at + align - 1) & -align;
    }
}
