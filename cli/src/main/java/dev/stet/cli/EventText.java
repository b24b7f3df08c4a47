package dev.stet.cli;

import dev.stet.agent.AgentEvent;
import dev.stet.agent.AgentEvent.Attached;
import dev.stet.agent.AgentEvent.Detached;
import dev.stet.policy.Aspect;
import dev.stet.policy.Verdict;
import dev.stet.policy.yaml.Problem;
import dev.stet.probe.AttachPoint;
import dev.stet.probe.Attachment;
import dev.stet.probe.Plan;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What the agent does, as lines for people and as JSON objects.
final class EventText {
    private EventText() {}

    /// The line, if people want to hear of it.
    static Optional<String> line(AgentEvent event) {
        return switch (event) {
            case Attached(var attachment, var took) ->
                Optional.of("attached %d breakpoints to %s in %s[%s] in %s%s"
                        .formatted(
                                attachment.breakpoints(),
                                CallText.plain(attachment.path()),
                                CallText.plain(attachment.program()),
                                attachment.process(),
                                Times.duration(took),
                                withoutReturns(attachment)));
            case Detached(var attachment, var why, var took)
            when why == Detached.Why.EXEC ->
                Optional.of("%s[%s] ran exec: the last of %d stale breakpoints was gone after %s"
                        .formatted(
                                CallText.plain(attachment.program()),
                                attachment.process(),
                                attachment.breakpoints(),
                                Times.duration(took)));
            case Detached(var attachment, var why, var took)
            when why == Detached.Why.POLICY ->
                Optional.of("detached %d breakpoints from %s in %s[%s] in %s"
                        .formatted(
                                attachment.breakpoints(),
                                CallText.plain(attachment.path()),
                                CallText.plain(attachment.program()),
                                attachment.process(),
                                Times.duration(took)));
            case Detached _ -> Optional.empty();
            case AgentEvent.Judged(var process, var program, var verdict) ->
                verdict instanceof Verdict.Trace || isUnremarkable(verdict)
                        ? Optional.empty()
                        : Optional.of("%s[%s] is %s".formatted(CallText.plain(program), process, verdict.explain()));
            case AgentEvent.Refused(var process, var program, var path, var refusals) ->
                Optional.of("left alone in %s[%s]: %s"
                        .formatted(CallText.plain(program), process, refusals(path, refusals)));
            case AgentEvent.NotFound(var process, var path, var function, var close) ->
                Optional.of("no function %s in %s of process %s%s"
                        .formatted(CallText.plain(function), CallText.plain(path), process, suggestion(close)));
            case AgentEvent.PolicyApplied(
                    int generation,
                    int exemptions,
                    int detached,
                    int attached,
                    var took,
                    var warned) ->
                Optional.of("policy %d in force: %d exemption%s; %d breakpoints removed, %d planted; done in %s%s"
                        .formatted(
                                generation,
                                exemptions,
                                exemptions == 1 ? "" : "s",
                                detached,
                                attached,
                                Times.duration(took),
                                lines("\n  warning: ", warned)));
            case AgentEvent.PolicyRejected(var problems) ->
                Optional.of("policy not applied, the one before stays in force: %d problem%s%s"
                        .formatted(problems.size(), problems.size() == 1 ? "" : "s", lines("\n  ", problems)));
            case AgentEvent.PacksApplied(int packs, int detached, int attached, var took) ->
                Optional.of("%d packs in force; %d breakpoints removed, %d planted; done in %s"
                        .formatted(packs, detached, attached, Times.duration(took)));
            case AgentEvent.PacksRejected(var problems) ->
                Optional.of("packs not applied, those before stay in force: %d problem%s%s"
                        .formatted(problems.size(), problems.size() == 1 ? "" : "s", lines("\n  ", problems)));
            case AgentEvent.Ended _ -> Optional.empty();
            case AgentEvent.Notice(var text) -> Optional.of(CallText.plain(text));
        };
    }

    /// A guard's verdict about every kernel thread is not news.
    private static boolean isUnremarkable(Verdict verdict) {
        return verdict instanceof Verdict.Exempt(var _, var by, var _) && by.getFirst().isGuard();
    }

    private static String withoutReturns(Attachment attachment) {
        return such(attachment, "without returns", AttachPoint::noReturns)
                + such(attachment, "with ends that are not seen", AttachPoint::missed);
    }

    private static String such(Attachment attachment, String what, Function<AttachPoint, Optional<String>> why) {
        List<AttachPoint> points = attachment.points().stream()
                .filter(point -> why.apply(point).isPresent())
                .toList();
        return points.isEmpty()
                ? ""
                : "; %d functions %s, such as %s: %s"
                        .formatted(
                                points.size(),
                                what,
                                CallText.plain(points.getFirst().name()),
                                CallText.plain(why.apply(points.getFirst()).orElseThrow()));
    }

    private static String refusals(String path, List<Plan.Refusal> refusals) {
        Plan.Refusal first = refusals.getFirst();
        String what = first.function().equals("*") ? "" : " " + CallText.plain(first.function());
        String more = refusals.size() == 1 ? "" : " (and %d more)".formatted(refusals.size() - 1);
        return CallText.plain(path) + what + ": " + CallText.plain(first.why()) + more;
    }

    static String suggestion(List<String> close) {
        return close.isEmpty()
                ? ""
                : "; did you mean "
                        + close.stream().limit(5).map(CallText::plain).collect(Collectors.joining(", "))
                        + "?";
    }

