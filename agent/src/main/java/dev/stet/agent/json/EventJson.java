package dev.stet.agent.json;

import dev.stet.agent.AgentEvent;
import dev.stet.agent.AgentEvent.Attached;
import dev.stet.agent.AgentEvent.Detached;
import dev.stet.agent.guardian.Account;
import dev.stet.agent.guardian.Relief;
import dev.stet.facts.ProcessIdentity;
import dev.stet.policy.Exemption;
import dev.stet.probe.AttachPoint;
import dev.stet.probe.Attachment;
import java.time.Instant;
import java.util.List;

/// What the agent does, as JSON objects.
public final class EventJson {
    private EventJson() {}

    /// One object; docs/json.md describes it.
    public static CharSequence of(AgentEvent event) {
        return of(event, Instant.now());
    }

    /// The same, of an event that may have waited.
    ///
    /// @param happened when
    public static CharSequence of(AgentEvent event, Instant happened) {
        StringBuilder out = new StringBuilder(200);
        Json json = Json.object(out);
        String now = happened.toString();
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
            case AgentEvent.Judged(var process, var program, var before, var verdict, boolean idle) -> {
                json.text("type", "verdict")
                        .text("time", now)
                        .number("pid", process.pid())
                        .text("process", program)
                        .bool("idle", idle);
                before.ifPresent(old -> json.text("before", VerdictJson.word(old)));
                VerdictJson.verdict(json, verdict);
            }
            case AgentEvent.Held(var process, var program, var tier, var exe, var until, var why) -> {
                json.text("type", "held")
                        .text("time", now)
                        .number("pid", process.pid())
                        .text("process", program)
                        .text("tier", tier)
                        .text("exe", exe);
                until.ifPresent(end -> json.text("until", end.toString()));
                json.text("why", why);
            }
            case AgentEvent.RolloutHalted(var tier, var exe, var ended) ->
                json.text("type", "rollout")
                        .text("time", now)
                        .text("state", "halted")
                        .text("tier", tier)
                        .text("exe", exe)
                        .objects("ended", ended, (each, process) -> each.number("pid", process.pid()));
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
                    var cause,
                    int exemptions,
                    var changes,
                    var effect,
                    var warned) ->
                json.text("type", "policy")
                        .text("time", now)
                        .text("state", "applied")
                        .number("generation", generation)
                        .text("cause", Json.lower(cause))
                        .number("exemptions", exemptions)
                        .objects("changes", changes, EventJson::change)
                        .number("processes", effect.processes())
                        .number("breakpointsRemoved", effect.detached())
                        .number("breakpointsPlanted", effect.attached())
                        .number("tookNanos", effect.took().toNanos())
                        .objects("warnings", warned, VerdictJson::problem);
            case AgentEvent.PolicyRestored(var saved, int exemptions, var problems) ->
                json.text("type", "policy")
                        .text("time", now)
                        .text("state", "restored")
                        .text("saved", saved.toString())
                        .number("exemptions", exemptions)
                        .objects("problems", problems, VerdictJson::problem);
            case AgentEvent.ExpiryWarning(var rule, var left) -> {
                exemption(json.text("type", "expiry").text("time", now), left.isPresent() ? "soon" : "kept", rule);
                left.ifPresent(rest -> json.number("secondsLeft", rest.toSeconds()));
            }
            case AgentEvent.Expired(var rule) -> {
                var ignored = exemption(json.text("type", "expiry").text("time", now), "ended", rule);
            }
            case AgentEvent.PolicyRejected(var problems) ->
                json.text("type", "policy")
                        .text("time", now)
                        .text("state", "rejected")
                        .objects("problems", problems, VerdictJson::problem);
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
                        .objects("problems", problems, VerdictJson::problem);
            case AgentEvent.Ended(var process, var program, var how) -> {
                json.text("type", "ended")
                        .text("time", now)
                        .number("pid", process.pid())
                        .text("process", program);
                how.ifPresent(known -> {
                    json.text("status", known.status().toString())
                            .number("ranNanos", known.ran().toNanos());
                    known.probed().ifPresent(probed -> json.number("probedNanos", probed.toNanos()));
                });
            }
            case AgentEvent.Vanished(var attachment, int gone, int checked) ->
                attachment(json.text("type", "vanished").text("time", now), attachment)
                        .number("gone", gone)
                        .number("checked", checked);
            case AgentEvent.Repaired(var process, var program, var path, int breakpoints) ->
                leftover(json, now, "repaired", process, program)
                        .text("file", path)
                        .number("breakpoints", breakpoints);
            case AgentEvent.ForeignBreakpoints(var process, var program, var path, int breakpoints) ->
                leftover(json, now, "foreign", process, program)
                        .text("file", path)
                        .number("breakpoints", breakpoints);
            case AgentEvent.Suspected(var path, var step, var at, var until) ->
                json.text("type", "suspected")
                        .text("time", now)
                        .text("file", path)
                        .text("step", step)
                        .text("at", at.toString())
                        .text("until", until.toString());
            case AgentEvent.Guarded(var decision, var rule) ->
                json.text("type", "guardian")
                        .text("time", now)
                        .text("decision", decision.name())
                        .text("exe", decision.build().exe())
                        .text("rule", rule)
                        .text("why", decision.why());
            case AgentEvent.Hung(var path, var step, var since) ->
                json.text("type", "hung")
                        .text("time", now)
                        .text("file", path)
                        .text("step", step)
                        .number("sinceNanos", since.toNanos());
            case AgentEvent.Relieved(var of, var relief, long at) -> {
                json.text("type", "budget").text("time", now).text("of", of);
                switch (relief) {
                    case Relief.Take(var functions, var _) -> rests(json.text("state", "rest"), functions, at);
                    case Relief.Give(var function, var _) -> rests(json.text("state", "back"), List.of(function), at);
                }
                json.text("why", relief.why());
            }
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

    private static void rests(Json json, List<Account.Rest> functions, long at) {
        json.objects(
                "functions",
                functions,
                (out, rest) -> out.number("pid", rest.process().pid())
                        .text("function", rest.function())
                        .number("perSecond", rest.perSecond())
                        .number("forMillis", rest.until() - at));
    }

    private static Json leftover(Json json, String now, String state, ProcessIdentity process, String program) {
        return json.text("type", "leftover")
                .text("time", now)
                .text("state", state)
                .number("pid", process.pid())
                .text("process", program);
    }

    private static void change(Json json, AgentEvent.RuleChange change) {
        json.text("rule", change.rule()).text("kind", Json.lower(change.kind())).text("file", change.file());
        change.savedBy().ifPresent(user -> json.text("savedBy", user));
    }

    private static Json exemption(Json json, String state, Exemption rule) {
        json.text("state", state)
                .text("rule", rule.name())
                .text("file", rule.file())
                .number("line", rule.line())
                .text("owner", rule.owner());
        rule.ticket().ifPresent(ticket -> json.text("ticket", ticket));
        return json.text("expires", rule.expires().orElseThrow().toString());
    }
}
