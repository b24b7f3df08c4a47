package dev.stet.policy;

import static dev.stet.policy.Samples.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.facts.Container;
import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.facts.GoModule;
import dev.stet.facts.ProcessFacts;
import dev.stet.policy.yaml.SourceText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The order of files, of documents of all kinds, and of clauses within a match changes no verdict and no word of
/// its explanation.
class OrderTest {
    private static final List<String> CLAUSES = List.of(
            "exe: {glob: \"/usr/**\"}",
            "comm: [a, b]",
            "uid: 0",
            "args: {contains: [x]}",
            "exe: {name: \"r*\"}",
            "env: {STET_EXEMPT: \"*\"}",
            "hazard: [debugger-attached, fibers]",
            "module: {path: m, version: \">=1\"}",
            "age: {under: 1h}",
            "language: go",
            "container: {name: web}",
            "script: {regex: x}");
    private static final List<String> ASPECTS =
            List.of("all", "returns", "payload", "usdt", "analysis", "{pack: a}", "{function: \"a*\"}", "{library: b}");
    private static final List<String> MORE = List.of(
            "",
            "",
            "",
            ", until: {module: m, version: \">1\"}",
            ", undecided: {after: 1h, then: exempt}",
            ", undecided: {after: 1h, then: probe}",
            ", expires: 2026-11-01, onExpiry: keep",
            ", expires: 2026-11-01");
    private static final List<String> SETTINGS = List.of(
            "selfExemption: false", "selfExemption: true", "lift: [stet-debugger]", "lift: [stet-self-exemption-all]");

    @Test
    void orderNeverMatters() {
        long seed = Long.getLong("stet.seed", System.nanoTime());
        Random random = new Random(seed);
        Set<String> kinds = new HashSet<>();
        for (int round = 0; round < 1000; round++) {
            List<String> documents = documents(random);
            ProcessFacts facts = facts(random);
            Policy one = read(documents, random);
            Verdict first = one.decide(facts, NOW);
            Collections.shuffle(documents, random);
            Policy other = read(documents, random);
            Verdict second = other.decide(facts, NOW);
            String replay = "replay: -Dstet.seed=" + seed + ", round " + round + ", " + facts + "\n" + documents;
            assertThat(explained(second)).as(replay).isEqualTo(explained(first));
            assertThat(second.permission()).as(replay).isEqualTo(first.permission());
            assertThat(second.ofTier().map(Tier::name))
                    .as(replay)
                    .isEqualTo(first.ofTier().map(Tier::name));
            assertThat(second.decisions()).as(replay).hasSameSizeAs(first.decisions());
            assertThat(other.settings()).as(replay).isEqualTo(one.settings());
            assertThat(codes(other)).as(replay).isEqualTo(codes(one));
            kinds.add(first.getClass().getSimpleName());
        }
        assertThat(kinds).containsExactlyInAnyOrder("Trace", "Exempt", "Undecided");
    }

    private static String explained(Verdict verdict) {
        return verdict.explain().replaceAll("f\\d+:\\d+", "f");
    }

    /// A rule that is subsumed only within its own file is not among these.
    private static List<String> codes(Policy policy) {
        return PolicyLint.of(policy, NOW.now()).stream()
                .filter(finding -> finding.code() != PolicyLint.Code.SUBSUMED)
                .map(finding -> finding.rule() + " " + finding.code())
                .sorted()
                .toList();
    }

    private static List<String> documents(Random random) {
        List<String> documents = new ArrayList<>();
        for (int rule = random.nextInt(6); rule >= 0; rule--) {
            String spec = "reason: r, owner: o, exempt: [%s, %s], match: {%s}%s"
                    .formatted(pick(ASPECTS, random), pick(ASPECTS, random), match(random, true), pick(MORE, random));
            documents.add(document("ProbeExemption", "rule-" + rule, spec));
        }
        for (int tier = random.nextInt(3); tier > 0; tier--) {
            String probes = pick(List.of("full", "no-returns", "entry-only", "none"), random);
            String spec =
                    "rank: %d, probes: %s, match: {%s}".formatted(random.nextInt(2), probes, match(random, false));
            documents.add(document("ProbeTier", "tier-" + tier, spec));
        }
        for (int settings = random.nextInt(3); settings > 0; settings--) {
            documents.add(document("ProbeSettings", "settings-" + settings, pick(SETTINGS, random)));
        }
        return documents;
    }

    private static String document(String kind, String name, String spec) {
        return """
                apiVersion: stet.dev/v1alpha1
                kind: %s
                metadata: {name: %s}
                spec: {%s}
                """.formatted(kind, name, spec);
    }

    private static String match(Random random, boolean tiers) {
        String first = tiers && random.nextInt(8) == 0 ? "tier: tier-1" : pick(CLAUSES, random);
        return switch (random.nextInt(3)) {
            case 0 -> first;
            case 1 -> "any: [{" + first + "}, {" + pick(CLAUSES, random) + "}]";
            case 2 -> first + ", not: {" + pick(CLAUSES, random) + "}";
            default -> throw new AssertionError();
        };
    }

    private static String pick(List<String> from, Random random) {
        return from.get(random.nextInt(from.size()));
    }

    private static ProcessFacts facts(Random random) {
        return Samples.process(
                        fact(random, "/usr/bin/redis"), fact(random, "a"), fact(random, List.of("x")), fact(random, 0))
                .with(FactKey.ENV, fact(random, Map.of("STET_EXEMPT", "all")))
                .with(FactKey.HAZARDS, fact(random, Set.of("debugger-attached")))
                .with(FactKey.MODULES, fact(random, List.of(new GoModule("m", "v1.0.0", true))))
                .with(FactKey.LANGUAGE, fact(random, "go"))
                .with(FactKey.CONTAINER, fact(random, new Container("web", "", "")))
                .with(FactKey.SCRIPT, fact(random, "x.js"));
    }

    private static <T> Fact<T> fact(Random random, T value) {
        return switch (random.nextInt(8)) {
            case 0 -> Fact.unreadable("x");
            case 1, 2, 3 -> Fact.absent();
            default -> Fact.of(value);
        };
    }

    /// Spread over files at random, in the order given.
    private static Policy read(List<String> documents, Random random) {
        List<SourceText> files = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (String document : documents) {
            text.append("---\n").append(document);
            if (random.nextBoolean()) {
                files.add(new SourceText("f" + files.size(), text.toString()));
                text.setLength(0);
            }
        }
        files.add(new SourceText("f" + files.size(), text.toString()));
        Collections.shuffle(files, random);
        return ((ReadResult.Valid) PolicyReader.read(files, NOW.now())).policy();
    }
}
