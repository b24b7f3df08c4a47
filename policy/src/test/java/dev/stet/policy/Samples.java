package dev.stet.policy;

import dev.stet.facts.BuildId;
import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.facts.Glob;
import dev.stet.facts.ProcessFacts;
import dev.stet.facts.ProcessIdentity;
import dev.stet.policy.yaml.SourceText;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Processes and rules for tests.
final class Samples {
    static final Moment NOW = at(Instant.parse("2026-11-22T12:00:00Z"));
    static final ProcessFacts AMQPROXY = process(
            Fact.of("/usr/bin/amqproxy"), Fact.of("amqproxy"), Fact.of(List.of("amqproxy", "--config")), Fact.of(7));

    private Samples() {}

    static Moment at(Instant now) {
        return new Moment(now, Duration.ofDays(1), Duration.ofDays(1));
    }

    static ProcessFacts process(Fact<String> exe, Fact<String> comm, Fact<List<String>> args, Fact<Integer> uid) {
        return absent().with(FactKey.EXE, exe)
                .with(FactKey.COMM, comm)
                .with(FactKey.ARGS, args)
                .with(FactKey.UID, uid)
                .with(FactKey.BUILD_ID, new BuildId("f1c3"));
    }

    /// A process of which everything was looked for, and nothing is there.
    static ProcessFacts absent() {
        ProcessFacts facts = ProcessFacts.of(new ProcessIdentity(4711, 1), 1, false);
        for (FactKey<?> key : FactKey.ALL) {
            facts = absent(facts, key);
        }
        return facts;
    }

    private static <T> ProcessFacts absent(ProcessFacts facts, FactKey<T> key) {
        return facts.with(key, Fact.<T>absent());
    }

    static ProcessFacts withExe(Fact<String> exe) {
        return process(exe, AMQPROXY.comm(), AMQPROXY.args(), AMQPROXY.uid());
    }

    static Clause exe(String glob) {
        return new Clause.On<>(FactKey.EXE, new Test.Like(List.of(Glob.path(glob))));
    }

    static Clause exeName(String glob) {
        return new Clause.On<>(FactKey.EXE, new Test.Named(List.of(Glob.name(glob))));
    }

    static Clause comm(String... globs) {
        return new Clause.On<>(
                FactKey.COMM,
                new Test.Like(List.of(globs).stream().map(Glob::name).toList()));
    }

    static Clause args(String... wanted) {
        return new Clause.On<>(FactKey.ARGS, new Test.HasAll(List.of(wanted)));
    }

    static Clause uid(Integer... uids) {
        return new Clause.On<>(FactKey.UID, new Test.OneOf<>(Set.of(uids)));
    }

    static Clause buildId(String... ids) {
        return new Clause.On<>(
                FactKey.BUILD_ID,
                new Test.OneOf<>(
                        Set.copyOf(List.of(ids).stream().map(BuildId::new).toList())));
    }

    static Exemption rule(String name, Aspect aspect, Match match) {
        return rule(name, aspect, Optional.empty(), match);
    }

    static Exemption rule(String name, Aspect aspect, Optional<Clause> until, Match match) {
        return new Exemption(
                name,
                "policy.d/a.yaml",
                3,
                "fibers",
                "messaging@example.com",
                Optional.empty(),
                Optional.of(Instant.parse("2027-03-31T00:00:00Z")),
                Exemption.OnExpiry.PROBE,
                until,
                Exemption.Unknown.WAIT,
                Set.of(aspect),
                match);
    }

    /// The policy of one text that must be right.
    static Policy read(String text) {
        return switch (PolicyReader.read(List.of(new SourceText("f", text)), NOW.now())) {
            case ReadResult.Valid(var policy, var _) -> policy;
            case ReadResult.Invalid(var problems) -> throw new AssertionError(problems + "\n" + text);
        };
    }
}
