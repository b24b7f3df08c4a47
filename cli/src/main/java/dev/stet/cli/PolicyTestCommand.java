package dev.stet.cli;

import dev.stet.policy.Policy;
import dev.stet.policy.PolicyReader;
import dev.stet.policy.PolicyTests;
import dev.stet.policy.PolicyTests.Case;
import dev.stet.policy.ReadResult;
import dev.stet.policy.yaml.Problem;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `stet policy test`
@Command(
        name = "test",
        mixinStandardHelpOptions = true,
        description =
                "Run a policy's own tests: documents of kind PolicyTest, which give facts of a process and say what "
                        + "the verdict should be. Needs no rights, no Linux and no such process.",
        footer = {
            "",
            "Examples:",
            "  stet policy test policy.d                              rules and tests in one directory",
            "  stet policy test tests.yaml --policy policy.d --junit report.xml",
            "",
            "Exit codes: 0 all passed; 1 a test failed; 65 a file is wrong; 66 there is no such file, or no test in them."
        })
final class PolicyTestCommand implements Callable<Integer> {
    @Mixin
    private PolicySources tests;

    @Option(
            names = "--policy",
            paramLabel = "DIR",
            description = "The policy that is tested (default: the exemptions and tiers in the files of the tests).")
    private Path policy;

    @Option(names = "--json", description = "Print a JSON object.")
    private boolean json;

    @Option(names = "--junit", paramLabel = "FILE", description = "Write a JUnit report as well, for CI servers.")
    private Path junit;

    @Override
    public Integer call() {
        PolicySources.Read read = tests.areNamed() || policy == null ? tests.read() : PolicySources.of(List.of(policy));
        PolicySources.Read rules = policy == null ? read : PolicySources.of(List.of(policy));
        Set<Problem> problems = new TreeSet<>(read.problems());
        problems.addAll(rules.problems());
        Policy tested = policy(rules, problems);
        List<Case> cases = cases(read, problems);
        if (!problems.isEmpty()) {
            problems.forEach(problem -> System.err.println("stet: " + problem));
            throw new Failure(ExitCode.BAD_DATA, count(problems.size(), "problem") + "; no test was run");
        }
        if (cases.isEmpty()) {
            throw new Failure(ExitCode.NO_INPUT, "there is no document of kind PolicyTest in these files");
        }
        long start = System.nanoTime();
        List<TestReport.Result> results = new ArrayList<>();
        for (Case each : cases) {
            long began = System.nanoTime();
            results.add(new TestReport.Result(each, each.run(tested), System.nanoTime() - began));
        }
        TestReport report = new TestReport(tested, results, System.nanoTime() - start);
        tell(report);
        return report.failed() == 0 ? ExitCode.DONE : ExitCode.NOTHING;
    }

    private static Policy policy(PolicySources.Read read, Set<Problem> problems) {
        return switch (PolicyReader.read(read.texts(), Instant.now())) {
            case ReadResult.Valid(var valid, var _) -> valid;
            case ReadResult.Invalid(var found) -> {
                problems.addAll(found);
                yield Policy.EMPTY;
            }
        };
    }

    private static List<Case> cases(PolicySources.Read read, Set<Problem> problems) {
        return switch (PolicyTests.read(read.texts())) {
            case PolicyTests.ReadResult.Valid(var cases) -> cases;
            case PolicyTests.ReadResult.Invalid(var found) -> {
                problems.addAll(found);
                yield List.of();
            }
        };
    }

    private void tell(TestReport report) {
        Output output = new Output(new FileOutputStream(FileDescriptor.out), Output.isInteractive(), () -> {});
        if (json) {
            output.lineNow(report.json());
        } else {
            report.print(output);
        }
        if (junit != null) {
            try {
                Files.writeString(junit, JunitXml.of(report));
            } catch (IOException e) {
                throw new Failure(ExitCode.UNAVAILABLE, "cannot write " + junit + ": " + e.getMessage());
            }
        }
    }

    static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
