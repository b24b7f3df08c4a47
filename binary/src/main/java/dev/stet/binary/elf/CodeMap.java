package dev.stet.binary.elf;

import java.util.Comparator;
import java.util.List;

/// Which addresses of a binary are code that the file holds, and where runs of code end. Answers in
/// logarithmic time, since a hostile file may have thousands of segments and sections, and millions of
/// symbols to look up.
public final class CodeMap {
    private final Segments segments;

    /// Executable segments, by address. They do not overlap.
    private final Segment[] code;

    private final long[] codeStarts;

    /// Executable sections, by address. They may overlap, in which case the later begun one counts.
    private final long[] sectionStarts;

    private final long[] sectionEnds;

    private CodeMap(Segments segments, List<Segment> code, List<Section> sections) {
        this.segments = segments;
        this.code = code.toArray(Segment[]::new);
        this.codeStarts = code.stream().mapToLong(Segment::address).toArray();
        this.sectionStarts = sections.stream().mapToLong(Section::address).toArray();
        this.sectionEnds =
                sections.stream().mapToLong(s -> s.address() + s.size()).toArray();
    }

    public static CodeMap of(Segments segments, Sections sections) {
        List<Segment> code = segments.all().stream()
                .filter(Segment::isExecutable)
                .sorted(Comparator.comparingLong(Segment::address))
                .toList();
        List<Section> executable = sections.all().stream()
                .filter(s ->
                        s.isExecutable() && s.address() > 0 && s.size() > 0 && s.size() <= Long.MAX_VALUE - s.address())
                .sorted(Comparator.comparingLong(Section::address))
                .toList();
        return new CodeMap(segments, code, executable);
    }

    /// The lowest address of code; 0 if there is none.
    public long start() {
        return codeStarts.length == 0 ? 0 : codeStarts[0];
    }

    /// Are these bytes all in one executable segment, and in the file?
    public boolean holds(long virtualAddress, long length) {
        int i = floor(codeStarts, virtualAddress);
        return i >= 0 && code[i].holdsAddress(virtualAddress, length);
    }

    /// Is this address in a section of code? Yes, too, in any executable segment if no section headers say
    /// more.
    public boolean isInSection(long virtualAddress) {
        int i = floor(sectionStarts, virtualAddress);
        return sectionStarts.length == 0 ? holds(virtualAddress, 1) : i >= 0 && virtualAddress < sectionEnds[i];
    }

    /// The first address behind the section, or else segment, that holds this one.
    ///
    /// @param virtualAddress of code, as [#holds] says
    public long endAfter(long virtualAddress) {
        Segment segment = code[floor(codeStarts, virtualAddress)];
        long end = segment.address() + segment.fileBytes();
        int i = floor(sectionStarts, virtualAddress);
        return i >= 0 && virtualAddress < sectionEnds[i] ? Math.min(end, sectionEnds[i]) : end;
    }

    /// The file offset of code.
    ///
    /// @param virtualAddress of code, as [#holds] says
    public long fileOffsetOf(long virtualAddress) {
        Segment segment = code[floor(codeStarts, virtualAddress)];
        return virtualAddress - segment.address() + segment.offset();
    }

    /// The address at which the file's byte can be executed.
    ///
    /// @return the first in the order of program headers; -1 if there is none
    public long addressOf(long fileOffset) {
        for (Segment segment : segments.all()) {
            if (segment.isExecutable() && segment.holdsOffset(fileOffset, 1)) {
                return fileOffset - segment.offset() + segment.address();
            }
        }
        return -1;
    }

    /// @return the last that is not above `wanted`; -1 if there is none
    private static int floor(long[] sorted, long wanted) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] <= wanted) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }
}
