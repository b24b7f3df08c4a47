package dev.stet.binary.elf;

import dev.stet.binary.BinaryException;
import dev.stet.binary.ByteSource;
import dev.stet.binary.DebugFiles;
import dev.stet.binary.MalformedBinaryException;
import dev.stet.facts.BuildId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/// The files that hold what was split off a binary. Each is looked for once, and believed only if it says
/// that it belongs to the binary. That there is none, or the wrong one, is an answer.
public final class Companions {
    /// A debug file as long as this takes about half a second to sum up. Chromium's has more, and a build
    /// ID besides.
    private static final long MAX_SUMMED_BYTES = 1L << 30;

    private static final int CHUNK_BYTES = 256 << 10;

    private final Elf elf;
    private final DebugFiles files;
    private final Memo<DebugFile> debugFile;
    private final Memo<DebugFile> alternate;
    private final Memo<Optional<Elf>> debugData;

    public Companions(Elf elf, DebugFiles files) {
        this.elf = elf;
        this.files = files;
        this.debugFile = new Memo<>(this::findDebugFile);
        this.alternate = new Memo<>(this::findAlternate);
        this.debugData = new Memo<>(() -> DebugData.find(elf));
    }

    /// The separate debug file: by build ID, or else by `.gnu_debuglink`.
    ///
    /// @throws MalformedBinaryException if the binary's own notes or link are broken; a broken debug file is
    ///     [DebugFile.Missing]
    public DebugFile debugFile() throws BinaryException {
        return debugFile.get();
    }

    /// The file that dwz put together from several, to which the debug file, or else the binary, leads.
    public DebugFile alternate() throws BinaryException {
        return alternate.get();
    }

    /// The ELF file with symbols only that the binary has in `.gnu_debugdata`.
    public Optional<Elf> debugData() throws BinaryException {
        return debugData.get();
    }

    private DebugFile findDebugFile() throws BinaryException {
        List<String> why = new ArrayList<>();
        Optional<BuildId> id = Notes.buildId(elf);
        if (id.isPresent()) {
            DebugFile found = open("build ID " + id.get(), id, true, () -> files.byBuildId(id.get()), _ -> true);
            if (found instanceof DebugFile.Missing(String reason)) {
                why.add(reason);
            } else {
                return found;
            }
        }
        Optional<DebugLink.Checked> link = DebugLink.find(elf);
        if (link.isPresent()) {
            String name = link.get().link().name();
            int crc = link.get().crc32();
            DebugFile found =
                    open(".gnu_debuglink " + shown(name), id, false, () -> files.byName(name), f -> sum(f) == crc);
            if (found instanceof DebugFile.Missing(String reason)) {
                why.add(reason);
            } else {
                return found;
            }
        }
        return new DebugFile.Missing(
                why.isEmpty()
                        ? "neither a build ID nor a .gnu_debuglink to find a debug file by"
                        : String.join("; ", why));
    }

    private DebugFile findAlternate() throws BinaryException {
        Optional<DebugLink.Identified> link;
        if (debugFile() instanceof DebugFile.Found found) {
            try {
                link = DebugLink.findAlternate(found.elf());
            } catch (MalformedBinaryException broken) {
                return new DebugFile.Missing(found.path() + ": " + broken.getMessage());
            }
        } else {
            link = DebugLink.findAlternate(elf);
        }
        if (link.isEmpty()) {
            return new DebugFile.Missing("no .gnu_debugaltlink");
        }
        BuildId id = link.get().buildId();
        String name = link.get().link().name();
        return open(".gnu_debugaltlink " + shown(name), Optional.of(id), true, () -> byNameOrId(name, id), _ -> true);
    }

    private Optional<DebugFiles.Found> byNameOrId(String name, BuildId id) throws IOException {
        Optional<DebugFiles.Found> named = files.byName(name);
        return named.isPresent() ? named : files.byBuildId(id);
    }

    @FunctionalInterface
    private interface Search {
        Optional<DebugFiles.Found> find() throws IOException;
    }

    @FunctionalInterface
    private interface Check {
        boolean holds(ByteSource file) throws IOException;
    }

    /// @param by what it is looked for by, for the reason
    /// @param id which it must not contradict
    /// @param needsId must it have one?
    private DebugFile open(String by, Optional<BuildId> id, boolean needsId, Search search, Check check) {
        Optional<DebugFiles.Found> found;
        try {
            found = search.find();
        } catch (IOException e) {
            return new DebugFile.Missing(by + ": " + e.getMessage());
        }
        if (found.isEmpty()) {
            return new DebugFile.Missing("no debug file for " + by);
        }
        String path = found.get().path();
        try {
            Elf candidate = Elf.parseDebugFile(found.get().bytes());
            Optional<BuildId> has = Notes.buildId(candidate);
            if (candidate.machine() != elf.machine()) {
                return new DebugFile.Missing(path + " is for another machine");
            }
            if (id.isPresent() && !has.equals(id) && (needsId || has.isPresent())) {
                return new DebugFile.Missing(path + " has "
                        + has.map(other -> "another build ID, " + other).orElse("no build ID") + ", not " + id.get());
            }
            return check.holds(found.get().bytes())
                    ? new DebugFile.Found(path, candidate)
                    : new DebugFile.Missing(path + " has not the checksum that .gnu_debuglink says");
        } catch (IOException e) {
            return new DebugFile.Missing(path + ": " + e.getMessage());
        }
    }

    private static int sum(ByteSource file) throws IOException {
        if (file.size() > MAX_SUMMED_BYTES) {
            throw new IOException("too long to be summed up");
        }
        CRC32 crc = new CRC32();
        byte[] chunk = new byte[CHUNK_BYTES];
        long at = 0;
        while (at <= MAX_SUMMED_BYTES) {
            int count = file.read(at, chunk, 0, chunk.length);
            if (count <= 0) {
                break;
            }
            crc.update(chunk, 0, count);
            at += count;
        }
        return (int) crc.getValue();
    }

    /// Without what would play with a terminal.
    private static String shown(String name) {
        return name.replaceAll("\\p{Cntrl}", "?");
    }
}
