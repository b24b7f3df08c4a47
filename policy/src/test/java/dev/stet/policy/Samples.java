package dev.stet.policy;

import dev.stet.facts.BuildId;
import dev.stet.facts.Fact;
import dev.stet.facts.ProcessFacts;
import dev.stet.facts.ProcessIdentity;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Processes and rules for tests.
final class Samples {
    static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    static final ProcessFacts AMQPROXY = process(
            Fact.of("/usr/bin/amqproxy"), Fact.of("amqproxy"), Fact.of(List.of("amqproxy", "--config")), Fact.of(7));

    private Samples() {}

    static ProcessFacts process(Fact<String> exe, Fact<String> comm, Fact<List<String>> args, Fact<Integer> uid) {
        return new ProcessFacts(
                new ProcessIdentity(4711, 1), 1, false, exe, comm, args, uid, Fact.of(new BuildId("f1c3")));
    }

    static ProcessFacts withExe(Fact<String> exe) {
        return process(exe, AMQPROXY.comm(), AMQPROXY.args(), AMQPROXY.uid());
    }

    static Exemption rule(String name, Aspect aspect, Match match) {
        return new Exemption(
                name,
                "policy.d/a.yaml",
                3,
                "fibers",
                "messaging@example.com",
                Optional.empty(),
                Optional.of(Instant.parse("2027-03-31T00:00:00Z")),
                Set.of(aspect),
                match);
    }
}
