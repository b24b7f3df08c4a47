package dev.stet.testkit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;

/// Contents at places that do not overlap, with zeros between them.
public final class Pieces implements Content {
    private final TreeMap<Long, Content> pieces = new TreeMap<>();
    private long size;

    /// Puts a content at a place.
    public Pieces put(long at, Content content) {
        if (content.size() > 0) {
            pieces.put(at, content);
        }
        size = Math.max(size, at + content.size());
        return this;
    }

    /// Cuts the end off, or adds zeros.
    public Pieces resize(long bytes) {
        size = bytes;
        return this;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public int read(long at, byte[] into, int offset, int length) {
        int wanted = Math.clamp(size - at, 0, length);
        if (wanted == 0) {
            return 0;
        }
        Long after = pieces.higherKey(at);
        int count = after == null ? wanted : (int) Math.min(wanted, after - at);
        Map.Entry<Long, Content> piece = pieces.floorEntry(at);
        long left = piece == null ? 0 : piece.getKey() + piece.getValue().size() - at;
        if (left <= 0) {
            return new Zeros(Long.MAX_VALUE).read(at, into, offset, count);
        }
        return piece.getValue().read(at - piece.getKey(), into, offset, (int) Math.min(count, left));
    }

    /// Writes a file in which what is not there takes no room.
    public void write(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (Map.Entry<Long, Content> piece : pieces.entrySet()) {
                if (!(piece.getValue() instanceof Zeros)) {
                    write(channel, piece.getKey(), piece.getValue());
                }
            }
            if (channel.size() > size) {
                channel.truncate(size);
            } else if (channel.size() < size) {
                channel.write(ByteBuffer.allocate(1), size - 1);
            }
        }
    }

    private static void write(FileChannel channel, long from, Content content) throws IOException {
        byte[] buffer = new byte[(int) Math.min(1 << 20, content.size())];
        for (long at = 0; at < content.size(); ) {
            int count = content.read(at, buffer, 0, buffer.length);
            ByteBuffer left = ByteBuffer.wrap(buffer, 0, count);
            while (left.hasRemaining()) {
                at += channel.write(left, from + at);
            }
        }
    }
}
