package dev.stet.probe.decode;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.TreeMap;

/// A target's memory, for tests.
interface Memory {
    /// @return empty if not all of it is there
    Optional<byte[]> read(long address, int length);

    /// Of a process that is a child of this one.
    static Memory of(long pid) {
        return (address, length) -> {
            try (var file =
                    new RandomAccessFile(Path.of("/proc", pid + "", "mem").toFile(), "r")) {
                if (address < 0) {
                    return Optional.empty();
                }
                byte[] bytes = new byte[length];
                file.seek(address);
                file.readFully(bytes);
                return Optional.of(bytes);
            } catch (IOException unmapped) {
                return Optional.empty();
            }
        };
    }

    /// Some pieces.
    final class Pieces implements Memory {
        private final TreeMap<Long, byte[]> pieces = new TreeMap<>();

        Pieces with(long address, byte[] bytes) {
            pieces.put(address, bytes);
            return this;
        }

        @Override
        public Optional<byte[]> read(long address, int length) {
            var piece = pieces.floorEntry(address);
            if (piece == null || address - piece.getKey() > piece.getValue().length - length) {
                return length == 0 ? Optional.of(new byte[0]) : Optional.empty();
            }
            int from = (int) (address - piece.getKey());
            return Optional.of(Arrays.copyOfRange(piece.getValue(), from, from + length));
        }
    }
}
