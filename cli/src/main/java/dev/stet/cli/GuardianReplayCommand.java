package dev.stet.cli;

import dev.stet.agent.GuardianLog;
import dev.stet.agent.guardian.Deliberation;
import dev.stet.agent.json.Json;
import dev.stet.agent.json.SafeText;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `stet guardian replay`
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description = {
            "Make every recorded decision of the guardian again from its recorded evidence, and compare."
                    + " Exit code 1 if one comes out differently: another version of Stet made it, or the record was changed."
        },
        footer = {
            "",
            "Examples:",
            "  sudo ./stet guardian replay",
            "  sudo ./stet guardian replay --json | jq 'select(.same | not)'"
        })
final class GuardianReplayCommand implements Runnable {
    @Mixin
    private StateOption state;

    @Option(names = "--json", description = "Print one JSON object a line, each decision.")
    private boolean json;

    @Override
    public void run() {
        Output output = new Output(() -> {});
        GuardianLog.Replay replay = replayed();
        List<Deliberation.Replayed> all = replay.decisions();
        for (Deliberation.Replayed each : all) {
            if (json) {
                StringBuilder out = new StringBuilder();
                Json.object(out)
                        .text("at", each.at().toString())
                        .text("about", each.about())
                        .bool("same", each.isSame())
                        .text("recorded", each.recorded())
                        .text("again", each.again())
                        .end();
                output.line(out);
            } else {
                output.line(each.at() + "  " + SafeText.plain(each.about()) + "  "
                        + SafeText.plain(each.recorded())
                        + (each.isSame() ? "" : "\n  again: " + SafeText.plain(each.again())));
            }
        }
        output.flush();
        long differ = all.stream().filter(each -> !each.isSame()).count();
        replay.unreadable().forEach(line -> output.say("left out: " + SafeText.plain(line)));
        output.say("%d decisions made again, %d differ".formatted(all.size(), differ));
        if (differ > 0) {
            throw new Failure(ExitCode.NOTHING, "not every decision follows from its evidence");
        }
    }

    private GuardianLog.Replay replayed() {
        try {
            return GuardianLog.replay(state.known());
        } catch (AccessDeniedException e) {
            throw new Failure(ExitCode.NOT_PERMITTED, "may not read " + e.getFile() + "; try: sudo ./stet ...");
        } catch (IOException e) {
            throw new Failure(
                    ExitCode.UNAVAILABLE, "cannot read " + state.known().guardianLog() + ": " + e.getMessage());
        }
    }
}
