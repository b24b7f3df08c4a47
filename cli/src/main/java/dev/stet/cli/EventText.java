package dev.stet.cli;

import dev.stet.agent.AgentEvent;
import dev.stet.agent.AgentEvent.Attached;
import dev.stet.agent.AgentEvent.Detached;
import dev.stet.agent.guardian.Account;
import dev.stet.agent.guardian.Decision;
import dev.stet.agent.guardian.Relief;
import dev.stet.agent.json.SafeText;
import dev.stet.agent.json.Times;
import dev.stet.facts.ProcessIdentity;
import dev.stet.policy.Aspect;
import dev.stet.policy.Exemption;
import dev.stet.policy.Verdict;
import dev.stet.policy.yaml.Problem;
import dev.stet.policy.yaml.Quoted;
import dev.stet.probe.AttachPoint;
import dev.stet.probe.Attachment;
import dev.stet.probe.Plan;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What the agent does, as lines for people; and the parts of JSON objects that several commands print.
final class EventText {
    private EventText() {}

    /// The line, if people want to hear of it.
    static Optional<String> line(AgentEvent event) {
        return switch (event) {
            case Attached(var attachment, var took) ->
                Optional.of("attached %d breakpoints to %s in %s[%s] in %s%s"
                        .formatted(
                                attachment.breakpoints(),
                                SafeText.plain(attachment.path()),
                                SafeText.plain(attachment.program()),
                                attachment.process(),
                                Times.duration(took),
                                withoutReturns(attachment)));
            case Detached(var attachment, var why, var took)
            when why == Detached.Why.EXEC ->
                Optional.of("%s[%s] ran exec: the last of %d stale breakpoints was gone after %s"
                        .formatted(
                                SafeText.plain(attachment.program()),
                                attachment.process(),
                                attachment.breakpoints(),
                                Times.duration(took)));
            case Detached(var attachment, var why, var took)
            when why == Detached.Why.POLICY ->
                Optional.of("detached %d breakpoints from %s in %s[%s] in %s"
                        .formatted(
                                attachment.breakpoints(),
                                SafeText.plain(attachment.path()),
                                SafeText.plain(attachment.program()),
                                attachment.process(),
                                Times.duration(took)));
            case Detached _ -> Optional.empty();
            case AgentEvent.Judged(var process, var program, var _, var verdict, boolean idle) ->
                idle || verdict instanceof Verdict.Trace || isUnremarkable(verdict)
                        ? Optional.empty()
                        : Optional.of("%s[%s] is %s".formatted(SafeText.plain(program), process, verdict.explain()));
            case AgentEvent.Refused(var process, var program, var path, var refusals) ->
                Optional.of("left alone in %s[%s]: %s"
                        .formatted(SafeText.plain(program), process, refusals(path, refusals)));
            case AgentEvent.NotFound(var process, var path, var function, var close) ->
                Optional.of("no function %s in %s of process %s%s"
                        .formatted(SafeText.plain(function), SafeText.plain(path), process, suggestion(close)));
            case AgentEvent.Held(var process, var program, var tier, var _, var _, var why) ->
                Optional.of("%s[%s] is held back, tier %s: %s"
                        .formatted(SafeText.plain(program), process, SafeText.plain(tier), SafeText.plain(why)));
            case AgentEvent.RolloutHalted(var tier, var exe, var ended) ->
                Optional.of(
                        "roll-out halted, tier %s: processes %s of %s ended soon after they got probes; no more get any "
                                        .formatted(SafeText.plain(tier), joined(ended), SafeText.plain(exe))
                                + "until the policy or the executable changes");
            case AgentEvent.PolicyApplied(int generation, var _, int exemptions, var _, var effect, var warned) ->
                Optional.of("policy %d in force: %s; %d breakpoints removed, %d planted; done in %s%s"
                        .formatted(
                                generation,
                                exemptions(exemptions),
                                effect.detached(),
                                effect.attached(),
                                Times.duration(effect.took()),
                                lines("\n  warning: ", warned)));
            case AgentEvent.PolicyRestored(var saved, int exemptions, var problems) ->
                Optional.of(
                        "THE POLICY IS WRONG, and the last one that was right, of %s, is in force in its place: %s; %s%s"
                                .formatted(
                                        saved.truncatedTo(ChronoUnit.SECONDS),
                                        exemptions(exemptions),
                                        problems(problems),
                                        lines("\n  ", problems)));
            case AgentEvent.ExpiryWarning(var rule, var left) -> Optional.of(expiry(rule, left));
            case AgentEvent.Expired(var rule) ->
                Optional.of("exemption %s (%s) has ended: what it exempted is probed again; owner %s"
                        .formatted(Quoted.bare(rule.name()), Quoted.bare(rule.file()), Quoted.bare(rule.owner())));
            case AgentEvent.PolicyRejected(var problems) ->
                Optional.of("policy not applied, the one before stays in force: %s%s"
                        .formatted(problems(problems), lines("\n  ", problems)));
            case AgentEvent.PacksApplied(int packs, int detached, int attached, var took) ->
                Optional.of("%d packs in force; %d breakpoints removed, %d planted; done in %s"
                        .formatted(packs, detached, attached, Times.duration(took)));
            case AgentEvent.PacksRejected(var problems) ->
                Optional.of("packs not applied, those before stay in force: %s%s"
                        .formatted(problems(problems), lines("\n  ", problems)));
            case AgentEvent.Ended(var process, var program, var how) ->
                how.filter(known -> known.probed().isPresent() && known.status().isCrash())
                        .map(known -> "%s[%s] ended by %s, %s after it got probes"
                                .formatted(
                                        SafeText.plain(program),
                                        process,
                                        known.status(),
                                        Times.duration(known.probed().orElseThrow())));
            case AgentEvent.Vanished(var attachment, int gone, int checked) ->
                Optional.of(
                        ("%d of %d breakpoints that were looked at in %s of %s[%s] are gone: it has replaced its text,"
                                        + " and calls there are not seen")
                                .formatted(
                                        gone,
                                        checked,
                                        SafeText.plain(attachment.path()),
                                        SafeText.plain(attachment.program()),
                                        attachment.process()));
            case AgentEvent.Repaired(var process, var program, var path, int breakpoints) ->
                Optional.of("repaired %s that a killed tracer left in %s[%s] (%s)"
                        .formatted(breakpoints(breakpoints), SafeText.plain(program), process, SafeText.plain(path)));
            case AgentEvent.ForeignBreakpoints(var process, var program, var path, int breakpoints) ->
                Optional.of("%s of another tool in %s[%s] (%s) left alone"
                        .formatted(breakpoints(breakpoints), SafeText.plain(program), process, SafeText.plain(path)));
            case AgentEvent.Suspected(var path, var step, var at, var until) ->
                Optional.of("the last Stet ended while it was %s %s, at %s: that file is left alone until %s"
                        .formatted(
                                step,
                                SafeText.plain(path),
                                at.truncatedTo(ChronoUnit.SECONDS),
                                until.truncatedTo(ChronoUnit.SECONDS)));
            case AgentEvent.Guarded(var decision, var rule) -> Optional.of(guarded(decision, rule));
            case AgentEvent.Hung(var path, var step, var since) ->
                Optional.of(
                        "Stet has been %s %s for %s, which is a mistake of its own: it detaches and ends; when it is started again it leaves that file alone"
                                .formatted(step, SafeText.plain(path), roughly(since)));
            case AgentEvent.Relieved(var _, var relief, long at) -> Optional.of(relieved(relief, at));
            case AgentEvent.Notice(var text) -> Optional.of(SafeText.plain(text));
        };
    }

