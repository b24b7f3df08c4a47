package dev.stet.binary.elf;

import dev.stet.binary.BinaryException;
import dev.stet.binary.MalformedBinaryException;
import dev.stet.binary.UsdtProbe;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// USDT probes: notes of owner `stapsdt` and type 3 in `.note.stapsdt`, which is not loaded and so only a
/// section. Each has three addresses (of the instruction, of `.stapsdt.base` when the file was linked, of
/// the semaphore) and three texts (provider, name, arguments).
public final class UsdtNotes {
    private static final String NAME = ".note.stapsdt";
    private static final int NT_STAPSDT = 3;
    private static final int ADDRESSES_BYTES = 24;

    /// The macros make expressions of some dozen characters an argument.
    private static final int MAX_TEXT_BYTES = 4096;

    /// A program with more of them has them made by a machine.
    private static final int MAX_PROBES = 16_384;

    private UsdtNotes() {}

    /// @return those whose instruction, and semaphore if they have one, have bytes in the file; empty if the
    ///     program has no probes
    /// @throws MalformedBinaryException if a note is cut off, or there are too many
    public static List<UsdtProbe> read(Elf elf) throws BinaryException {
        Sections sections = elf.sections().get();
        // A prelinked file has moved, and its notes have not: by as much as this section has.
        Optional<Section> base = sections.named(".stapsdt.base");
        List<UsdtProbe> probes = new ArrayList<>();
        long left = Notes.MAX_NOTES_BYTES;
        for (Section section : sections.all()) {
            if (section.type() == Section.SHT_NOTE && section.name().equals(NAME)) {
                ByteView notes = elf.read(section, (int) left, NAME);
                left -= notes.size();
                Notes.visit(notes, 4, MAX_PROBES, (owner, type, desc) -> {
                    if (type == NT_STAPSDT && owner.isAscii("stapsdt\0")) {
                        notes.require(probes.size() < MAX_PROBES, 0, "more than " + MAX_PROBES + " USDT probes");
                        probe(elf, desc, base).ifPresent(probes::add);
                    }
                    return true;
                });
            }
        }
        return List.copyOf(probes);
    }

    private static Optional<UsdtProbe> probe(Elf elf, ByteView note, Optional<Section> base)
            throws MalformedBinaryException {
        long moved = base.isPresent() ? base.get().address() - note.u64(8) : 0;
        long address = note.u64(0) + moved;
        long semaphore = note.u64(16);
        int providerBytes = textLength(note, ADDRESSES_BYTES);
        long nameAt = ADDRESSES_BYTES + providerBytes + 1L;
        int nameBytes = textLength(note, nameAt);
        long argumentsAt = nameAt + nameBytes + 1;
        String arguments = text(note, argumentsAt, textLength(note, argumentsAt));
        OptionalLong offset = elf.segments().fileOffsetOf(address);
        OptionalLong counter =
                semaphore == 0 ? OptionalLong.empty() : elf.segments().fileOffsetOf(semaphore + moved);
        if (offset.isEmpty() || (semaphore != 0 && counter.isEmpty())) {
            return Optional.empty();
        }
        return Optional.of(new UsdtProbe(
                text(note, ADDRESSES_BYTES, providerBytes),
                text(note, nameAt, nameBytes),
                address,
                offset.getAsLong(),
                counter,
                UsdtArguments.parse(arguments)));
    }

    private static int textLength(ByteView note, long at) throws MalformedBinaryException {
        int length = note.textLength(at, MAX_TEXT_BYTES);
        note.require(length >= 0, at, "USDT note: a text without an end");
        return length;
    }

    private static String text(ByteView note, long at, int length) throws MalformedBinaryException {
        byte[] bytes = note.slice(at, length, "text of a USDT note").copy(MAX_TEXT_BYTES, "text of a USDT note");
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
