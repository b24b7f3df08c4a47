package dev.stet.cli;

import dev.stet.agent.Panic;
import dev.stet.agent.StateDirectory;
import dev.stet.agent.audit.AuditEntry;
import dev.stet.agent.audit.JsonText;
import dev.stet.agent.json.Json;
import dev.stet.agent.json.Times;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `stet panic`
@Command(
        name = "panic",
        mixinStandardHelpOptions = true,
        description = {
            "Take every probe off this machine, at once, and let nothing be probed until stet resume, also after a restart."
                    + " A Stet that has not let go after a second is killed."
        },
        footer = {"", "Examples:", "  sudo ./stet panic --reason 'latency of checkout, 3 a.m.'", "  sudo ./stet resume"
        })
final class PanicCommand implements Runnable {
    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for whoever finds it in the morning.")
    private String reason = "stet panic";

    @Mixin
    private StateOption state;

    @Option(names = "--json", description = "Print a JSON object.")
    private boolean json;

    @Override
    public void run() {
        Session.requireRoot();
        Output output = new Output(() -> {});
        StateDirectory directory = state.directory(output::say)
                .orElseThrow(() -> new Failure(
                        ExitCode.UNAVAILABLE,
                        "panic has to be written down; name a directory that can be used: --state DIR"));
        Panic.Done done;
        try {
            done = new Panic(directory).begin(reason.isBlank() ? "stet panic" : reason, Person.owner());
        } catch (IOException e) {
            throw new Failure(
                    ExitCode.UNAVAILABLE,
                    "panic cannot be written down in " + directory.path() + ": " + e.getMessage()
                            + "; killing every Stet takes its probes off: pkill -KILL -f dev.stet.cli");
        }
        AuditEntry entry = new AuditEntry(
                Instant.now(),
                "panic",
                reason,
                Optional.of(Panic.RULE),
                Optional.empty(),
                new JsonText()
                        .number("links", done.links())
                        .number("killed", done.killed().size()));
        PolicyEdit.audit(state, output, entry, "stet panic");
        tell(done, output);
        if (done.left() > 0) {
            throw new Failure(
                    ExitCode.UNAVAILABLE,
                    done.left() + " links of Stet's are still there, after " + Times.duration(done.took())
                            + "; see: sudo bpftool link");
        }
    }

    private void tell(Panic.Done done, Output output) {
        if (json) {
            StringBuilder out = new StringBuilder();
            Json.object(out)
                    .number("links", done.links())
                    .number("left", done.left())
                    .texts(
                            "killed",
                            done.killed().stream().map(Object::toString).toList())
                    .number("tookNanos", done.took().toNanos())
                    .end();
            output.lineNow(out);
            return;
        }
        if (!done.killed().isEmpty()) {
            output.say("these did not let go and were killed: " + done.killed());
        }
        output.lineNow("%s%d links let go in %s; nothing is probed until: stet resume"
                .formatted(output.green("panic: "), done.links() - done.left(), Times.duration(done.took())));
    }
}
