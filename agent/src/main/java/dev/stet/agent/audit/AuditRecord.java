package dev.stet.agent.audit;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/// One record of an audit log.
///
/// @param seq 1 for the first, and one more for each
/// @param prev the hash of the one before
/// @param hash its own
public record AuditRecord(
        long seq,
        Instant time,
        Who who,
        String what,
        String why,
        Optional<String> rule,
        JsonValue.Fields details,
        String prev,
        String hash) {
    /// Longest line, in bytes.
    public static final int MAX_LINE = 1 << 18;
    /// What the first record has in place of a hash of one before.
    public static final String NO_PREV = "0".repeat(64);

    private static final String HASH = ",\"hash\":\"";
    private static final int TAIL = HASH.length() + 64 + 2;
    private static final List<String> FIELDS =
            List.of("seq", "time", "who", "what", "why", "rule", "details", "prev", "hash");

    /// The line of a record, with its end.
    static byte[] line(long seq, AuditEntry entry, Who who, JsonText details, String prev) {
        String object = new JsonText()
                .number("seq", seq)
                .text("time", entry.time().toString())
                .object("who", who.json())
                .text("what", entry.what())
                .text("why", entry.why())
                .text("rule", entry.rule().orElse(""))
                .object("details", details)
                .text("prev", prev)
                .toString();
        String body = object.substring(0, object.length() - 1);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return (body + HASH + sha256(bytes, bytes.length) + "\"}\n").getBytes(StandardCharsets.UTF_8);
    }

    /// Reads a line, without its end, and checks its own hash.
    ///
    /// @throws MalformedRecordException if it is no record, or is not what was written
    static AuditRecord parse(byte[] line) throws MalformedRecordException {
        if (line.length < TAIL || line.length > MAX_LINE) {
            throw new MalformedRecordException("it is no record");
        }
        JsonValue.Fields fields = JsonReader.read(text(line));
        if (!List.copyOf(fields.values().keySet()).equals(FIELDS)) {
            throw new MalformedRecordException("it has not the fields of a record");
        }
        String hash = fields.text("hash").orElse("");
        if (!hash.equals(sha256(line, line.length - TAIL))) {
            throw new MalformedRecordException("its hash is not that of its text: it was changed");
        }
        try {
            return new AuditRecord(
                    fields.number("seq").orElseThrow(),
                    Instant.parse(fields.text("time").orElseThrow()),
                    Who.of(fields.fields("who")),
                    fields.text("what").orElseThrow(),
                    fields.text("why").orElseThrow(),
                    fields.text("rule").filter(rule -> !rule.isEmpty()),
                    fields.fields("details"),
                    fields.text("prev").orElseThrow(),
                    hash);
        } catch (NoSuchElementException | DateTimeException | ArithmeticException e) {
            throw new MalformedRecordException("a field is of the wrong kind");
        }
    }

    private static String text(byte[] line) throws MalformedRecordException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(line))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedRecordException("it is not UTF-8");
        }
    }

    /// In hex, of the first bytes.
    static String sha256(byte[] bytes, int length) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes, 0, length);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has it", e);
        }
    }
}
