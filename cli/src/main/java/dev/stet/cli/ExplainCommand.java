package dev.stet.cli;

import dev.stet.agent.Explanation;
import dev.stet.agent.Explanation.AttachedFunction;
import dev.stet.facts.Fact;
import dev.stet.facts.ProcessFacts;
import dev.stet.policy.Decision;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stet explain`
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = {
            "Say why a process is, or is not, probed: the verdict, the rule and clause behind it, the facts, and what is "
                    + "attached to it according to the kernel.",
        },
        footer = {"", "Examples:", "  stet explain 4711", "  stet explain --policy ./policy.d --json 4711 | jq .verdict"
        })
final class ExplainCommand implements Runnable {
    @Parameters(paramLabel = "PID", description = "The process.")
    private int pid;

    @Mixin
    private PolicyOption policy;

    @Option(names = "--json", description = "Print a JSON object.")
    private boolean json;

    @Override
    public void run() {
        Session.requireRoot();
        Explanation explanation;
        try {
            explanation = Explanation.of(pid, policy.directory())
                    .orElseThrow(() -> new Failure(ExitCode.NO_INPUT, "there is no process " + pid + " (any more)"));
        } catch (IOException e) {
            throw new Failure(ExitCode.UNAVAILABLE, "cannot tell what is attached: " + e.getMessage());
        }
        Output output = new Output(() -> {});
        if (json) {
            output.lineNow(json(explanation));
        } else {
            print(explanation, output);
        }
    }

    private void print(Explanation explanation, Output output) {
        ProcessFacts facts = explanation.facts();
        for (var problem : explanation.problems()) {
            output.say("policy: " + problem);
        }
        row(output, "process", pid + "  " + fact(facts.exe(), text -> text));
        row(output, "verdict", output.bold(explanation.verdict().explain()));
        for (Decision decision : explanation.verdict().decisions()) {
            row(output, "  rule", decision.ruleText());
            if (!decision.isGuard()) {
                row(output, "    clause", decision.evidenceText());
            }
        }
        row(output, "facts", "");
        row(output, "  exe", fact(facts.exe(), text -> text));
        row(output, "  comm", fact(facts.comm(), text -> text));
        row(output, "  args", fact(facts.args(), args -> String.join(" ", args)));
        row(output, "  uid", fact(facts.uid(), uid -> Integer.toString(uid)));
        row(
                output,
                "  buildId",
                fact(facts.buildId(), Object::toString));
        row(output, "  parent", Integer.toString(facts.parentPid()));
        List<AttachedFunction> attached = explanation.attached();
        row(
                output,
                "probes",
                attached.isEmpty()
                        ? "none"
                        : attached.stream()
                                        .mapToInt(AttachedFunction::breakpoints)
                                        .sum() + " breakpoints");
        for (AttachedFunction each : attached) {
            String whose =
                    each.isStets() ? each.program().substring("stet_".length()) : "by another tool: " + each.program();
            row(
                    output,
                    "  " + whose,
                    "%s in %s: %d%s"
                            .formatted(
                                    CallText.plain(each.function()),
                                    CallText.plain(each.path()),
                                    each.breakpoints(),
                                    each.everyProcess() ? " (in every process)" : ""));
        }
        output.flush();
    }

    private static void row(Output output, String name, String value) {
        StringBuilder line = new StringBuilder();
        CallText.pad(line, name, 14, false);
        output.line(line.append(value).toString().stripTrailing());
    }

    private static <T> String fact(Fact<T> fact, Function<T, String> show) {
        return switch (fact) {
            case Fact.Known<T> known -> CallText.plain(show.apply(known.value()));
            case Fact.Absent<T> _ -> "none";
            case Fact.NotRead<T> _ -> "not read: no rule asks";
            case Fact.Unreadable<T> unreadable -> "unreadable: " + CallText.plain(unreadable.why());
        };
    }

    private static CharSequence json(Explanation explanation) {
        StringBuilder out = new StringBuilder();
        ProcessFacts facts = explanation.facts();
        Json json = Json.object(out).number("pid", facts.identity().pid());
        EventText.verdict(json, explanation.verdict());
        Json inner = json.object("facts");
        facts.exe().known().ifPresent(exe -> inner.text("exe", exe));
        facts.comm().known().ifPresent(comm -> inner.text("comm", comm));
        facts.args().known().ifPresent(args -> inner.texts("args", args));
        facts.uid().known().ifPresent(uid -> inner.number("uid", uid));
        facts.buildId().known().ifPresent(id -> inner.text("buildId", id.hex()));
        inner.number("parent", facts.parentPid()).end();
        json.objects(
                "attached",
                explanation.attached(),
                (each, function) -> each.text("program", function.program())
                        .bool("stet", function.isStets())
                        .text("file", function.path())
                        .text("function", function.function())
                        .number("breakpoints", function.breakpoints())
                        .bool("everyProcess", function.everyProcess()));
        json.objects("problems", explanation.problems(), EventText::problem);
        json.end();
        return out;
    }
}
