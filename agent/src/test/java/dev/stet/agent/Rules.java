package dev.stet.agent;

import dev.stet.policy.Policy;
import dev.stet.policy.PolicyReader;
import dev.stet.policy.ReadResult;
import dev.stet.policy.yaml.SourceText;
import java.util.List;

/// Texts of exemptions, for tests.
final class Rules {
    private Rules() {}

    /// An exemption of every program called `x`.
    static String text(String name, String expires, String... more) {
        return """
                apiVersion: stet.dev/v1alpha1
                kind: ProbeExemption
                metadata: {name: %s}
                spec:
                  reason: r
                  owner: o
                  expires: %s
                  match: {exe: {name: x}}
                """.formatted(name, expires) + String.join("", more);
    }

    /// Without what comes with Stet.
    static Policy policy(String... documents) {
        ReadResult result = PolicyReader.read(List.of(new SourceText("a.yaml", String.join("---\n", documents))));
        return switch (result) {
            case ReadResult.Valid(var policy, var _) -> Policy.of(policy.written(), policy.tiers(), policy.settings());
            case ReadResult.Invalid(var problems) -> throw new AssertionError(problems);
        };
    }
}
