package dev.stet.agent;

import dev.stet.binary.Executable;
import dev.stet.kernel.OpenFile;
import java.io.IOException;
import java.nio.file.Path;

/// A binary that a person names, open for questions.
public final class BinaryFile implements AutoCloseable {
    private final OpenFile file;
    private final Executable executable;

    private BinaryFile(OpenFile file, Executable executable) {
        this.file = file;
        this.executable = executable;
    }

    /// Opens a file and reads its headers. What is no regular file is refused without waiting for it.
    ///
    /// @throws dev.stet.binary.BinaryException if it is not a binary that can be analysed
    /// @throws IOException if it cannot be opened
    public static BinaryFile open(Path path) throws IOException {
        OpenFile file = OpenFile.open(path.toString(), _ -> {});
        try {
            return new BinaryFile(
                    file,
                    Executable.parse(
                            Binaries.source(file), new DebugDirectories(Path.of("/"), path.toAbsolutePath(), _ -> {})));
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /// What is asked.
    public Executable executable() {
        return executable;
    }

    /// In bytes, when it was opened.
    public long size() {
        return file.status().size();
    }

    @Override
    public void close() {
        file.close();
    }
}
