package dev.stet.agent.audit;

import dev.stet.agent.AgentEvent;
import dev.stet.agent.guardian.Account;
import dev.stet.agent.guardian.Relief;
import dev.stet.facts.BuildId;
import dev.stet.facts.ProcessIdentity;
import dev.stet.policy.Decision;
import dev.stet.policy.Exemption;
import dev.stet.policy.Verdict;
import dev.stet.policy.yaml.Problem;
import dev.stet.probe.Attachment;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/// Writes what an agent does to a log: changes of the policy, of verdicts and of attachments, and warnings.
///
/// A first verdict is no change unless it lets something stand; that kernel threads and Stet itself are left alone is
/// not news at all.
public final class AuditTrail implements Consumer<AgentEvent> {
    private final Consumer<AuditEntry> log;
    private final Clock clock;

    /// @param log such as `auditLog::add`
    public AuditTrail(Consumer<AuditEntry> log, Clock clock) {
        this.log = log;
        this.clock = clock;
    }

    @Override
    public void accept(AgentEvent event) {
        switch (event) {
            case AgentEvent.Attached(var attachment, var took) ->
                add("attached", "its verdict allows it", attachment(attachment).number("tookNanos", took.toNanos()));
            case AgentEvent.Detached(var attachment, var why, var took) ->
                add("detached", word(why), attachment(attachment).number("tookNanos", took.toNanos()));
            case AgentEvent.Judged(var process, var program, var before, var verdict, var _) ->
                judged(process, program, before, verdict);
            case AgentEvent.Held(var process, var program, var tier, var exe, var until, var why) ->
                add(
                        "held",
                        why,
                        process(process, program)
                                .text("tier", tier)
                                .text("exe", exe)
                                .text("until", until.map(Object::toString)));
            case AgentEvent.RolloutHalted(var tier, var exe, var ended) ->
                add(
                        "rollout-halted",
                        "processes ended soon after they got probes",
                        new JsonText()
                                .text("tier", tier)
                                .text("exe", exe)
                                .texts(
                                        "ended",
                                        ended.stream().map(Object::toString).toList()));
            case AgentEvent.Refused(var process, var program, var path, var refusals) ->
                add(
                        "refused",
                        "because of what the binary is",
                        process(process, program)
                                .text("path", path)
                                .texts(
                                        "refusals",
                                        refusals.stream()
                                                .map(refusal -> refusal.function() + ": " + refusal.why())
                                                .toList()));
            case AgentEvent.PolicyApplied applied -> applied(applied);
            case AgentEvent.PolicyRestored(var saved, int exemptions, var problems) ->
                add(
                        "policy-restored",
                        "its files are wrong; the last set that was right is in force",
                        problems(problems).text("saved", saved.toString()).number("exemptions", exemptions));
            case AgentEvent.PolicyRejected(var problems) ->
                add("policy-rejected", "its files are wrong; nothing of it is in force", problems(problems));
            case AgentEvent.ExpiryWarning(var rule, var left) -> {
                JsonText details = rule(rule);
                left.ifPresent(rest -> details.number("secondsLeft", rest.toSeconds()));
                String why =
                        left.isPresent() ? "it ends soon" : "its time is over, and it stays in force: onExpiry keep";
                add("expiry-warning", why, Optional.of(rule.name()), details);
            }
            case AgentEvent.Expired(var rule) ->
                add("expired", "its time is over", Optional.of(rule.name()), rule(rule));
            case AgentEvent.PacksApplied(int packs, int detached, int attached, var took) ->
                add(
                        "packs-applied",
                        "other packs are in force",
                        new JsonText()
                                .number("packs", packs)
                                .number("detached", detached)
                                .number("attached", attached)
                                .number("tookNanos", took.toNanos()));
            case AgentEvent.PacksRejected(var problems) ->
                add("packs-rejected", "a pack is wrong; those before stay in force", problems(problems));
            case AgentEvent.Notice(var text) -> add("notice", text, new JsonText());
            case AgentEvent.Vanished(var attachment, int gone, int checked) ->
                add(
                        "vanished",
                        "the process has replaced its text",
                        attachment(attachment).number("gone", gone).number("checked", checked));
            case AgentEvent.Repaired(var process, var program, var path, int breakpoints) ->
                add(
                        "repaired",
                        "a tracer that was killed had left them",
                        process(process, program).text("path", path).number("breakpoints", breakpoints));
            case AgentEvent.ForeignBreakpoints(var process, var program, var path, int breakpoints) ->
                add(
                        "foreign-breakpoints",
                        "they are another tool's, or cannot be taken out",
                        process(process, program).text("path", path).number("breakpoints", breakpoints));
            case AgentEvent.Suspected(var path, var step, var at, var until) ->
                add(
                        "suspected",
                        "the last Stet ended while it was " + step + " it",
                        new JsonText()
                                .text("path", path)
                                .text("at", at.toString())
                                .text("until", until.toString()));
            case AgentEvent.Guarded(var decision, var rule) ->
                add(
                        "guardian-" + decision.name(),
                        decision.why(),
                        Optional.of(rule),
                        new JsonText()
                                .text("exe", decision.build().exe())
                                .text("buildId", decision.build().id().map(BuildId::hex)));
            case AgentEvent.Hung(var path, var step, var since) ->
                add(
                        "hung",
                        "Stet was " + step + " it",
                        new JsonText().text("path", path).number("nanos", since.toNanos()));
            case AgentEvent.Relieved(var of, var relief, var _) ->
                add("budget", relief.why(), new JsonText().text("of", of).texts("functions", functions(relief)));
            case AgentEvent.Ended(var process, var program, var how) ->
                how.filter(known -> known.probed().isPresent())
                        .ifPresent(known -> add(
                                "ended",
                                known.status().toString(),
                                process(process, program)
                                        .number(
                                                "probedNanos",
                                                known.probed().orElseThrow().toNanos())
                                        .number("ranNanos", known.ran().toNanos())));
            case AgentEvent.NotFound _ -> {
                // nothing was changed
            }
        }
    }

