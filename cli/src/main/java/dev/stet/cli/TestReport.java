package dev.stet.cli;

import dev.stet.agent.json.Json;
import dev.stet.agent.json.SafeText;
import dev.stet.agent.json.Times;
import dev.stet.agent.json.VerdictJson;
import dev.stet.policy.Decision;
import dev.stet.policy.Policy;
import dev.stet.policy.PolicyTests.Case;
import dev.stet.policy.PolicyTests.Outcome;
import dev.stet.policy.Tree;
import dev.stet.policy.yaml.Quoted;
import java.util.ArrayList;
import java.util.List;

/// What came of a policy's tests.
///
/// @param policy that was tested
/// @param results by file and place
/// @param nanos what all of it took
record TestReport(Policy policy, List<Result> results, long nanos) {
    TestReport {
        results = List.copyOf(results);
    }

    /// What came of one.
    record Result(Case test, Outcome outcome, long nanos) {
        boolean passed() {
            return outcome instanceof Outcome.Passed;
        }

        List<String> differences() {
            return switch (outcome) {
                case Outcome.Passed _ -> List.of();
                case Outcome.Failed(var _, var differences) -> differences;
            };
        }
    }

    long failed() {
        return results.stream().filter(result -> !result.passed()).count();
    }

    void print(Output output) {
        String suite = "";
        for (Result result : results) {
            String here = Quoted.bare(result.test().suite()) + " ("
                    + Quoted.bare(result.test().file()) + ")";
            if (!here.equals(suite)) {
                output.line(output.bold(here));
                suite = here;
            }
            String name = Quoted.bare(result.test().name());
            if (result.passed()) {
                output.line("  " + output.green("passed") + "  " + name);
            } else {
                output.line("  " + output.red("FAILED") + "  " + name + "  " + place(result.test()));
                failure(result).forEach(line -> output.line("          " + line));
            }
        }
        String summary =
                "%d passed, %d failed in %s".formatted(results.size() - failed(), failed(), Times.duration(nanos));
        output.lineNow(failed() == 0 ? output.green(summary) : output.red(summary));
    }

    private static String place(Case test) {
        return Quoted.bare(test.file()) + ":" + test.line();
    }

    /// What differed, the rules behind the verdict, and why an expected rule is not among them.
    List<String> failure(Result result) {
        List<String> lines = new ArrayList<>();
        result.differences().forEach(difference -> lines.add(SafeText.plain(difference)));
        List<Decision> by = result.outcome().verdict().decisions();
        by.forEach(decision -> lines.add("by " + decision.ruleText()));
        Case test = result.test();
        for (Tree.Rule rule : policy.explain(test.facts(), test.moment()).rules()) {
            boolean isBehind = by.stream()
                    .anyMatch(decision -> decision.rule().equals(rule.rule().name()));
            if (!isBehind && isExpected(test, rule.rule().name())) {
                String place =
                        Quoted.bare(rule.rule().file()) + ":" + rule.rule().line();
                lines.add(rule.rule().name() + " (" + place + ") " + why(rule));
            }
        }
        return lines;
    }

    private static boolean isExpected(Case test, String rule) {
        return test.expectation().among().filter(rule::equals).isPresent()
                || test.expectation()
                        .rules()
                        .filter(rules -> rules.contains(rule))
                        .isPresent();
    }

    private static String why(Tree.Rule rule) {
        return switch (rule.state()) {
            case MISSES, UNKNOWN -> TreeText.why(rule.tree());
            case EXPIRED -> "matches, but has expired";
            case LIFTED -> "matches, but is lifted";
            case APPLIES -> "matches";
        };
    }

    CharSequence json() {
        StringBuilder out = new StringBuilder();
        Json.object(out)
                .number("passed", results.size() - failed())
                .number("failed", failed())
                .number("tookNanos", nanos)
                .objects("cases", results, this::json)
                .end();
        return out;
    }

    private void json(Json json, Result result) {
        json.text("suite", result.test().suite())
                .text("name", result.test().name())
                .text("file", result.test().file())
                .number("line", result.test().line())
                .bool("passed", result.passed());
        VerdictJson.verdict(json, result.outcome().verdict());
        json.texts("differences", result.differences());
    }
}
