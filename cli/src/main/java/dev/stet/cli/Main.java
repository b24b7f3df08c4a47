package dev.stet.cli;

import dev.stet.kernel.Bpf;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/// Where Stet begins.
@Command(
        name = "stet",
        mixinStandardHelpOptions = true,
        version = "stet " + Main.VERSION,
        description = "Traces functions of running programs, and leaves alone what is exempt.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  sudo ./stet run                                everything, until Ctrl-C",
            "  sudo ./stet status                             how is the agent that runs?",
            "  sudo ./stet trace -p 4711 main.Handle          one function of one program",
            "  sudo ./stet explain 4711                       why is this process (not) probed?",
            "  sudo ./stet packs                              which packs of probes fit what runs here?",
            "  ./stet inspect /usr/bin/prometheus             what is known of this program?",
            "  ./stet check policy.d                          are these policy files right?",
            "",
            "Exit codes: 0 done; 1 nothing could be traced; 64 wrong usage; 65 wrong policy, or no binary that can be analysed; 66 no such process or file; "
                    + "69 the machine has not what it takes; 70 a mistake of Stet's; 77 needs root; 130 Ctrl-C, 143 "
                    + "SIGTERM (detached all the same)."
        })
public final class Main {
    static final String VERSION = "0.1.0";

    /// In the order in which help shows them.
    private static final List<Verb> VERBS = List.of(
            new Verb("run", RunCommand.class),
            new Verb("status", StatusCommand.class),
            new Verb("ps", PsCommand.class),
            new Verb("top", TopCommand.class),
            new Verb("events", EventsCommand.class),
            new Verb("logs", LogsCommand.class),
            new Verb("query", QueryCommand.class),
            new Verb("config", ConfigCommand.class),
            new Verb("token", TokenCommand.class),
            new Verb("trace", TraceCommand.class),
            new Verb("explain", ExplainCommand.class),
            new Verb("inspect", InspectCommand.class),
            new Verb("packs", PacksCommand.class),
            new Verb("check", CheckCommand.class),
            new Verb("policy", PolicyCommand.class),
            new Verb("exempt", ExemptCommand.class),
            new Verb("audit", AuditCommand.class),
            new Verb("guardian", GuardianCommand.class),
            new Verb("suggest", SuggestCommand.class),
            new Verb("panic", PanicCommand.class),
            new Verb("resume", ResumeCommand.class),
            new Verb("plan", PlanCommand.class),
            new Verb("completion", CompletionCommand.class),
            new Verb("man", ManCommand.class),
            new Verb("import", ImportCommand.class),
            new Verb("export", ExportCommand.class));

    /// Verbs that attach probes, and so ask much of the kernel. Some of the others run where there is
    /// none of its kind.
    private static final Set<String> ATTACHING = Set.of("run", "trace");

    /// Runs a command and exits.
    ///
    /// @param args the command line
    public static void main(String[] args) {
        if (args.length > 1 && ATTACHING.contains(args[0])) {
            Thread.ofPlatform().daemon().name("stet-prepare").start(Bpf::prepare);
        }
        System.exit(run(args));
    }

    /// @param name by which it is called
    private record Verb(String name, Class<?> command) {}

    /// All verbs and options.
    static CommandLine commandLine() {
        return commandLine(_ -> true);
    }

    /// Only the verb that is called: to build them all takes longer than most of them take.
    private static CommandLine commandLine(String[] args) {
        boolean isVerb = args.length > 0 && VERBS.stream().anyMatch(verb -> verb.name.equals(args[0]));
        return commandLine(verb -> !isVerb || verb.name.equals(args[0]));
    }

    private static CommandLine commandLine(Predicate<Verb> wanted) {
        CommandSpec stet = CommandSpec.forAnnotatedObject(new Main());
        VERBS.stream()
                .filter(wanted)
                .forEach(verb -> stet.addSubcommand(verb.name, CommandSpec.forAnnotatedObject(verb.command)));
        return new CommandLine(stet).setCaseInsensitiveEnumValuesAllowed(true);
    }

    /// Runs a command.
    ///
    /// @return its exit code
    static int run(String... args) {
        CommandLine line = commandLine(args);
        line.setParameterExceptionHandler((exception, _) -> {
            CommandLine failed = exception.getCommandLine();
            System.err.println("stet: " + firstLine(exception.getMessage()) + "\n  try: stet "
                    + (failed.getParent() == null ? "" : failed.getCommandName() + " ") + "--help");
            return ExitCode.USAGE;
        });
        line.setExecutionExceptionHandler((exception, _, _) -> {
            if (exception instanceof Failure failure) {
                System.err.println("stet: " + failure.getMessage());
                return failure.exitCode();
            }
            System.err.println("stet: a mistake of Stet's, please report it: " + exception);
            if (System.getenv("STET_DEBUG") != null) {
                exception.printStackTrace();
            }
            return ExitCode.BUG;
        });
        if (args.length == 0) {
            line.usage(System.err);
            return ExitCode.USAGE;
        }
        return line.execute(args);
    }

    private static String firstLine(String text) {
        return text == null ? "wrong usage" : text.lines().findFirst().orElse("wrong usage");
    }
}
