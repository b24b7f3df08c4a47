package dev.stet.cli;

import dev.stet.agent.PolicyDirectory;
import dev.stet.agent.PolicyPlan;
import dev.stet.agent.PolicyPlanner;
import dev.stet.policy.BuiltIn;
import dev.stet.policy.Policy;
import dev.stet.policy.ReadResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `stet plan`
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description =
                "Say what would change on this machine if other policy files were in force: which processes would be "
                        + "probed that are not, and the other way round, and by which rule. Attaches and detaches nothing.",
        footer = {
            "",
            "Examples:",
            "  stet plan                                 would a restart, or a repaired file, change anything?",
            "  stet plan --policy ./policy.d             against what is in force",
            "  stet plan --policy ./new.d --against ./old.d --json | jq .lost",
            "  stet plan --policy ./policy.d || echo it changes something",
            "",
            "Exit codes: 0 nothing would change; 1 something would; 65 a policy file is wrong."
        })
final class PlanCommand implements Callable<Integer> {
    private static final String AGAINST = "the policy to compare with";

    @Option(
            names = "--policy",
            paramLabel = "DIR",
            description = "The policy that might come: a directory of *.yaml files (default: /etc/stet/policy.d).")
    private Path next;

    @Option(
            names = "--against",
            paramLabel = "DIR",
            description = "The policy to compare it with (default: what Stet had in force last for"
                    + " /etc/stet/policy.d, or what is in there if Stet has never run; without --policy, then, none).")
    private Path present;

    @Mixin
    private StateOption state;

    @Option(names = "--all", description = "Tell of every process and every rule that matches none.")
    private boolean all;

    @Option(names = "--json", description = "Print a JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        Session.requireRoot();
        Policy after = read(new PolicyOption(next).directory(), "the policy that might come");
        Policy before = present != null ? read(new PolicyOption(present).directory(), AGAINST) : inForce();
        Output output = new Output(() -> {});
        ProgressLine progress = ProgressLine.onTerminal("deciding about processes");
        PolicyPlan plan;
        try {
            plan = PolicyPlanner.ofMachine(before, after, progress::at);
        } catch (IOException e) {
            throw new Failure(ExitCode.UNAVAILABLE, "cannot list the processes of this machine: " + e.getMessage());
        } finally {
            progress.end();
        }
        if (json) {
            output.lineNow(PlanJson.of(plan));
        } else {
            new PlanText(output, Terminal.width(), all).print(plan);
        }
        return plan.isEmpty() ? ExitCode.DONE : ExitCode.NOTHING;
    }

    private Policy inForce() {
        PolicyDirectory installed = new PolicyOption(null).directory();
        try {
            Optional<Policy> last = installed.lastInForce(state.known());
            return last.orElseGet(() -> next == null ? BuiltIn.policy() : read(installed, AGAINST));
        } catch (IOException e) {
            throw new Failure(
                    ExitCode.BAD_DATA,
                    "what was in force last cannot be read from "
                            + state.known().path() + ": " + e.getMessage() + "; give --against DIR");
        }
    }

    private Policy read(PolicyDirectory directory, String what) {
        return switch (directory.read(state.known())) {
            case ReadResult.Valid(var policy, var _) -> policy;
            case ReadResult.Invalid(var problems) -> {
                problems.forEach(problem -> System.err.println("stet: " + problem));
                throw new Failure(
                        ExitCode.BAD_DATA,
                        what + ", " + directory.path() + ", is wrong, so nothing can be said of what it would do");
            }
        };
    }
}
