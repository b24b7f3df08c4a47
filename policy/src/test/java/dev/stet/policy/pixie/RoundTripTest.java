package dev.stet.policy.pixie;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.policy.Moment;
import dev.stet.policy.Policy;
import dev.stet.policy.Verdict;
import dev.stet.policy.pixie.Imported.Rule;
import dev.stet.policy.yaml.SourceText;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// There and back; and a list and the policy that it becomes, or comes of, exempt the same processes.
class RoundTripTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final Moment MOMENT = new Moment(NOW, Duration.ofHours(1), Duration.ofMinutes(1));
    private static final int ROUNDS = 400;
    private static final int PROCESSES = 25;

    private static Search.Found found(Search search) {
        assertThat(search).isInstanceOf(Search.Found.class);
        return (Search.Found) search;
    }

    private static Policy imported(Search.Found found) {
        List<String> documents = PixieImport.of(found.lists(), Origin.UNKNOWN).rules().stream()
                .map(Rule::yaml)
                .toList();
        return PixieExportTest.policy(String.join("---\n", documents));
    }

    private static boolean isExempt(Policy policy, PixieModel.Process process) {
        return policy.decide(process.facts(), MOMENT) instanceof Verdict.Exempt;
    }

    @Test
    void aListBecomesAPolicyAndAListAgain() {
        long seed = Long.getLong("stet.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            List<String> names = new ArrayList<>();
            int count = 1 + random.nextInt(5);
            for (int i = 0; i < count; i++) {
                String name = PixieModel.name(random);
                names.add(random.nextInt(3) == 0 ? name.replace(' ', '_') + ".js" : name);
            }
            String value = String.join(",", names);
            String replay = "replay: -Dstet.seed=" + seed + ", round " + round + ", " + value;
            Policy policy = imported(found(ListSearch.inValue(new SourceText("value", value))));
            PixieModel model = new PixieModel(value);
            for (int i = 0; i < PROCESSES; i++) {
                PixieModel.Process process = PixieModel.Process.random(random);
                assertThat(isExempt(policy, process)).as(replay + " " + process).isEqualTo(model.optsOut(process));
            }
            PixieExport export = PixieExport.of(policy, NOW, ExportOptions.STRICT);
            assertThat(export.isWhole()).as(replay).isTrue();
            assertThat(export.list().names()).as(replay).containsExactlyElementsOf(new TreeSet<>(names));
            for (PixieFormat format : PixieFormat.values()) {
                Search.Found again = found(ListSearch.in(new SourceText("again", format.text(export.list()))));
                assertThat(again.lists()).as(replay + " " + format).hasSize(1);
                assertThat(again.lists().getFirst().list())
                        .as(replay + " " + format)
                        .isEqualTo(export.list());
            }
        }
    }

    /// Strictly, a list exempts what the policy does, no more and no less; else at least that.
    @Test
    void aPolicyBecomesAListThatMeansTheSame() {
        long seed = Long.getLong("stet.seed", System.nanoTime());
        Random random = new Random(seed);
        int exported = 0;
        for (int round = 0; round < ROUNDS; round++) {
            String text = rule(random);
            Policy policy = PixieExportTest.policy(text);
            for (ExportOptions options : List.of(ExportOptions.STRICT, new ExportOptions(true, true))) {
                PixieExport export = PixieExport.of(policy, NOW, options);
                if (!export.isWhole()) {
                    continue;
                }
                exported++;
                PixieModel model = new PixieModel(export.list().value());
                for (int i = 0; i < PROCESSES; i++) {
                    PixieModel.Process process = PixieModel.Process.random(random);
                    String replay = "replay: -Dstet.seed=" + seed + ", round " + round + ", " + export.list() + " "
                            + process + "\n" + text;
                    boolean exempt = isExempt(policy, process);
                    if (exempt || !options.allowBroader()) {
                        assertThat(model.optsOut(process)).as(replay).isEqualTo(exempt);
                    }
                }
            }
        }
        assertThat(exported).isGreaterThan(ROUNDS / 10);
    }

    private static String rule(Random random) {
        String match = clauses(random);
        if (random.nextInt(3) == 0) {
            match += ", any: [{" + clauses(random) + "}, {" + clauses(random) + "}]";
        }
        if (random.nextInt(5) == 0) {
            match += ", not: {" + clauses(random) + "}";
        }
        return """
                apiVersion: stet.dev/v1alpha1
                kind: ProbeExemption
                metadata: {name: a-rule}
                spec: {reason: r, owner: o, exempt: [%s], match: {%s}}
                """.formatted(random.nextInt(6) == 0 ? "returns" : "all", match);
    }

    private static String clauses(Random random) {
        return List.of(
                        "exe: {name: a}",
                        "exe: {name: b}",
                        "exe: {name: node}",
                        "exe: {glob: /usr/bin/a}",
                        "exe: {name: 'a\\*'}",
                        "exe: {name: 'a*'}",
                        "exe: {name: a}, uid: 7",
                        "exe: {name: node}, script: {name: a.js}",
                        "exe: {name: nodejs}, script: {name: a.js}",
                        "exe: {name: node}, script: {glob: /opt/a/a.js}",
                        "script: {name: a.js}",
                        "uid: 0")
                .get(random.nextInt(12));
    }
}