    private static String breakpoints(int count) {
        return count + (count == 1 ? " breakpoint" : " breakpoints");
    }

    private static String guarded(Decision decision, String rule) {
        String exe = SafeText.plain(decision.build().exe());
        String why = SafeText.plain(decision.why());
        return switch (decision) {
            case Decision.Quarantine(var _, var level, var functions, var until, int times, var _) ->
                "QUARANTINE: %s gets no probes%s until %s%s, for %s; exemption %s"
                        .formatted(
                                exe,
                                switch (level) {
                                    case RETURNS -> " at function exits";
                                    case FUNCTIONS ->
                                        " at function exits and in " + SafeText.plain(String.join(", ", functions));
                                    case ALL -> "";
                                },
                                until.truncatedTo(ChronoUnit.SECONDS),
                                times > 1 ? " (time " + times + ")" : "",
                                why,
                                rule);
            case Decision.Retry _ -> "%s is probed again: %s".formatted(exe, why);
            case Decision.Acquit _ -> "quarantine %s is over: %s".formatted(rule, why);
            case Decision.Trust _ -> "%s is trusted again: %s".formatted(exe, why);
            case Decision.Spare _ -> "%s is not put in quarantine: %s".formatted(exe, why);
        };
    }

    private static String relieved(Relief relief, long at) {
        String why = SafeText.plain(relief.why());
        return switch (relief) {
            case Relief.Take(var functions, var _) -> {
                int more = functions.size() - 1;
                yield "LOAD: %s%s not probed for %s: %s"
                        .formatted(
                                where(functions.getFirst()),
                                more == 0 ? "" : " and %d more".formatted(more),
                                roughly(Duration.ofMillis(functions.getFirst().until() - at)),
                                why);
            }
            case Relief.Give(var function, var _) -> "%s probed again: %s".formatted(where(function), why);
        };
    }

