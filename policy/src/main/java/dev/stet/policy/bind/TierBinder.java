package dev.stet.policy.bind;

import dev.stet.policy.Match;
import dev.stet.policy.Tier;
import dev.stet.policy.yaml.Shape;
import dev.stet.policy.yaml.YamlNode;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Makes a tier of a document of kind `ProbeTier`.
final class TierBinder {
    static final Shape SPEC = Shape.of("reason", "owner", "rank", "match", "probes", "rollout", "budget", "guardian");
    static final Shape ROLLOUT = Shape.of("first", "watch");
    static final Shape BUDGET = Shape.of("cpu", "hits");

    static final int MAX_RANK = 1000;
    static final int MAX_FIRST = 1_000_000;
    static final int MAX_HITS = 1_000_000_000;

    private static final Pattern PERCENT = Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,3})?)%");
    private static final Map<String, Tier.Mode> MODES = words(Tier.Mode.values());
    private static final Map<String, Tier.Sensitivity> SENSITIVITIES = words(Tier.Sensitivity.values());

    private final MatchBinder matches;

    /// @param scope of a tier
    TierBinder(Scope scope) {
        matches = new MatchBinder(scope);
    }

    /// The tier; empty if it has a problem that leaves nothing to make it of.
    ///
    /// @param fields the document's `spec`
    Optional<Tier> bind(Header header, YamlNode fields) {
        YamlNode spec = fields.fields(SPEC);
        Optional<String> reason = Header.words(spec.optional("reason"));
        var ignored = Header.words(spec.optional("owner"));
        Optional<Long> rank = spec.optional("rank").number(-MAX_RANK, MAX_RANK);
        Optional<Tier.Mode> mode = spec.optional("probes").choice(MODES);
        Tier.Rollout rollout = rollout(spec.optional("rollout"));
        Tier.Budget budget = budget(spec.optional("budget"));
        Optional<Tier.Sensitivity> sensitivity = spec.optional("guardian").choice(SENSITIVITIES);
        Optional<Match> match = matches.bind(spec.required("match"));
        return header.name()
                .flatMap(name -> match.map(matched -> new Tier(
                        name,
                        header.nameNode().file(),
                        header.nameNode().line(),
                        reason.orElse(""),
                        (int) (long) rank.orElse(0L),
                        matched,
                        mode.orElse(Tier.Mode.FULL),
                        rollout,
                        budget,
                        sensitivity.orElse(Tier.Sensitivity.NORMAL))));
    }

    private static Tier.Rollout rollout(YamlNode node) {
        YamlNode rollout = node.fields(ROLLOUT);
        Optional<Long> first = rollout.required("first").number(1, MAX_FIRST);
        Optional<Duration> watch = Times.duration(rollout.required("watch"));
        return first.isPresent() && watch.isPresent()
                ? new Tier.Rollout((int) (long) first.get(), watch.get())
                : Tier.Rollout.AT_ONCE;
    }

    private static Tier.Budget budget(YamlNode node) {
        YamlNode budget = node.fields(BUDGET);
        YamlNode cpu = budget.optional("cpu");
        YamlNode hits = budget.optional("hits");
        if (budget.isMapping() && !cpu.isPresent() && !hits.isPresent()) {
            node.report("a budget of nothing; say how much of what: cpu, hits, or both");
        }
        Optional<Double> percent = cpu.parsed("a part of one CPU's time such as 1% or 0.5%", TierBinder::percent);
        Optional<Long> most = hits.number(1, MAX_HITS);
        return new Tier.Budget(
                percent.isPresent() ? OptionalDouble.of(percent.get()) : OptionalDouble.empty(),
                most.isPresent() ? OptionalLong.of(most.get()) : OptionalLong.empty());
    }

    private static double percent(String text) {
        var matcher = PERCENT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("use a number and %");
        }
        double percent = Double.parseDouble(matcher.group(1));
        if (percent <= 0 || percent > 100) {
            throw new IllegalArgumentException("use more than 0% and at most 100%");
        }
        return percent;
    }

    private static <T> Map<String, T> words(T[] values) {
        return Arrays.stream(values).collect(Collectors.toMap(Object::toString, Function.identity()));
    }
}
