package dev.stet.cli;

import dev.stet.agent.PolicyPlan.Idle;
import dev.stet.agent.PolicyPlanner;
import dev.stet.agent.json.Json;
import dev.stet.agent.json.SafeText;
import dev.stet.policy.Policy;
import dev.stet.policy.PolicyLint;
import dev.stet.policy.PolicyLint.Finding;
import dev.stet.policy.PolicyLint.Severity;
import dev.stet.policy.PolicyReader;
import dev.stet.policy.ReadResult;
import dev.stet.policy.yaml.Problem;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `stet policy lint`
@Command(
        name = "lint",
        mixinStandardHelpOptions = true,
        description =
                "Say what is allowed in policy files and should be looked at: rules that match nothing, everything or "
                        + "Stet itself, that never end, that say what another says. Needs no rights, but with --live.",
        footer = {
            "",
            "Examples:",
            "  stet policy lint policy.d",
            "  sudo stet policy lint --live              which rules match no process of this machine?",
            "",
            "Exit codes: 0 nothing that is wrong; 1 an error, or with --strict a warning; 65 a file is wrong."
        })
final class PolicyLintCommand implements Callable<Integer> {
    @Mixin
    private PolicySources files;

    @Option(names = "--live", description = "Say also which rules match no process that runs here now; needs root.")
    private boolean live;

    @Option(names = "--strict", description = "Exit with 1 for warnings, too.")
    private boolean strict;

    @Option(names = "--json", description = "Print a JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        Policy policy = policy();
        List<Finding> findings = PolicyLint.of(policy, Instant.now());
        List<Idle> idle = live ? idle(policy) : List.of();
        Output output = new Output(new FileOutputStream(FileDescriptor.out), Output.isInteractive(), () -> {});
        if (json) {
            output.lineNow(json(findings, idle));
        } else {
            print(output, findings, idle);
        }
        Severity worst = strict ? Severity.WARNING : Severity.ERROR;
        boolean bad = findings.stream().anyMatch(finding -> finding.severity().compareTo(worst) <= 0);
        return bad ? ExitCode.NOTHING : ExitCode.DONE;
    }

    private Policy policy() {
        PolicySources.Read read = files.read();
        List<Problem> problems = new ArrayList<>(read.problems());
        Policy policy = switch (PolicyReader.read(read.texts(), Instant.now())) {
            case ReadResult.Valid(var valid, var _) -> valid;
            case ReadResult.Invalid(var found) -> {
                problems.addAll(found);
                yield Policy.EMPTY;
            }
        };
        if (problems.isEmpty()) {
            return policy;
        }
        problems.forEach(problem -> System.err.println("stet: " + problem));
        throw new Failure(
                ExitCode.BAD_DATA, PolicyTestCommand.count(problems.size(), "problem") + "; put them right first");
    }

    private static List<Idle> idle(Policy policy) {
        Session.requireRoot();
        try {
            return PolicyPlanner.ofMachine(policy).idle();
        } catch (IOException e) {
            throw new Failure(ExitCode.UNAVAILABLE, "cannot list the processes of this machine: " + e.getMessage());
        }
    }

    private static void print(Output output, List<Finding> findings, List<Idle> idle) {
        for (Finding finding : findings) {
            String text = SafeText.plain(finding.toString());
            output.line(
                    switch (finding.severity()) {
                        case ERROR -> output.red(text);
                        case WARNING -> output.yellow(text);
                        case NOTE -> text;
                    });
        }
        idle.forEach(each -> output.line("matches no process here: " + PlanText.text(each)));
        output.lineNow(
                findings.isEmpty()
                        ? output.green("nothing to remark")
                        : PolicyTestCommand.count(findings.size(), "remark"));
    }

    private CharSequence json(List<Finding> findings, List<Idle> idle) {
        StringBuilder out = new StringBuilder();
        Json all = Json.object(out)
                .objects(
                        "findings",
                        findings,
                        (each, finding) -> each.text("file", finding.file())
                                .number("line", finding.line())
                                .text("rule", finding.rule())
                                .text("severity", finding.severity().toString())
                                .text("code", finding.code().toString())
                                .text("message", finding.message()));
        if (live) {
            all.objects("idleRules", idle, PlanJson::rule);
        }
        all.end();
        return out;
    }
}
