package dev.stet.agent;

import dev.stet.agent.audit.MalformedRecordException;
import dev.stet.agent.guardian.Case;
import dev.stet.agent.guardian.Deliberation;
import dev.stet.agent.guardian.Ledger;
import dev.stet.agent.guardian.Noted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/// What the guardian has decided, a line of JSON each, with everything that it was made of.
public final class GuardianLog {
    /// A file that has grown to this becomes the one before, of which there is one.
    private static final long MAX_BYTES = 8 << 20;

    private GuardianLog() {}

    static void append(Path file, List<String> lines) throws IOException {
        if (Files.exists(file) && Files.size(file) > MAX_BYTES) {
            Files.move(file, before(file), StandardCopyOption.ATOMIC_MOVE);
        }
        StringBuilder text = new StringBuilder();
        if (endsWithin(file)) {
            text.append('\n'); // a line that was cut short, by a full disk or a crash, stays the only one
        }
        lines.forEach(line -> text.append(line).append('\n'));
        try (FileChannel out = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer rest = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
            while (rest.hasRemaining()) {
                var ignored = out.write(rest);
            }
        }
    }

    private static boolean endsWithin(Path file) throws IOException {
        if (Files.notExists(file)) {
            return false;
        }
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            return in.size() > 0 && in.read(last, in.size() - 1) == 1 && last.get(0) != '\n';
        }
    }

    private static Path before(Path file) {
        return file.resolveSibling(file.getFileName() + ".1");
    }

    /// What is known of programs, those last heard of first.
    ///
    /// @throws IOException if it cannot be read
    public static List<Case> cases(StateDirectory state) throws IOException {
        Path file = state.guardianLedger();
        return Files.exists(file)
                ? Ledger.parse(new String(Files.readAllBytes(file), StandardCharsets.UTF_8), _ -> {}).cases().stream()
                        .sorted(Comparator.comparing(Case::seen).reversed())
                        .toList()
                : List.of();
    }

    /// What was decided, the oldest first; lines that are none of ours are left out.
    ///
    /// @throws IOException if the record cannot be read
    public static List<Noted> noted(StateDirectory state) throws IOException {
        List<Noted> all = new ArrayList<>();
        for (Path file : List.of(before(state.guardianLog()), state.guardianLog())) {
            if (Files.exists(file)) {
                for (String line : new String(Files.readAllBytes(file), StandardCharsets.UTF_8).split("\n", -1)) {
                    try {
                        all.add(Deliberation.note(line));
                    } catch (MalformedRecordException e) {
                        // cut short by a crash or a full disk
                    }
                }
            }
        }
        return all;
    }

    /// What is recorded, decided again.
    ///
    /// @param decisions the oldest first
    /// @param unreadable lines that are none of ours, such as a crash or a full disk leaves: where, and why
    public record Replay(List<Deliberation.Replayed> decisions, List<String> unreadable) {
        public Replay {
            decisions = List.copyOf(decisions);
            unreadable = List.copyOf(unreadable);
        }
    }

    /// Makes every decision that is recorded again.
    ///
    /// @throws IOException if the record cannot be read
    public static Replay replay(StateDirectory state) throws IOException {
        List<Deliberation.Replayed> all = new ArrayList<>();
        List<String> unreadable = new ArrayList<>();
        for (Path file : List.of(before(state.guardianLog()), state.guardianLog())) {
            if (Files.exists(file)) {
                int number = 0;
                for (String line : Files.readAllLines(file)) {
                    number++;
                    try {
                        all.add(Deliberation.replay(line));
                    } catch (MalformedRecordException e) {
                        unreadable.add(file + ":" + number + ": " + e.getMessage());
                    }
                }
            }
        }
        return new Replay(all, unreadable);
    }
}