    private static String where(Account.Rest rest) {
        boolean all = rest.function().equals(Account.Rest.ALL);
        return (all ? "all functions" : SafeText.plain(rest.function())) + " of pid " + rest.process();
    }

    private static String exemptions(int count) {
        return count + (count == 1 ? " exemption" : " exemptions");
    }

    private static String problems(List<Problem> problems) {
        return problems.size() + (problems.size() == 1 ? " problem" : " problems");
    }

    private static String joined(List<ProcessIdentity> processes) {
        return processes.stream().map(ProcessIdentity::toString).collect(Collectors.joining(", "));
    }

    private static String expiry(Exemption rule, Optional<Duration> left) {
        String what = "exemption %s (%s:%d)".formatted(Quoted.bare(rule.name()), Quoted.bare(rule.file()), rule.line());
        String who = "owner " + Quoted.bare(rule.owner());
        return left.map(rest -> "%s ends in %s, at %s; %s"
                        .formatted(what, roughly(rest), rule.expires().orElseThrow(), who))
                .orElseGet(() ->
                        "%s was to end at %s and is in force still, for it says onExpiry: keep; renew it or end it; %s"
                                .formatted(what, rule.expires().orElseThrow(), who));
    }

    /// `6 days`, `23 hours`, `59 minutes`, `20 seconds`.
    private static String roughly(Duration left) {
        if (left.toHours() >= 48) {
            return left.toDays() + " days";
        }
        if (left.toMinutes() >= 120) {
            return left.toHours() + " hours";
        }
        return left.toSeconds() >= 120 ? left.toMinutes() + " minutes" : left.toSeconds() + " seconds";
    }

    /// A guard's verdict about every kernel thread is not news.
    private static boolean isUnremarkable(Verdict verdict) {
        return verdict instanceof Verdict.Exempt(var _, var by, var _)
                && by.getFirst().isGuard();
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
                                SafeText.plain(points.getFirst().name()),
                                SafeText.plain(why.apply(points.getFirst()).orElseThrow()));
    }

    private static String refusals(String path, List<Plan.Refusal> refusals) {
        Plan.Refusal first = refusals.getFirst();
        String what = first.function().equals("*") ? "" : " " + SafeText.plain(first.function());
        String more = refusals.size() == 1 ? "" : " (and %d more)".formatted(refusals.size() - 1);
        return SafeText.plain(path) + what + ": " + SafeText.plain(first.why()) + more;
    }

    static String suggestion(List<String> close) {
        return close.isEmpty()
                ? ""
                : "; did you mean "
                        + close.stream().limit(5).map(SafeText::plain).collect(Collectors.joining(", "))
                        + "?";
    }

    private static String lines(String before, List<Problem> problems) {
        return problems.stream().map(problem -> before + problem).collect(Collectors.joining());
    }

    /// May the whole of it be probed?
    static boolean isWhole(Verdict verdict) {
        return verdict instanceof Verdict.Trace
                || (verdict instanceof Verdict.Exempt(var aspects, var _, var _) && !aspects.contains(Aspect.ALL));
    }
}
