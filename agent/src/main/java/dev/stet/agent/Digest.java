package dev.stet.agent;

import dev.stet.facts.Fact;
import dev.stet.kernel.OpenFile;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The digest of a file's whole content, of which a piece at a time is in memory.
final class Digest {
    /// Files that are longer are not read: a second or two of a processor, once a file.
    static final long MAX_BYTES = 1L << 30;

    private static final int PIECE_BYTES = 256 * 1024;

    private Digest() {}

    /// @return in lower-case hex; unreadable if the file is too long, or changes its length meanwhile
    static Fact<String> sha256(OpenFile file) throws IOException {
        long size = file.status().size();
        if (size > MAX_BYTES) {
            return Fact.unreadable("longer than " + MAX_BYTES + " bytes");
        }
        MessageDigest digest = algorithm();
        byte[] piece = new byte[PIECE_BYTES];
        long at = 0;
        while (at <= size) {
            int read = file.read(at, piece, 0, piece.length);
            if (read <= 0) {
                break;
            }
            digest.update(piece, 0, read);
            at += read;
        }
        return at == size
                ? Fact.of(HexFormat.of().formatHex(digest.digest()))
                : Fact.unreadable("it changes while it is read");
    }

    private static MessageDigest algorithm() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java has SHA-256", impossible);
        }
    }
}
