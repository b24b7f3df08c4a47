package dev.stet.policy;

import static dev.stet.policy.Samples.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.facts.Fact;
import dev.stet.facts.ProcessFacts;
import dev.stet.policy.yaml.SourceText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The order of files, of documents, and of clauses within a match changes no verdict and no word of its
/// explanation.
class OrderTest {
    private static final List<String> CLAUSES = List.of(
            "exe: {glob: \"/usr/**\"}", "comm: [a, b]", "uid: 0", "args: {contains: [x]}", "exe: {name: \"r*\"}");

    @Test
    void orderNeverMatters() {
        long seed = Long.getLong("stet.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            List<String> documents = new ArrayList<>();
            int count = 1 + random.nextInt(6);
            for (int rule = 0; rule < count; rule++) {
                documents.add(document("rule-" + rule, random));
            }
            ProcessFacts facts = facts(random);
            Verdict first = read(documents, random).decide(facts, NOW);
            Collections.shuffle(documents, random);
            Verdict second = read(documents, random).decide(facts, NOW);
            String replay = "replay: -Dstet.seed=" + seed + ", round " + round + ", " + facts + "\n" + documents;
            assertThat(second.explain().replaceAll("f\\d:\\d+", "f"))
                    .as(replay)
                    .isEqualTo(first.explain().replaceAll("f\\d:\\d+", "f"));
            assertThat(second.mayProbe()).as(replay).isEqualTo(first.mayProbe());
            assertThat(second.decisions()).as(replay).hasSameSizeAs(first.decisions());
        }
    }

    private static String document(String name, Random random) {
        String aspect = random.nextBoolean() ? "all" : "returns";
        String match = switch (random.nextInt(3)) {
            case 0 -> pick(random);
            case 1 -> "any: [{" + pick(random) + "}, {" + pick(random) + "}]";
            case 2 -> pick(random) + ", not: {" + pick(random) + "}";
            default -> throw new AssertionError();
        };
        return """
                apiVersion: stet.dev/v1alpha1
                kind: ProbeExemption
                metadata: {name: %s}
                spec: {reason: r, owner: o, exempt: [%s], match: {%s}}
                """.formatted(name, aspect, match);
    }

    private static String pick(Random random) {
        return CLAUSES.get(random.nextInt(CLAUSES.size()));
    }

    private static ProcessFacts facts(Random random) {
        return Samples.process(
                fact(random, "/usr/bin/redis"), fact(random, "a"), fact(random, List.of("x")), fact(random, 0));
    }

    private static <T> Fact<T> fact(Random random, T value) {
        return switch (random.nextInt(4)) {
            case 0 -> Fact.absent();
            case 1 -> Fact.unreadable("x");
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
        return ((ReadResult.Valid) PolicyReader.read(files)).policy();
    }
}
