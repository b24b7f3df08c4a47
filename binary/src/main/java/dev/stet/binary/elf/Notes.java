package dev.stet.binary.elf;

import dev.stet.binary.BinaryException;
import dev.stet.binary.MalformedBinaryException;
import dev.stet.binary.Note;
import dev.stet.facts.BuildId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/// ELF notes (gABI chapter 5): name size, descriptor size, type, then name and descriptor, each padded.
public final class Notes {
    /// Programs have up to ten.
    private static final int MAX_NOTES = 4096;

    /// USDT notes, the longest, take some 100 bytes a probe; Ruby's and Node's stay under 64 KiB.
    static final int MAX_NOTES_BYTES = 4 << 20;

    /// For display.
    private static final int MAX_OWNER_BYTES = 32;

    private static final int HEADER_BYTES = 12;
    private static final int NT_GNU_BUILD_ID = 3;

    /// Sees each note.
    @FunctionalInterface
    interface Visitor {
        /// @return shall there be another?
        boolean note(ByteView owner, long type, ByteView desc) throws MalformedBinaryException;
    }

    private Notes() {}

    /// Looks in the PT_NOTE segments, then in the note sections if their headers can be read.
    public static Optional<BuildId> buildId(Elf elf) throws BinaryException {
        for (Segment segment : segments(elf)) {
            Optional<BuildId> found = buildId(read(elf, segment), align(segment));
            if (found.isPresent()) {
                return found;
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
        AtomicReference<BuildId> found = new AtomicReference<>();
        visit(notes, align, MAX_NOTES, (owner, type, desc) -> {
            if (type == NT_GNU_BUILD_ID && owner.isAscii("GNU\0")) {
                desc.require(desc.size() > 0, 0, "empty build ID");
                found.set(BuildId.of(desc.copy(BuildId.MAX_BYTES, "build ID")));
            }
            return found.get() == null;
        });
        return Optional.ofNullable(found.get());
    }

    /// The notes that are loaded with the program: those of its PT_NOTE segments.
    public static List<Note> loaded(Elf elf) throws BinaryException {
        List<Note> all = new ArrayList<>();
        for (Segment segment : segments(elf)) {
            ByteView notes = read(elf, segment);
            visit(notes, align(segment), MAX_NOTES, (owner, type, desc) -> {
                notes.require(all.size() < MAX_NOTES, 0, "more than " + MAX_NOTES + " notes");
                return all.add(new Note(owner(owner), type, desc.size()));
            });
        }
        return List.copyOf(all);
    }

    private static String owner(ByteView name) throws MalformedBinaryException {
        byte[] bytes = name.slice(0, Math.min(name.size(), MAX_OWNER_BYTES), "note name")
                .copy(MAX_OWNER_BYTES, "note name");
        String text = new String(bytes, StandardCharsets.US_ASCII);
        int end = text.indexOf(0);
        return text.substring(0, end < 0 ? text.length() : end).replaceAll("[^ -~]", "?");
    }

    /// Visits notes in order.
    ///
    /// @param align padding in bytes: 4 or 8
    /// @throws MalformedBinaryException if a note runs past the end, or there are more than `max`
    static void visit(ByteView notes, int align, int max, Visitor visitor) throws MalformedBinaryException {
        long at = 0;
        for (int seen = 0; at < notes.size(); seen++) {
            notes.require(seen < max, at, "more than " + max + " notes");
            long nameBytes = notes.u32(at);
            long descBytes = notes.u32(at + 4);
            long type = notes.u32(at + 8);
            long descAt = padded(at + HEADER_BYTES + nameBytes, align);
            ByteView name = notes.slice(at + HEADER_BYTES, nameBytes, "note name");
            ByteView desc = notes.slice(descAt, descBytes, "note descriptor");
            if (!visitor.note(name, type, desc)) {
                return;
            }
            at = padded(descAt + descBytes, align);
        }
    }

    /// The PT_NOTE segments. A thousand headers may name the same bytes, so they are counted together.
    private static List<Segment> segments(Elf elf) throws MalformedBinaryException {
        List<Segment> found = new ArrayList<>();
        long bytes = 0;
        for (Segment segment : elf.segments().all()) {
            if (segment.type() == Segment.PT_NOTE) {
                long more = segment.fileBytes();
                if (more < 0 || more > MAX_NOTES_BYTES - bytes) {
                    throw new MalformedBinaryException(
                            "PT_NOTE segments of more than " + MAX_NOTES_BYTES + " bytes",
                            Math.clamp(segment.offset(), 0, elf.image().size()));
                }
                bytes += more;
                found.add(segment);
            }
        }
        return found;
    }

    private static ByteView read(Elf elf, Segment segment) throws BinaryException {
        return elf.image().read(segment.offset(), segment.fileBytes(), MAX_NOTES_BYTES, "PT_NOTE segment");
    }

    private static int align(Segment segment) {
        return segment.align() == 8 ? 8 : 4;
    }

    private static long padded(long at, int align) {
        return (at + align - 1) & -align;
    }
}
