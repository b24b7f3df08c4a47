package dev.stet.cli;

import dev.stet.agent.Panic;
import dev.stet.agent.audit.AuditEntry;
import dev.stet.agent.audit.JsonText;
import dev.stet.agent.json.Json;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `stet resume`
@Command(
        name = "resume",
        mixinStandardHelpOptions = true,
        description = "Let processes be probed again, after stet panic. A Stet that runs begins at once.",
        footer = {"", "Examples:", "  sudo ./stet resume"})
final class ResumeCommand implements Runnable {
    @Mixin
    private StateOption state;

    @Option(names = "--json", description = "Print a JSON object.")
    private boolean json;

    @Override
    public void run() {
        Output output = new Output(() -> {});
        boolean wasOn;
        try {
            wasOn = new Panic(state.known()).end();
        } catch (AccessDeniedException e) {
            throw new Failure(ExitCode.NOT_PERMITTED, "may not remove " + e.getFile() + "; try: sudo ./stet ...");
        } catch (IOException e) {
            throw new Failure(ExitCode.UNAVAILABLE, "cannot end it: " + e.getMessage());
        }
        if (wasOn) {
            AuditEntry entry = new AuditEntry(
                    Instant.now(),
                    "resume",
                    "somebody ended the panic",
                    Optional.of(Panic.RULE),
                    Optional.empty(),
                    new JsonText());
            PolicyEdit.audit(state, output, entry, "stet resume");
        }
        if (json) {
            StringBuilder out = new StringBuilder();
            Json.object(out).bool("resumed", wasOn).end();
            output.lineNow(out);
        } else {
            output.lineNow(
                    wasOn ? output.green("resumed: ") + "processes are probed again" : "there is no panic to end");
        }
    }
}
