package dev.stet.cli;

import dev.stet.agent.BinaryFile;
import dev.stet.agent.json.SafeText;
import dev.stet.binary.BinaryException;
import dev.stet.binary.Executable;
import dev.stet.binary.RunTimeChoice;
import dev.stet.facts.Function;
import dev.stet.facts.Glob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stet inspect`
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        description = {
            "Say what is known of a program or library before it is probed: its language, build, hazards and functions; or "
                    + "of one function: its signature, where its arguments are, where it ends, and why it can or cannot "
                    + "be probed. Needs no rights but to read the file, and runs nothing of it.",
        },
        footer = {
            "",
            "Examples:",
            "  stet inspect /usr/bin/prometheus",
            "  stet inspect /usr/bin/prometheus main.main",
            "  stet inspect /usr/bin/prometheus --list functions --match 'net/http.*'",
            "  stet inspect /usr/bin/prometheus --type net/http.Request",
            "  sudo stet inspect -p 4711 --list modules --json",
        })
final class InspectCommand implements Callable<Integer> {
    /// What can be listed.
    enum Listing {
        FUNCTIONS,
        USDT,
        MODULES,
        SETTINGS,
        NOTES;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Parameters(
            arity = "0..*",
            paramLabel = "FILE [FUNCTION...]",
            description = "The program or library, unless -p names it; then functions, by name, mangled or not.")
    private List<String> arguments = List.of();

    @Option(
            names = {"-p", "--pid"},
            paramLabel = "PID",
            description = "The program that this process runs, even if its file is gone.")
    private Integer pid;

    @ArgGroup(exclusive = true)
    private What what = new What();

    private static final class What {
        @Option(names = "--list", paramLabel = "WHAT", description = "List all of: ${COMPLETION-CANDIDATES}.")
        private Listing listing;

        @Option(names = "--type", paramLabel = "NAME", description = "Show how a type is laid out in memory.")
        private String type;
    }

    @Option(names = "--match", paramLabel = "GLOB", description = "List only names that match: 'main.*'.")
    private String match;

    @Option(names = "--json", description = "Print a JSON object; of a list, one object a line.")
    private boolean json;

    @Override
    public Integer call() {
        if (pid == null && arguments.isEmpty()) {
            throw new Failure(ExitCode.USAGE, "name a file, or a process with -p; try: stet inspect --help");
        }
        if (match != null && what.listing == null) {
            throw new Failure(ExitCode.USAGE, "--match filters a list: name one with --list");
        }
        String path = pid == null ? arguments.getFirst() : "/proc/" + pid + "/exe";
        List<String> functions = pid == null ? arguments.subList(1, arguments.size()) : arguments;
        if (!functions.isEmpty() && (what.listing != null || what.type != null)) {
            throw new Failure(ExitCode.USAGE, "ask for functions, or for --list, or for --type: not for two of them");
        }
        try (BinaryFile file = open(path)) {
            return answer(path, file, functions);
        }
    }

    private BinaryFile open(String path) {
        try {
            return BinaryFile.open(Path.of(path));
        } catch (BinaryException e) {
            throw new Failure(ExitCode.BAD_DATA, "cannot analyse " + SafeText.plain(path) + ": " + e.getMessage());
        } catch (IOException e) {
            String hint = pid != null && !Files.exists(Path.of("/proc/" + pid)) ? ": there is no such process" : "";
            throw new Failure(ExitCode.NO_INPUT, "cannot read " + SafeText.plain(path) + hint + ": " + e.getMessage());
        }
    }

    private int answer(String path, BinaryFile file, List<String> functions) {
        Executable binary = file.executable();
        try (Pager pager = Pager.start(!json && what.listing != null)) {
            Output output = pager.output();
            if (what.listing != null) {
                new Listings(binary, output, json).print(what.listing, filter());
            } else if (what.type != null) {
                return new TypeLayout(binary, output, json).print(what.type);
            } else if (functions.isEmpty()) {
                Inspection inspection = Inspection.of(path, file);
                if (json) {
                    output.line(InspectJson.of(inspection));
                } else {
                    new InspectText(output).print(inspection);
                }
            } else {
                return functions(binary, output, functions);
            }
            output.flush();
            return ExitCode.DONE;
        } catch (BinaryException e) {
            throw new Failure(ExitCode.BAD_DATA, "cannot analyse " + SafeText.plain(path) + ": " + e.getMessage());
        }
    }

    private int functions(Executable binary, Output output, List<String> names) throws BinaryException {
        int exitCode = ExitCode.DONE;
        for (String name : names) {
            List<Function> found = binary.functions().find(name);
            Optional<RunTimeChoice> choice = binary.functions().chosenAtRunTime(name);
            choice.ifPresent(it -> output.say(choice(it)));
            if (found.isEmpty() && choice.isEmpty()) {
                List<String> close = binary.functions().closest(name, 5);
                output.say("no function %s%s"
                        .formatted(
                                SafeText.plain(name),
                                close.isEmpty()
                                        ? (binary.functions().size() == 0 ? ": the binary has no names" : "")
                                        : "; there are: " + SafeText.plain(String.join(", ", close))));
                exitCode = ExitCode.NOTHING;
            }
            for (Function function : found) {
                Inspection.OfFunction report = Inspection.OfFunction.of(binary, function);
                if (json) {
                    output.line(InspectJson.of(report));
                } else {
                    new InspectText(output).print(report);
                }
            }
        }
        output.flush();
        return exitCode;
    }

    private static String choice(RunTimeChoice choice) {
        return "%s is picked when a program starts%s"
                .formatted(
                        SafeText.plain(choice.name()),
                        choice.candidates().isEmpty()
                                ? "; the binary has lost the names of those to pick from"
                                : ", and is one of: "
                                        + SafeText.plain(choice.candidates().stream()
                                                .map(Function::name)
                                                .collect(Collectors.joining(", "))));
    }

    private Predicate<String> filter() {
        if (match == null) {
            return _ -> true;
        }
        try {
            return Glob.name(match)::matches;
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.USAGE, "--match: " + e.getMessage());
        }
    }
}