    private static String lines(String before, List<Problem> problems) {
        return problems.stream().map(problem -> before + problem).collect(Collectors.joining());
    }

    /// One object; docs/json.md describes it.
    static CharSequence json(AgentEvent event) {
        StringBuilder out = new StringBuilder(200);
        Json json = Json.object(out);
        String now = Instant.now().toString();
        switch (event) {
            case Attached(var attachment, var took) ->
                attachment(json.text("type", "attached").text("time", now), attachment)
                        .number("tookNanos", took.toNanos())
                        .texts(
                                "withoutReturns",
                                attachment.points().stream()
                                        .filter(point -> point.noReturns().isPresent())
                                        .map(AttachPoint::name)
                                        .toList());
            case Detached(var attachment, var why, var took) ->
                attachment(json.text("type", "detached").text("time", now), attachment)
                        .text("why", Json.lower(why))
                        .number("tookNanos", took.toNanos());
            case AgentEvent.Judged(var process, var program, var verdict) ->
                verdict(
                        json.text("type", "verdict")
                                .text("time", now)
                                .number("pid", process.pid())
                                .text("process", program),
                        verdict);
            case AgentEvent.Refused(var process, var program, var path, var refusals) ->
                json.text("type", "refused")
                        .text("time", now)
                        .number("pid", process.pid())
                        .text("process", program)
                        .text("file", path)
                        .objects(
                                "refusals",
                                refusals,
                                (each, refusal) -> each.text("function", refusal.function())
                                        .text("why", refusal.why()));
            case AgentEvent.NotFound(var process, var path, var function, var close) ->
                json.text("type", "notFound")
                        .text("time", now)
                        .number("pid", process.pid())
                        .text("file", path)
                        .text("function", function)
                        .texts("close", close);
            case AgentEvent.PolicyApplied(
                    int generation,
                    int exemptions,
                    int detached,
                    int attached,
                    var took,
                    var warned) ->
                json.text("type", "policy")
                        .text("time", now)
                        .text("state", "applied")
                        .number("generation", generation)
                        .number("exemptions", exemptions)
                        .number("breakpointsRemoved", detached)
                        .number("breakpointsPlanted", attached)
                        .number("tookNanos", took.toNanos())
                        .objects("warnings", warned, EventText::problem);
            case AgentEvent.PolicyRejected(var problems) ->
                json.text("type", "policy")
                        .text("time", now)
                        .text("state", "rejected")
                        .objects("problems", problems, EventText::problem);
            case AgentEvent.PacksApplied(int packs, int detached, int attached, var took) ->
                json.text("type", "packs")
                        .text("time", now)
                        .text("state", "applied")
                        .number("packs", packs)
                        .number("breakpointsRemoved", detached)
                        .number("breakpointsPlanted", attached)
                        .number("tookNanos", took.toNanos());
            case AgentEvent.PacksRejected(var problems) ->
                json.text("type", "packs")
                        .text("time", now)
                        .text("state", "rejected")
                        .objects("problems", problems, EventText::problem);
            case AgentEvent.Ended(var process, var program) ->
                json.text("type", "ended")
                        .text("time", now)
                        .number("pid", process.pid())
                        .text("process", program);
            case AgentEvent.Notice(var text) ->
                json.text("type", "notice").text("time", now).text("text", text);
        }
        json.end();
        return out;
    }

    private static Json attachment(Json json, Attachment attachment) {
        return json.number("pid", attachment.process().pid())
                .text("process", attachment.program())
                .text("file", attachment.path())
                .number("functions", attachment.points().size())
                .number("breakpoints", attachment.breakpoints())
                .number("links", attachment.links().size());
    }

    /// The fields of a problem.
    static void problem(Json json, Problem problem) {
        json.text("file", problem.file())
                .number("line", problem.line())
                .number("column", problem.column())
                .text("path", problem.path())
                .text("message", problem.message());
    }

    /// The fields of a verdict.
    static void verdict(Json json, Verdict verdict) {
        String word = switch (verdict) {
            case Verdict.Trace _ -> "trace";
            case Verdict.Exempt _ -> "exempt";
            case Verdict.Undecided _ -> "undecided";
        };
        json.text("verdict", word);
        switch (verdict) {
            case Verdict.Exempt(var aspects, var _, var _) ->
                json.texts("aspects", aspects.stream().map(Aspect::toString).sorted().toList());
            case Verdict.Undecided(var fact, var _, var _) -> json.text("missingFact", fact);
            case Verdict.Trace _ -> {
                // nothing is taken away
            }
        }
        json.text("explanation", verdict.explain());
        if (!(verdict instanceof Verdict.Trace)) {
            json.objects("rules", verdict.decisions(), (each, decision) -> {
                each.text("name", decision.rule())
                        .bool("guard", decision.isGuard())
                        .text("file", decision.file())
                        .number("line", decision.line())
                        .texts(
                                "aspects",
                                decision.aspects().stream()
                                        .map(Aspect::toString)
                                        .sorted()
                                        .toList())
                        .text("evidence", decision.evidenceText())
                        .text("reason", decision.reason());
                decision.owner().ifPresent(owner -> each.text("owner", owner));
                decision.ticket().ifPresent(ticket -> each.text("ticket", ticket));
                decision.expires().ifPresent(end -> each.text("expires", end.toString()));
            });
        }
    }

    /// May the whole of it be probed?
    static boolean isWhole(Verdict verdict) {
        return verdict instanceof Verdict.Trace
                || (verdict instanceof Verdict.Exempt(var aspects, var _, var _) && !aspects.contains(Aspect.ALL));
    }
}
