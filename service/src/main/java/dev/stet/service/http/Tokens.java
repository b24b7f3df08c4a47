package dev.stet.service.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Bearer tokens, of which only digests are kept: a line `SCOPE SHA256 NAME` each, as `stet token`
/// writes it. A token is 32 random bytes, so that a digest without salt is enough.
public final class Tokens {
    private static final int TOKEN_BYTES = 32;
    private static final int MAX_FILE = 64 * 1024;
    private static final Set<PosixFilePermission> OTHERS =
            Set.of(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.GROUP_WRITE);

    private final List<Known> known;

    /// @param digest in hex
    private record Known(Scope scope, String digest, String name) {}

    private Tokens(List<Known> known) {
        this.known = List.copyOf(known);
    }

    /// Reads the file.
    ///
    /// @throws IOException if it cannot be read, others than its owner may, or a line is wrong: which,
    ///     but not what it says
    public static Tokens read(Path file) throws IOException {
        Set<PosixFilePermission> may = Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS);
        if (may.stream().anyMatch(OTHERS::contains)) {
            throw new IOException(
                    file + " may be read by everybody, or written by others than its owner: chmod 600 it");
        }
        if (Files.size(file) > MAX_FILE) {
            throw new IOException(file + " is larger than " + MAX_FILE + " bytes");
        }
        List<Known> known = new ArrayList<>();
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            if (!line.isBlank() && !line.startsWith("#")) {
                known.add(known(line.strip().split("\\s+", -1), file + ":" + number));
            }
        }
        return new Tokens(known);
    }

    private static Known known(String[] words, String where) throws IOException {
        if (words.length != 3 || !words[1].matches("[0-9a-f]{64}")) {
            throw new IOException(where + ": a line is read|change, the token's SHA-256 in hex, and a name");
        }
        Scope scope = switch (words[0]) {
            case "read" -> Scope.READ;
            case "change" -> Scope.CHANGE;
            // Text of a person's making, not a sum of cases.
            default -> throw new IOException(where + ": the scope is read or change");
        };
        return new Known(scope, words[1], words[2]);
    }

    /// A new one, and the line that goes into the file for it.
    public record Made(String token, String line) {}

    /// Makes one.
    public static Made make(Scope scope, String name, SecureRandom random) {
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        String token = "stet_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        return new Made(token, (scope == Scope.READ ? "read " : "change ") + digest(token) + " " + name);
    }

    /// Whose token it is. Every one is compared, and each in the same time.
    Optional<Caller> caller(String token) {
        byte[] digest = digest(token).getBytes(StandardCharsets.US_ASCII);
        Optional<Caller> found = Optional.empty();
        for (Known each : known) {
            if (MessageDigest.isEqual(each.digest.getBytes(StandardCharsets.US_ASCII), digest)) {
                found = Optional.of(new Caller("token:" + each.name, each.scope));
            }
        }
        return found;
    }

    private static String digest(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
