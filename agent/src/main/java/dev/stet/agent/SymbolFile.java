package dev.stet.agent;

import dev.stet.binary.BinaryException;
import dev.stet.binary.FunctionTable;
import dev.stet.binary.Names;
import dev.stet.facts.Function;
import dev.stet.kernel.OpenFile;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The functions of one file, open as long as they are asked for. A file that cannot be analysed has none.
final class SymbolFile implements AutoCloseable {
    /// Call sites of one file, which come again and again.
    private static final int MAX_FRAMES = 16_384;

    private final OpenFile file;
    private final Optional<FunctionTable> functions;
    private final Map<Long, Optional<Named>> named = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Optional<Named>> eldest) {
            return size() > MAX_FRAMES;
        }
    };

    /// A function under the name that people know.
    ///
    /// @param fileOffset of its begin
    record Named(String name, long fileOffset) {}

    SymbolFile(OpenFile file, Optional<FunctionTable> functions) {
        this.file = file;
        this.functions = functions;
    }

    /// The function whose code has the byte at this file offset.
    Optional<Named> at(long fileOffset) {
        return named.computeIfAbsent(fileOffset, this::find);
    }

    private Optional<Named> find(long fileOffset) {
        if (functions.isEmpty()) {
            return Optional.empty();
        }
        try {
            return functions.get().at(fileOffset).map(SymbolFile::name);
        } catch (BinaryException broken) {
            return Optional.empty();
        }
    }

    private static Named name(Function function) {
        return new Named(Names.name(function.name()).orElse(function.name()), function.fileOffset());
    }

    @Override
    public void close() {
        file.close();
    }
}
