package dev.stet.cli;

import dev.stet.agent.Census;
import dev.stet.agent.PolicyDirectory;
import dev.stet.agent.json.Json;
import dev.stet.agent.json.SafeText;
import dev.stet.facts.FactKey;
import dev.stet.facts.ProcessFacts;
import dev.stet.policy.Exemption;
import dev.stet.policy.ExemptionYaml;
import dev.stet.policy.Policy;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stet exempt add`
@Command(
        name = "add",
        mixinStandardHelpOptions = true,
        description = {
            "Write an exemption to a file of its own in the policy directory. For a process the narrowest rule that fits"
                    + " is written: by its script if it is an interpreter, else by its build ID, else by its path."
        },
        footer = {
            "",
            "Examples:",
            "  stet exempt add 4711 --reason 'a debugger is attached' --for 2h",
            "  stet exempt add /usr/bin/amqproxy --returns --reason 'Crystal fibers' --expires 2099-03-31",
            "  stet exempt add --match 'comm=worker*' --match uid=1000 --name workers --reason 'canary'",
            "  stet exempt add 4711 --reason try --dry-run         print it, write nothing"
        })
final class ExemptAddCommand implements Runnable {
    @Parameters(
            arity = "0..1",
            paramLabel = "PATH|PID",
            description = "A program's path (a pattern may be), or a process.")
    private String target;

    @Option(
            names = "--match",
            paramLabel = "CLAUSE=VALUE",
            description = "A clause of the rule, as docs/policy.md names it: comm=redis*, exe.name=node, uid=1000,"
                    + " args.contains=--fibers; again for more, which must all hold.")
    private List<String> clauses = List.of();

    @Option(names = "--returns", description = "Exempt from probes on function exits only.")
    private boolean returns;

    @Option(names = "--payload", description = "Exempt from the taking of contents only.")
    private boolean payload;

    @Option(
            names = "--aspect",
            paramLabel = "ASPECT",
            description = "What to exempt from: all, returns, payload, analysis, usdt, pack:NAME, function:NAME,"
                    + " library:NAME; again for more. All if nothing is given.")
    private List<String> aspects = List.of();

    @Mixin
    private EndOptions end;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; asked for on a terminal if it is missing.")
    private String reason;

    @Option(names = "--owner", paramLabel = "WHO", description = "Who answers for it (default: you, as USER@HOST).")
    private String owner;

    @Option(names = "--ticket", paramLabel = "LINK", description = "Where it is discussed.")
    private String ticket;

    @Option(names = "--name", paramLabel = "NAME", description = "Its name, and its file's (default: the program's).")
    private String name;

    @Option(names = "--build-id", paramLabel = "HEX", description = "Only programs of this build.")
    private String buildId;

    @Option(names = "--script", paramLabel = "GLOB", description = "Only interpreters that run this file.")
    private String script;

    @Option(names = "--policy", paramLabel = "DIR", description = "Where to write it (default: /etc/stet/policy.d).")
    private Path directory = PolicyDirectory.DEFAULT;

    @Mixin
    private StateOption state;

    @Option(names = "--dry-run", description = "Print it, and write nothing.")
    private boolean dryRun;

    @Option(names = "--json", description = "Print a JSON object.")
    private boolean json;

    @Override
    public void run() {
        Output output = new Output(() -> {});
        Optional<String> expires = end.expires(Instant.now());
        ExemptionYaml yaml = new ExemptionYaml();
        String program = match(yaml);
        if (yaml.isEmpty()) {
            throw new Failure(ExitCode.USAGE, "which processes? give a path, a PID, or --match; see --help");
        }
        aspects(yaml);
        String why = reason == null ? ask() : reason;
        if (why.isBlank()) {
            throw new Failure(ExitCode.USAGE, "why? --reason is for whoever finds it in a year");
        }
        PolicyEdit edit = new PolicyEdit(new PolicyDirectory(directory, true), state.known());
        String rule = name == null ? free(edit.policy(), label(program)) : name;
        if (!rule.matches("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--name takes 1 to 63 lower-case letters, digits and '-', which neither begins nor ends it");
        }
        String text = yaml.text(new ExemptionYaml.Header(
                rule, why, owner == null ? Person.owner() : owner, Optional.ofNullable(ticket), expires));
        Path file = directory.resolve(rule + ".yaml");
        if (dryRun) {
            var ignored = edit.check(file, text);
            output.lineNow(text.stripTrailing());
            return;
        }
        edit.create(file, text);
        Exemption written = new PolicyEdit(new PolicyDirectory(directory, true), state.known()).rule(rule);
        PolicyEdit.audit(state, output, "add", written, "stet exempt add " + (target == null ? "" : target));
        if (json) {
            StringBuilder out = new StringBuilder();
            Json.object(out)
                    .text("added", rule)
                    .text("file", file.toString())
                    .text("text", text)
                    .end();
            output.lineNow(out);
        } else {
            output.line(text.stripTrailing());
            output.lineNow(output.green("added: ") + rule + "; " + file
                    + (expires.isEmpty() ? "; it never ends: --for and --expires would say when" : ""));
        }
    }

    /// Adds the clauses.
    ///
    /// @return what the program is called, for a name
    private String match(ExemptionYaml yaml) {
        String program = "exemption";
        if (target != null && target.matches("[0-9]{1,9}")) {
            program = process(yaml, Integer.parseInt(target));
        } else if (target != null) {
            if (!target.startsWith("/") && !target.startsWith("**")) {
                throw new Failure(
                        ExitCode.USAGE,
                        "'" + SafeText.plain(target) + "' is neither a PID nor a path: paths begin with '/'; try '/**/"
                                + SafeText.plain(target) + "'");
            }
            yaml.clause("exe.glob", target);
            program = target;
        }
        if (buildId != null) {
            yaml.clause("buildId", buildId);
        }
        if (script != null) {
            yaml.clause("script.glob", script);
        }
        for (String clause : clauses) {
            int equals = clause.indexOf('=');
            if (equals < 1) {
                throw new Failure(ExitCode.USAGE, "--match takes CLAUSE=VALUE, such as comm=redis*");
            }
            yaml.clause(clause.substring(0, equals), clause.substring(equals + 1));
            program = program.equals("exemption") ? clause.substring(equals + 1) : program;
        }
        return program;
    }

    private String process(ExemptionYaml yaml, int pid) {
        ProcessFacts facts = new Census()
                .facts(pid, Set.of(FactKey.BUILD_ID, FactKey.SCRIPT))
                .orElseThrow(() -> new Failure(ExitCode.NO_INPUT, "there is no process " + pid + " (any more)"));
        String exe = facts.exe()
                .known()
                .orElseThrow(() -> new Failure(
                        ExitCode.NOTHING,
                        "it is not known what process " + pid + " runs; try: sudo ./stet ..., or --match"));
        Optional<String> runs = facts.get(FactKey.SCRIPT).known();
        if (runs.isPresent() && script == null) {
            yaml.clause("exe.name", ExemptionYaml.escaped(exe.substring(exe.lastIndexOf('/') + 1)));
            yaml.clause("script.glob", ExemptionYaml.escaped(runs.get()));
            return runs.get();
        }
        if (facts.buildId().known().isPresent() && script == null && buildId == null) {
            yaml.comment(exe + ", pid " + pid);
            yaml.clause("buildId", facts.buildId().known().get().hex());
        } else {
            yaml.clause("exe.glob", ExemptionYaml.escaped(exe));
        }
        return exe;
    }

    private void aspects(ExemptionYaml yaml) {
        List<String> all = new ArrayList<>(aspects);
        if (returns) {
            all.add("returns");
        }
        if (payload) {
            all.add("payload");
        }
        all.forEach(yaml::aspect);
    }

    private static String ask() {
        Console console = Optional.ofNullable(System.console())
                .filter(Console::isTerminal)
                .orElseThrow(
                        () -> new Failure(ExitCode.USAGE, "why? give --reason: it is for whoever finds it in a year"));
        System.err.print("stet: why should it not be probed? ");
        System.err.flush();
        try {
            String line = new BufferedReader(console.reader()).readLine();
            return line == null ? "" : line.strip();
        } catch (IOException e) {
            throw new Failure(ExitCode.USAGE, "no reason was given: " + e.getMessage());
        }
    }

    /// A name of what may be a path or a pattern.
    private static String label(String program) {
        String last = program.substring(program.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        String plain = last.replaceAll("[^a-z0-9]+", "-").replaceAll("^-+|-+$", "");
        String cut = plain.length() > 50 ? plain.substring(0, 50).replaceAll("-+$", "") : plain;
        return cut.isEmpty() ? "exemption" : cut;
    }

    private static String free(Policy policy, String label) {
        List<String> taken = policy.exemptions().stream().map(Exemption::name).toList();
        String free = label;
        for (int i = 2; taken.contains(free); i++) {
            free = label + "-" + i;
        }
        return free;
    }
}