    private static List<String> functions(Relief relief) {
        return switch (relief) {
            case Relief.Take(var functions, var _) ->
                functions.stream().map(Account.Rest::function).toList();
            case Relief.Give(var function, var _) -> List.of(function.function());
        };
    }

    private void judged(ProcessIdentity process, String program, Optional<Verdict> before, Verdict verdict) {
        boolean guarded = verdict.decisions().stream().anyMatch(Decision::isGuard);
        if (before.isEmpty() && (guarded || verdict instanceof Verdict.Trace)) {
            return;
        }
        Optional<String> rule = verdict.decisions().stream().findFirst().map(Decision::rule);
        add(
                "verdict",
                verdict.explain(),
                rule,
                process(process, program)
                        .text("old", before.map(AuditTrail::word).orElse("none"))
                        .text("new", word(verdict))
                        .texts(
                                "rules",
                                verdict.decisions().stream()
                                        .map(Decision::ruleText)
                                        .toList()));
    }

    private static String word(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Trace _ -> "trace";
            case Verdict.Exempt(var aspects, var _, var _) ->
                "exempt "
                        + String.join(
                                " ",
                                aspects.stream().map(Object::toString).sorted().toList());
            case Verdict.Undecided(var fact, var _, var _) -> "undecided " + fact;
        };
    }

    private void applied(AgentEvent.PolicyApplied applied) {
        for (AgentEvent.RuleChange change : applied.changes()) {
            String what = "rule-" + word(change.kind());
            Optional<Path> file =
                    change.file().equals(Exemption.BUILT_IN) ? Optional.empty() : Optional.of(Path.of(change.file()));
            log.accept(new AuditEntry(
                    clock.instant(),
                    what,
                    applied.cause() == AgentEvent.PolicyApplied.Cause.GUARDIAN
                            ? "the guardian decided so"
                            : "the policy's files were changed"
                                    + change.savedBy()
                                            .map(user -> "; this one is " + user + "'s")
                                            .orElse(""),
                    Optional.of(change.rule()),
                    file,
                    new JsonText().number("generation", applied.generation()).text("savedBy", change.savedBy())));
        }
        AgentEvent.Effect effect = applied.effect();
        add(
                "policy-applied",
                word(applied.cause()),
                new JsonText()
                        .number("generation", applied.generation())
                        .number("exemptions", applied.exemptions())
                        .number("changes", applied.changes().size())
                        .number("processes", effect.processes())
                        .number("detached", effect.detached())
                        .number("attached", effect.attached())
                        .number("tookNanos", effect.took().toNanos())
                        .texts(
                                "warnings",
                                applied.warnings().stream()
                                        .map(Problem::toString)
                                        .toList()));
    }

    private static JsonText problems(List<Problem> problems) {
        return new JsonText()
                .texts("problems", problems.stream().map(Problem::toString).toList());
    }

    private static JsonText rule(Exemption rule) {
        return new JsonText()
                .text("file", rule.file())
                .number("line", rule.line())
                .text("ruleOwner", rule.owner())
                .text("expires", rule.expires().map(Object::toString));
    }

    private static JsonText process(ProcessIdentity process, String program) {
        return new JsonText()
                .number("pid", process.pid())
                .number("startTicks", process.startTicks())
                .text("program", program);
    }

    private static JsonText attachment(Attachment attachment) {
        return process(attachment.process(), attachment.program())
                .text("path", attachment.path())
                .number("functions", attachment.points().size())
                .number("breakpoints", attachment.breakpoints());
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private void add(String what, String why, JsonText details) {
        add(what, why, Optional.empty(), details);
    }

    private void add(String what, String why, Optional<String> rule, JsonText details) {
        log.accept(new AuditEntry(clock.instant(), what, why, rule, Optional.empty(), details));
    }
}
