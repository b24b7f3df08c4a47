package dev.stet.cli;

import dev.stet.agent.Pack;
import dev.stet.agent.PackDirectory;
import dev.stet.agent.PackReader;
import dev.stet.agent.PackSurvey;
import dev.stet.agent.PackSurvey.Fit;
import dev.stet.agent.json.Json;
import dev.stet.agent.json.SafeText;
import dev.stet.probe.Capture;
import dev.stet.probe.Probe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stet packs`
@Command(
        name = "packs",
        mixinStandardHelpOptions = true,
        description = {
            "List the packs of probes, and which running processes each fits; of one pack, what it takes where.",
            "",
            "Attaches nothing. Which processes a pack fits takes root to find out; what policy exempts is not looked at."
        },
        footer = {
            "",
            "Examples:",
            "  sudo stet packs                       all packs and the processes they fit",
            "  sudo stet packs openssl               one pack: its probes, and what each process gives",
            "  sudo stet packs --packs ./my-packs    with packs of your own",
            "  stet packs --json | jq -r .pack"
        })
final class PacksCommand implements Runnable {
    private static final int MAX_SHOWN = 4;
    private static final long QUIET_NANOS = 1_000_000_000;

    @Parameters(arity = "0..1", paramLabel = "PACK", description = "One pack, in full.")
    private String name;

    @Option(
            names = "--packs",
            paramLabel = "DIR",
            description = "Packs of your own as well: a directory of *.yaml files (docs/packs.md).")
    private Path directory;

    @Mixin
    private PolicyOption policy;

    @Option(names = "--json", description = "Print one JSON object a pack (docs/json.md).")
    private boolean json;

    @Override
    public void run() {
        List<Pack> packs =
                together(PackReader.builtIn(), Optional.ofNullable(directory).map(PackDirectory::new));
        if (name != null) {
            packs = packs.stream().filter(pack -> pack.name().equals(name)).toList();
            if (packs.isEmpty()) {
                throw new Failure(ExitCode.NOTHING, "there is no pack '" + name + "'; stet packs lists them");
            }
        }
        Output output = new Output(() -> {});
        Optional<PackSurvey.Result> survey = survey(packs, output);
        if (json) {
            packs.forEach(pack -> output.line(object(pack, survey)));
        } else if (name != null) {
            whole(packs.getFirst(), survey, output);
        } else {
            list(packs, survey, output);
        }
        output.flush();
    }

    /// Built-in packs and one's own.
    ///
    /// @throws Failure with all problems, if one's own are wrong
    static List<Pack> together(List<Pack> builtIn, Optional<PackDirectory> own) {
        if (own.isEmpty()) {
            return builtIn;
        }
        return switch (own.get().read()) {
            case PackDirectory.Result.Valid(var packs) -> PackDirectory.together(builtIn, packs);
            case PackDirectory.Result.Invalid(var problems) ->
                throw new Failure(
                        ExitCode.BAD_DATA,
                        "the packs are wrong, so nothing is done:\n"
                                + problems.stream()
                                        .map(problem -> "  " + problem)
                                        .collect(Collectors.joining("\n")));
        };
    }

    /// Empty without the right to look into processes.
    private Optional<PackSurvey.Result> survey(List<Pack> packs, Output output) {
        if (!Session.mayTrace()) {
            output.say("which processes they fit takes root to find out");
            return Optional.empty();
        }
        long begun = System.nanoTime();
        boolean[] told = {false};
        try {
            return Optional.of(new PackSurvey(packs, policy.directory()).run((done, all) -> {
                if (!told[0] && System.nanoTime() - begun > QUIET_NANOS) {
                    told[0] = true;
                    output.say("looking into processes: %d of %d so far".formatted(done, all));
                }
            }));
        } catch (IOException e) {
            throw new Failure(ExitCode.UNAVAILABLE, "cannot list processes: " + e.getMessage());
        }
    }

    private static List<Fit> of(Pack pack, Optional<PackSurvey.Result> survey) {
        return survey.stream()
                .flatMap(result -> result.fits().stream())
                .filter(fit -> fit.pack().name().equals(pack.name()))
                .toList();
    }

    private static void list(List<Pack> packs, Optional<PackSurvey.Result> survey, Output output) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("PACK", "PROBES", "FITS", "WHAT"));
        for (Pack pack : packs) {
            String fits = survey.isEmpty() ? "?" : processes(of(pack, survey));
            rows.add(List.of(pack.name(), Integer.toString(pack.probes().size()), fits, pack.summary()));
        }
        Table.print(output, "", rows);
        survey.ifPresent(result -> output.say("%d processes, %d of them left alone by policy or guards"
                .formatted(result.processes(), result.leftAlone())));
    }

    /// `nginx (3), curl`
    private static String processes(List<Fit> fits) {
        Map<String, Long> programs = new LinkedHashMap<>();
        fits.stream()
                .map(fit -> fit.pid() + "/" + fit.program())
                .distinct()
                .forEach(each -> programs.merge(each.substring(each.indexOf('/') + 1), 1L, Long::sum));
        if (programs.isEmpty()) {
            return "-";
        }
        String shown = programs.entrySet().stream()
                .limit(MAX_SHOWN)
                .map(each -> each.getKey() + (each.getValue() > 1 ? " (" + each.getValue() + ")" : ""))
                .collect(Collectors.joining(", "));
        int more = programs.size() - MAX_SHOWN;
        return more > 0 ? shown + ", " + more + " more" : shown;
    }

    private static void whole(Pack pack, Optional<PackSurvey.Result> survey, Output output) {
        output.line(output.bold(pack.name()) + "  " + pack.summary());
        List<List<String>> rows = new ArrayList<>();
        for (Pack.Entry entry : pack.entries()) {
            Probe probe = entry.probe();
            rows.add(List.of(probe.kind(), probe.site().text(), sources(entry)));
        }
        Table.print(output, "  ", rows);
        for (Fit fit : of(pack, survey)) {
            output.line("%s[%d]  %s: %d functions"
                    .formatted(
                            SafeText.plain(fit.program()),
                            fit.pid(),
                            SafeText.plain(fit.path()),
                            fit.functions().size()));
            fit.refusals()
                    .forEach(refusal -> output.line(
                            "    not " + SafeText.plain(refusal.function()) + ": " + SafeText.plain(refusal.why())));
        }
        if (survey.isPresent() && of(pack, survey).isEmpty()) {
            output.line("fits no process that runs now");
        }
    }

    private static String sources(Pack.Entry entry) {
        Probe probe = entry.probe();
        String taken = Stream.concat(probe.atEntry().stream(), probe.atReturn().stream())
                .map(Capture::name)
                .collect(Collectors.joining(", "));
        String payload = Stream.concat(entry.payloadAtEntry().stream(), entry.payloadAtReturn().stream())
                .map(Capture::name)
                .collect(Collectors.joining(", "));
        return taken + (payload.isEmpty() ? "" : " (with --payload: " + payload + ")");
    }

    private static CharSequence object(Pack pack, Optional<PackSurvey.Result> survey) {
        StringBuilder out = new StringBuilder(400);
        Json json = Json.object(out).text("pack", pack.name()).text("summary", pack.summary());
        json.objects(
                "probes",
                pack.entries(),
                (each, entry) -> each.text("site", entry.probe().site().text())
                        .text("kind", entry.probe().kind())
                        .texts(
                                "captures",
                                names(entry.probe().atEntry(), entry.probe().atReturn()))
                        .texts("payload", names(entry.payloadAtEntry(), entry.payloadAtReturn())));
        if (survey.isPresent()) {
            json.objects(
                    "fits",
                    of(pack, survey),
                    (each, fit) -> each.number("pid", fit.pid())
                            .text("process", fit.program())
                            .text("file", fit.path())
                            .texts("functions", fit.functions())
                            .texts("absent", fit.absent())
                            .objects(
                                    "refusals",
                                    fit.refusals(),
                                    (inner, refusal) -> inner.text("function", refusal.function())
                                            .text("why", refusal.why())));
        }
        json.end();
        return out;
    }

    private static List<String> names(List<Capture> entry, List<Capture> atReturn) {
        return Stream.concat(entry.stream(), atReturn.stream())
                .map(Capture::name)
                .toList();
    }
}
