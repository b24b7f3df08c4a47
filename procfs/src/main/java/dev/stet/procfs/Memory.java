package dev.stet.procfs;

import dev.stet.facts.MappedFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What `/proc/PID/maps` says of a process's memory.
///
/// @param code what can be executed, in the order of the addresses
/// @param image where its executable is
record Memory(List<CodeArea> code, Optional<Image> image) {
    /// A path of PATH_MAX (4096) bytes, each escaped in four, and the columns before it.
    private static final int MAX_LINE_BYTES = 4 * 4096 + 256;

    static final Memory NONE = new Memory(List.of(), Optional.empty());

    /// From the executable's first byte in memory to behind its last.
    record Image(long start, long end, long fileOffset) {
        /// How much more of memory than of the file an image takes, between its parts: linkers align each to 2 MiB or
        /// less.
        private static final long ROOM = 64L << 20;

        /// With one more mapping of its file, unless that is far off: some programs map their file once more to read
        /// it.
        Image with(MappedFile mapped) {
            boolean loaded = mapped.start() - start <= mapped.fileOffset() - fileOffset + ROOM;
            return loaded ? new Image(start, mapped.end(), fileOffset) : this;
        }

        boolean holds(CodeArea area) {
            return Long.compareUnsigned(area.start(), start) >= 0 && Long.compareUnsigned(area.end(), end) <= 0;
        }
    }

    /// Lines that make no sense are left out.
    ///
    /// @param exe the text of the link `exe`
    /// @param root the text of the link `root`, which goes from the beginnings of paths
    /// @throws IOException if it cannot be read, or has more than [ProcReader#MAX_MAPS_LINES] lines
    static Memory read(Path maps, String exe, String root) throws IOException {
        DeletedPath executable = DeletedPath.of(exe);
        List<CodeArea> code = new ArrayList<>();
        Image image = null;
        try (InputStream in = Files.newInputStream(maps)) {
            Lines lines = new Lines(in, MAX_LINE_BYTES);
            for (int seen = 0; lines.next(); seen++) {
                if (seen == ProcReader.MAX_MAPS_LINES) {
                    throw new IOException("more than " + ProcReader.MAX_MAPS_LINES + " mappings");
                }
                Optional<MapsLine> parsed =
                        lines.isWhole() ? MapsLine.parse(lines.bytes(), lines.length()) : Optional.empty();
                if (parsed.isEmpty()) {
                    continue;
                }
                MapsLine line = parsed.get();
                if (line.isOf(executable)) {
                    MappedFile file = line.area().file().orElseThrow();
                    image = image == null ? new Image(file.start(), file.end(), file.fileOffset()) : image.with(file);
                }
                if (line.executable()) {
                    code.add(line.below(root));
                }
            }
        }
        return new Memory(List.copyOf(code), Optional.ofNullable(image));
    }

    /// The files that are mapped to be executed.
    List<MappedFile> files() {
        return code.stream().flatMap(area -> area.file().stream()).toList();
    }

    /// Does the program run code that stands where its file's code was, but is of no file?
    boolean hasCodeInPlaceOfFile() {
        return image.isPresent()
                && code.stream()
                        .anyMatch(area -> area.file().isEmpty()
                                && area.name().isEmpty()
                                && image.get().holds(area));
    }
}
