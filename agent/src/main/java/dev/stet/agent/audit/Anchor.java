package dev.stet.agent.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the file beside a log says its last record is: without it nobody could tell that the end was cut off. It is
/// written when the records are on the disk, so the log may be ahead of it and never behind.
record Anchor(long seq, String hash) {
    private static final Pattern TEXT = Pattern.compile("(00[0-9]{18}) ([0-9a-f]{64})\n");
    private static final int BYTES = 20 + 1 + 64 + 1;

    /// @return empty if there is none, or none that makes sense
    static Optional<Anchor> read(FileChannel file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES + 1);
        while (bytes.hasRemaining() && file.read(bytes, bytes.position()) >= 0) {
            // a file of this size comes at once
        }
        String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1);
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(new Anchor(Long.parseLong(matcher.group(1)), matcher.group(2)));
    }

    /// In one write of fewer bytes than a sector: it is the old one or the new one.
    void write(FileChannel file) throws IOException {
        byte[] text = String.format(Locale.ROOT, "%020d %s\n", seq, hash).getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer bytes = ByteBuffer.wrap(text);
        while (bytes.hasRemaining()) {
            var ignored = file.write(bytes, bytes.position());
        }
        file.truncate(BYTES);
        file.force(false);
    }
}
