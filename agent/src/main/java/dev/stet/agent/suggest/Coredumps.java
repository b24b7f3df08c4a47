package dev.stet.agent.suggest;

import dev.stet.facts.BuildId;
import dev.stet.facts.ExitStatus;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// What systemd-coredump writes into the journal, as `journalctl -o json` prints it: an object a line, the fields those
/// of systemd.journal-fields(7). Whatever program writes to the journal can write such an entry.
public final class Coredumps {
    /// What marks its entries.
    public static final String MESSAGE_ID = "fc2e22bc6ee647b6b90729ab34a250b1";
    /// The fields that are read.
    public static final Set<String> FIELDS = Set.of(
            "MESSAGE_ID",
            "COREDUMP_EXE",
            "COREDUMP_COMM",
            "COREDUMP_PID",
            "COREDUMP_SIGNAL",
            "COREDUMP_TIMESTAMP",
            "COREDUMP_PACKAGE_JSON");

    private static final int MAX_LINE = 8 << 20;

    private Coredumps() {}

    public static Reading read(String place, byte[] bytes) {
        Reading.Gathered gathered = new Reading.Gathered(place);
        Reading.lines(bytes, (all, from, to, number) -> {
            String where = place + ":" + number;
            try {
                return to > from && gathered.add(finding(all, from, to, where));
            } catch (MalformedEvidenceException e) {
                gathered.refuse(where, e.getMessage() + "; it takes what journalctl -o json prints");
                return false;
            }
        });
        return gathered.reading();
    }

    private static Finding finding(byte[] bytes, int from, int to, String where) throws MalformedEvidenceException {
        if (to - from > MAX_LINE) {
            throw new MalformedEvidenceException("a line of more than " + MAX_LINE + " bytes");
        }
        ForeignValue.Fields fields = ForeignJson.read(bytes, from, to, FIELDS);
        Optional<String> exe = fields.text("COREDUMP_EXE");
        Optional<String> comm = fields.text("COREDUMP_COMM");
        if (!fields.text("MESSAGE_ID").orElse(MESSAGE_ID).equals(MESSAGE_ID) || (exe.isEmpty() && comm.isEmpty())) {
            throw new MalformedEvidenceException("it is no entry of systemd-coredump");
        }
        long signal = fields.number("COREDUMP_SIGNAL")
                .filter(number -> number >= 1 && number <= 64)
                .orElse(0L);
        String end = signal == 0 ? "" : new ExitStatus.Killed((int) signal, true).toString();
        Optional<Long> pid = fields.number("COREDUMP_PID").filter(number -> number >= 1 && number <= 1 << 22);
        Clue clue = Clue.of(exe.or(() -> comm).get())
                .withBuild(exe.flatMap(path -> build(fields, path)))
                .withExe(exe)
                .withName(exe.isPresent() ? Optional.empty() : comm)
                .withPid(pid.isPresent() ? OptionalInt.of(pid.get().intValue()) : OptionalInt.empty());
        Optional<Instant> at = fields.number("COREDUMP_TIMESTAMP")
                .filter(micros -> micros > 0)
                .map(micros -> Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1000));
        String evidence = "core dump of %s%s%s"
                .formatted(
                        clue.label(), pid.map(number -> ", pid " + number).orElse(""), end.isEmpty() ? "" : ", " + end);
        return new Finding(Source.COREDUMP, where, clue, end, at, evidence);
    }

    /// The build ID, where systemd was built to find out: JSON in a text, an object for each file that was mapped.
    private static Optional<BuildId> build(ForeignValue.Fields fields, String exe) {
        byte[] metadata = fields.text("COREDUMP_PACKAGE_JSON").orElse("").getBytes(StandardCharsets.UTF_8);
        try {
            return ForeignJson.read(metadata, 0, metadata.length, Set.of(exe, "buildId"))
                    .fields(exe)
                    .text("buildId")
                    .filter(hex -> hex.matches("([0-9a-fA-F]{2}){1," + BuildId.MAX_BYTES + "}"))
                    .map(BuildId::new);
        } catch (MalformedEvidenceException e) {
            return Optional.empty(); // it was cut off, or is not there: the path is all there is
        }
    }
}
