package dev.stet.binary.elf;

import dev.stet.binary.MalformedBinaryException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// The program headers: the only part of an ELF file that the loader goes by, so the only one that says which
/// byte of the file is at which address.
///
/// @param all in the order of the file
public record Segments(List<Segment> all) {
    public static final Segments NONE = new Segments(List.of());

    /// The kernel refuses programs with more than 64 KiB of program headers (`fs/binfmt_elf.c:
    /// load_elf_phdrs`), which is 1170; libraries have a dozen.
    private static final int MAX_SEGMENTS = 4096;

    /// Smallest page of the machines we know. The kernel maps whole pages, so offset and address agree
    /// within one.
    private static final int PAGE_BYTES = 4096;

    public Segments {
        all = List.copyOf(all);
    }

    public static Segments parse(ByteView headers, int count, long imageBytes) throws MalformedBinaryException {
        headers.require(count <= MAX_SEGMENTS, 0, "more than " + MAX_SEGMENTS + " program headers");
        List<Segment> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ByteView header = headers.slice((long) i * Segment.BYTES, Segment.BYTES, "program header");
            Segment segment = Segment.parse(header);
            if (segment.isLoaded()) {
                check(segment, header, imageBytes);
            }
            all.add(segment);
        }
        headers.require(all.stream().anyMatch(Segment::isLoaded), 0, "no PT_LOAD: nothing of it would be in memory");
        List<Segment> byAddress = all.stream()
                .filter(Segment::isLoaded)
                .sorted(Comparator.comparingLong(Segment::address))
                .toList();
        for (int i = 1; i < byAddress.size(); i++) {
            Segment before = byAddress.get(i - 1);
            headers.require(
                    before.memoryBytes() <= byAddress.get(i).address() - before.address(), 0, "PT_LOADs overlap");
        }
        return new Segments(all);
    }

    private static void check(Segment it, ByteView header, long imageBytes) throws MalformedBinaryException {
        header.require(it.address() >= 0 && it.memoryBytes() >= 0, 16, "PT_LOAD outside user space");
        header.require(it.memoryBytes() <= Long.MAX_VALUE - it.address(), 16, "PT_LOAD's end wraps around");
        header.require(
                it.fileBytes() >= 0 && it.fileBytes() <= it.memoryBytes(), 32, "PT_LOAD: more in file than in memory");
        header.require(
                it.offset() >= 0 && it.offset() <= imageBytes && it.fileBytes() <= imageBytes - it.offset(),
                8,
                "PT_LOAD runs past the end of the file");
        header.require(
                it.fileBytes() == 0 || (it.offset() - it.address()) % PAGE_BYTES == 0,
                8,
                "PT_LOAD: offset and address differ within a page");
    }

    public List<Segment> loaded() {
        return all.stream().filter(Segment::isLoaded).toList();
    }

    /// @return empty if the file has no byte for the address
    public OptionalLong fileOffsetOf(long virtualAddress) {
        for (Segment segment : all) {
            if (segment.isLoaded() && segment.holdsAddress(virtualAddress, 1)) {
                return OptionalLong.of(virtualAddress - segment.address() + segment.offset());
            }
        }
        return OptionalLong.empty();
    }

    /// The segment through which these bytes of the file can be executed.
    public Optional<Segment> executableAt(long fileOffset, long length) {
        for (Segment segment : all) {
            if (segment.isExecutable() && segment.holdsOffset(fileOffset, length)) {
                return Optional.of(segment);
            }
        }
        return Optional.empty();
    }

    /// The executable segment whose bytes in the file are at the address.
    public Optional<Segment> executableAtAddress(long virtualAddress, long length) {
        for (Segment segment : all) {
            if (segment.isExecutable() && segment.holdsAddress(virtualAddress, length)) {
                return Optional.of(segment);
            }
        }
        return Optional.empty();
    }

    /// The loaded segment that has all these bytes in the file.
    public Optional<Segment> loadedAtAddress(long virtualAddress, long length) {
        for (Segment segment : all) {
            if (segment.isLoaded() && segment.holdsAddress(virtualAddress, length)) {
                return Optional.of(segment);
            }
        }
        return Optional.empty();
    }
}
