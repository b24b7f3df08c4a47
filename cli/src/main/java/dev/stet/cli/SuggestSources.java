package dev.stet.cli;

import dev.stet.agent.HarmReview;
import dev.stet.agent.json.SafeText;
import dev.stet.agent.suggest.Alerts;
import dev.stet.agent.suggest.Coredumps;
import dev.stet.agent.suggest.KernelLog;
import dev.stet.agent.suggest.Pods;
import dev.stet.agent.suggest.Reading;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/// The options of `stet suggest` that say where evidence is. A source that cannot be used is refused by
/// itself.
final class SuggestSources {
    @Option(
            names = "--kernel-log",
            paramLabel = "FILE",
            description = "The kernel's log, as dmesg or journalctl -k prints it (default: what /dev/kmsg has).")
    private String kernelLog;

    @Option(
            names = "--coredumps",
            paramLabel = "FILE",
            description = "What systemd-coredump has written, as journalctl -o json prints it (default: asked of"
                    + " journalctl, if there is one).")
    private String coredumps;

    @Option(
            names = "--pods",
            paramLabel = "FILE",
            description = "States of containers, as kubectl get pods -A -o json prints them.")
    private String pods;

    @Option(
            names = "--alerts",
            paramLabel = "FILE",
            description = "Alerts, as Alertmanager posts them to a webhook. Of all of these '-' is standard input.")
    private String alerts;

    private boolean refused;

    /// Was a source refused that somebody has named?
    boolean isRefused() {
        return refused;
    }

    /// Reads all of them.
    Reading read(Instant now) {
        if (named().filter("-"::equals).count() > 1) {
            throw new Failure(ExitCode.USAGE, "standard input can be one of the sources only");
        }
        return kernel(now)
                .plus(dumps())
                .plus(file("pods", pods, Pods::read))
                .plus(file("alerts", alerts, Alerts::read));
    }

    boolean isNamed() {
        return named().findAny().isPresent();
    }

    private Stream<String> named() {
        return Stream.of(kernelLog, coredumps, pods, alerts)
                .map(Optional::ofNullable)
                .flatMap(Optional::stream);
    }

    private interface Parser {
        Reading read(String place, byte[] bytes);
    }

    private Reading kernel(Instant now) {
        return kernelLog == null
                ? HarmReview.kernelLog(now)
                : file("kernel log", kernelLog, (place, bytes) -> KernelLog.read(place, bytes, Optional.empty()));
    }

    private Reading dumps() {
        return coredumps == null ? journalctl() : file("core dumps", coredumps, Coredumps::read);
    }

    private static Reading journalctl() {
        List<String> command = List.of(
                "journalctl",
                "--output=json",
                "--no-pager",
                "--quiet",
                "--all",
                "--lines=2000",
                "--output-fields=" + String.join(",", Coredumps.FIELDS),
                "MESSAGE_ID=" + Coredumps.MESSAGE_ID);
        try {
            return Coredumps.read("journalctl", EvidenceInput.output(command));
        } catch (IOException e) {
            return Reading.refused("journalctl", e.getMessage() + "; --coredumps takes a file of it");
        }
    }

    private Reading file(String what, String file, Parser parser) {
        if (file == null) {
            return Reading.NONE;
        }
        String place = file.equals("-") ? what : SafeText.plain(file);
        Reading reading;
        try {
            reading = parser.read(place, EvidenceInput.read(file));
        } catch (IOException e) {
            reading = Reading.refused(place, e.getMessage());
        }
        refused |= !reading.refusals().isEmpty();
        return reading;
    }
}
