package dev.stet.cli;

import dev.stet.agent.StateDirectory;
import dev.stet.agent.audit.AuditVerifier;
import dev.stet.agent.audit.Finding;
import dev.stet.agent.audit.Verification;
import dev.stet.agent.json.Json;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stet audit verify`
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Check that the audit log is what was written: nothing changed, removed, added or moved. Says the first place"
                    + " that does not fit, and what it means."
        },
        footer = {
            "",
            "Examples:",
            "  sudo ./stet audit verify",
            "  sudo ./stet audit verify --hash $(cat noted-hash)   is the record of that hash still in it?",
            "  ./stet audit verify ./copy-of-state --json",
            "",
            "Exit codes: 0 it is whole; 1 something does not fit; 64 wrong usage; 66 there is no log; 77 may not read it."
        })
final class AuditVerifyCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "FILE|DIR",
            description = "The log's directory, or one of its files alone" + " (default: /var/lib/stet).")
    private Path path = StateDirectory.DEFAULT;

    @Option(
            names = "--hash",
            paramLabel = "HEX",
            description = "A record of this hash must be in it: one that was noted"
                    + " elsewhere, for whoever is root here can write all of it anew.")
    private String hash;

    @Option(names = "--partial", description = "The oldest files may be elsewhere.")
    private boolean partial;

    @Option(names = "--json", description = "Print a JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        if (hash != null && !hash.matches("[0-9a-f]{64}")) {
            throw new Failure(ExitCode.USAGE, "--hash takes 64 lower-case hex digits");
        }
        Verification found;
        try {
            found = new AuditVerifier(Optional.ofNullable(hash), partial)
                    .verify(path)
                    .orElseThrow(() -> new Failure(ExitCode.NO_INPUT, "there is no audit log in " + path));
        } catch (AccessDeniedException e) {
            throw new Failure(ExitCode.NOT_PERMITTED, "may not read " + e.getFile() + "; try: sudo ./stet ...");
        } catch (IOException e) {
            throw new Failure(ExitCode.UNAVAILABLE, "cannot read " + path + ": " + e.getMessage());
        }
        Output output = new Output(() -> {});
        if (json) {
            output.lineNow(json(found));
        } else {
            print(found, output);
        }
        return found.isWhole() ? ExitCode.DONE : ExitCode.NOTHING;
    }

    private static void print(Verification found, Output output) {
        for (Finding finding : found.findings()) {
            if (!finding.kind().isProblem()) {
                output.line(output.yellow("note: ") + finding);
            }
        }
        found.firstProblem().ifPresent(first -> output.line(output.red("does not fit: ") + first));
        String files = found.files().size() == 1 ? "" : " in " + found.files().size() + " files";
        String last = found.last()
                .map(record -> "; the last is " + record.seq() + " of " + record.time() + ", hash " + record.hash())
                .orElse("");
        if (found.isWhole()) {
            output.line(output.green("whole: ") + found.records() + " records" + files + last);
        } else {
            output.line(found.problems() + (found.problems() == 1 ? " place does" : " places do") + " not fit; "
                    + found.records() + " records" + files + " are as they were written" + last);
        }
        output.flush();
    }

    private static CharSequence json(Verification found) {
        StringBuilder out = new StringBuilder();
        Json json = Json.object(out)
                .bool("whole", found.isWhole())
                .number("files", found.files().size())
                .number("records", found.records())
                .number("problems", found.problems());
        found.last().ifPresent(last -> json.number("lastSeq", last.seq()).text("lastHash", last.hash()));
        json.objects(
                "findings",
                found.findings(),
                (each, finding) -> each.text("kind", Json.lower(finding.kind()))
                        .bool("problem", finding.kind().isProblem())
                        .text("file", finding.file().toString())
                        .number("line", finding.line())
                        .number("seq", finding.seq())
                        .text("text", finding.text()));
        json.end();
        return out;
    }
}
