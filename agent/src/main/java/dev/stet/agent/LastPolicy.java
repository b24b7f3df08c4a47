package dev.stet.agent;

import dev.stet.policy.yaml.SourceText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// The last policy that was right, kept for a start at which the files are wrong. One file:
///
/// ```
/// stet-policy 1 SHA256 TIME     of everything below
/// 24 312                        bytes of the first file's name, and of its text
/// /etc/stet/policy.d/a.yamlapiVersion: ...
/// ```
final class LastPolicy {
    private static final String MAGIC = "stet-policy 1 ";
    /// As much as a directory of the most and largest files.
    private static final long MAX_BYTES = 256L << 20;

    private final Path file;

    /// @param saved when it was found right
    record Saved(Instant saved, List<SourceText> texts) {
        Saved {
            texts = List.copyOf(texts);
        }
    }

    LastPolicy(Path file) {
        this.file = file;
    }

    void save(List<SourceText> texts, Instant now) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (SourceText text : texts) {
            byte[] name = text.file().getBytes(StandardCharsets.UTF_8);
            byte[] content = text.text().getBytes(StandardCharsets.UTF_8);
            body.writeBytes((name.length + " " + content.length + "\n").getBytes(StandardCharsets.US_ASCII));
            body.writeBytes(name);
            body.writeBytes(content);
        }
        byte[] bytes = body.toByteArray();
        String head = MAGIC + digest(ByteBuffer.wrap(bytes)) + " " + now + "\n";
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        whole.writeBytes(bytes);
        StateDirectory.replace(file, whole.toByteArray());
    }

    /// @return empty if none was ever saved
    /// @throws IOException if it cannot be read, or is not what was written; the message says why
    Optional<Saved> load() throws IOException {
        if (Files.notExists(file)) {
            return Optional.empty();
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException("it is larger than any that Stet has written");
        }
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file));
        String[] head = line(in).split(" ", -1);
        if (head.length != 4 || !MAGIC.equals(head[0] + " " + head[1] + " ")) {
            throw new IOException("it is not a policy that Stet has saved");
        }
        if (!digest(in.slice()).equals(head[2])) {
            throw new IOException("its content is not what was written: the checksum differs");
        }
        try {
            Instant saved = Instant.parse(head[3]);
            List<SourceText> texts = new ArrayList<>();
            while (in.hasRemaining()) {
                String[] sizes = line(in).split(" ", -1);
                String name = text(in, Integer.parseInt(sizes[0]));
                texts.add(new SourceText(name, text(in, Integer.parseInt(sizes[1]))));
            }
            return Optional.of(new Saved(saved, texts));
        } catch (DateTimeException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new IOException("it is not a policy that Stet has saved", e);
        }
    }

    private static String line(ByteBuffer in) throws IOException {
        StringBuilder line = new StringBuilder();
        while (in.hasRemaining() && line.length() < 200) {
            char c = (char) (in.get() & 0xff);
            if (c == '\n') {
                return line.toString();
            }
            line.append(c);
        }
        throw new IOException("it is not a policy that Stet has saved");
    }

    private static String text(ByteBuffer in, int length) throws IOException {
        if (length < 0 || length > in.remaining()) {
            throw new IOException("it is cut short");
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String digest(ByteBuffer bytes) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(bytes);
            return HexFormat.of().formatHex(sha.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
