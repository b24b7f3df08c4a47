package dev.stet.cli;

import dev.stet.agent.Explainer;
import dev.stet.agent.Explanation;
import dev.stet.agent.json.SafeText;
import dev.stet.facts.FactKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stet explain`
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = {
            "Say why a process is, or is not, probed: the verdict, every rule with the clauses that were true, false and "
                    + "not known, the facts, and what is attached to it according to the kernel.",
        },
        footer = {
            "",
            "Examples:",
            "  stet explain 4711",
            "  stet explain /usr/bin/redis-server        every process that runs it; if none does, what its file says",
            "  stet explain --rule no-returns nginx      only what this rule says",
            "  stet explain --policy ./policy.d --json 4711 | jq .verdict"
        })
final class ExplainCommand implements Runnable {
    /// Told of one by one; a shell may run a thousand times.
    private static final int MAX_PROCESSES = 20;

    @Parameters(
            paramLabel = "PID|EXE",
            description = "The process; or a program, by path or name: then every process that runs it.")
    private String subject;

    @Mixin
    private PolicyOption policy;

    @Mixin
    private StateOption state;

    @Option(names = "--all", description = "Unfold everything: every rule, every fact, every process.")
    private boolean all;

    @Option(names = "--rule", paramLabel = "NAME", description = "Of the rules only this one.")
    private String rule;

    @Option(names = "--json", description = "Print a JSON object for each process, with the whole tree.")
    private boolean json;

    @Override
    public void run() {
        Session.requireRoot();
        Explainer explainer =
                new Explainer(policy.directory(), state.known(), all ? Set.copyOf(FactKey.ALL) : Set.of());
        Output output = new Output(() -> {});
        try {
            if (subject.matches("[0-9]{1,9}")) {
                int pid = Integer.parseInt(subject);
                tell(explainer.process(pid).orElseThrow(() -> gone(pid)), output);
            } else {
                tellOfProgram(explainer, output);
            }
        } catch (IOException e) {
            throw new Failure(ExitCode.UNAVAILABLE, "cannot tell what is attached: " + e.getMessage());
        }
    }

    private static Failure gone(int pid) {
        return new Failure(ExitCode.NO_INPUT, "there is no process " + pid + " (any more)");
    }

    private void tellOfProgram(Explainer explainer, Output output) throws IOException {
        Set<Integer> pids = new LinkedHashSet<>(explainer.running(subject));
        Optional<Path> file = file();
        if (file.isPresent()) {
            pids.addAll(explainer.running(file.get().toString()));
        }
        if (pids.isEmpty()) {
            tell(explainer.file(file.orElseThrow(this::nobody)), output);
            return;
        }
        int told = 0;
        for (int pid : pids) {
            if (told == MAX_PROCESSES && !all) {
                output.say("%d more processes run it; --all tells of all".formatted(pids.size() - told));
                return;
            }
            Optional<Explanation> one = explainer.process(pid);
            if (one.isPresent()) {
                if (told++ > 0 && !json) {
                    output.line("");
                }
                tell(one.get(), output);
            }
        }
    }

    private Failure nobody() {
        return new Failure(
                ExitCode.NO_INPUT,
                "no process runs " + SafeText.plain(subject)
                        + (subject.contains("/") ? ", and there is no such file" : "; name its file by its path"));
    }

    /// The file that is meant, if it is one of the host's.
    private Optional<Path> file() {
        try {
            Path path = Path.of(subject);
            return subject.contains("/") && Files.isRegularFile(path)
                    ? Optional.of(path.toRealPath())
                    : Optional.empty();
        } catch (IOException | InvalidPathException e) {
            return Optional.empty();
        }
    }

    private void tell(Explanation explanation, Output output) {
        Optional<String> only = Optional.ofNullable(rule);
        List<String> names = explanation.whole().rules().stream()
                .map(each -> each.rule().name())
                .toList();
        if (only.isPresent() && explanation.problems().isEmpty() && !names.contains(rule)) {
            throw new Failure(ExitCode.NO_INPUT, "there is no rule " + SafeText.plain(rule) + " for this process");
        }
        if (json) {
            output.lineNow(ExplainJson.of(explanation, only));
        } else {
            OptionalInt width = Terminal.width();
            new ExplainText(output, width, all, only).print(explanation);
        }
    }
}
