package dev.stet.policy.pixie;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.stet.policy.Policy;
import dev.stet.policy.PolicyReader;
import dev.stet.policy.ReadResult;
import dev.stet.policy.yaml.SourceText;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PixieExportTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final ExportOptions BROADER = new ExportOptions(true, false);
    private static final ExportOptions TEMPORARY = new ExportOptions(false, true);

    static Policy policy(String text) {
        ReadResult result = PolicyReader.read(List.of(new SourceText("a.yaml", text)), NOW);
        assertThat(result).isInstanceOf(ReadResult.Valid.class);
        return ((ReadResult.Valid) result).policy();
    }

    private static String rule(String spec) {
        return """
                apiVersion: stet.dev/v1alpha1
                kind: ProbeExemption
                metadata: {name: a-rule}
                spec: {reason: r, owner: o, %s}
                """.formatted(spec);
    }

    private static PixieExport export(String spec, ExportOptions options) {
        return PixieExport.of(policy(rule(spec)), NOW, options);
    }

    private static List<String> refused(String spec, ExportOptions options) {
        PixieExport export = export(spec, options);
        assertThat(export.isWhole()).isFalse();
        assertThat(export.list().names()).isEmpty();
        return ((Exported.Refused) export.exemptions().getFirst()).why();
    }

    private static final String BOTH_NODES =
            "match: {script: {name: s.js}, any: [{exe: {name: node}}, {exe: {name: nodejs}}]}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "match: {exe: {name: nginx}}|nginx",
                "exempt: [all], match: {exe: {name: 'a\\*b'}}|a*b",
                "match: {any: [{exe: {name: b}}, {exe: {name: a}}]}|a,b",
                "match: {exe: {name: node}}|node",
                BOTH_NODES + "|s.js",
                "onExpiry: keep, expires: 2027-01-01, match: {exe: {name: nginx}}|nginx",
            })
    void whatMeansTheSame(String spec, String value) {
        PixieExport export = export(spec, ExportOptions.STRICT);
        assertThat(export.exemptions().toString()).doesNotContain("Refused");
        assertThat(export.isWhole()).isTrue();
        assertThat(export.list().value()).isEqualTo(value);
        assertThat(((Exported.As) export.exemptions().getFirst()).changes()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "match: {exe: {glob: /usr/bin/nginx}}|nginx|file names, not paths",
                "match: {exe: {glob: '/opt/*/nginx'}}|nginx|file names, not paths",
                "match: {exe: {name: nginx}, uid: 0}|nginx|cannot ask for uid",
                "match: {exe: {name: nginx, glob: '/a/**'}}|nginx|cannot ask for exe",
                "match: {exe: {name: nginx}, not: {uid: 0}}|nginx|no 'not'",
                "exempt: [returns], match: {exe: {name: nginx}}|nginx|not only returns",
                "match: {exe: {name: app.js}}|app.js|scripts of Node as well",
                "match: {exe: {name: node}, script: {name: s.js}}|s.js|of node and of nodejs",
                "match: {any: [{exe: {name: a}}, {exe: {name: b}, comm: x}]}|a,b|cannot ask for comm",
            })
    void whatMeansMore(String spec, String value, String change) {
        assertThat(refused(spec, ExportOptions.STRICT).toString()).contains("--allow-broader", change);
        assertThat(refused(spec, TEMPORARY).toString()).contains("--allow-broader");
        PixieExport export = export(spec, BROADER);
        assertThat(export.isWhole()).isTrue();
        assertThat(export.list().value()).isEqualTo(value);
        assertThat(((Exported.As) export.exemptions().getFirst()).changes().toString())
                .contains(change);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "expires: 2027-03-31, match: {exe: {name: nginx}}|expires at 2027-03-31",
                "for: 72h, match: {exe: {name: nginx}}|expires at 2026-11-25",
                "until: {buildIdOtherThan: aabb}, match: {exe: {name: nginx}}|ends once buildId",
            })
    void whatEnds(String spec, String change) {
        assertThat(refused(spec, BROADER).toString()).contains("--include-temporary", change);
        PixieExport export = export(spec, TEMPORARY);
        assertThat(export.list().value()).isEqualTo("nginx");
        assertThat(((Exported.As) export.exemptions().getFirst()).changes().toString())
                .contains("no end", change);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "match: {exe: {name: 'ng*'}}|is a pattern",
                "match: {exe: {glob: '/opt/**'}}|is a pattern",
                "match: {exe: {regex: nginx}}|none is given",
                "match: {buildId: aabb}|none is given",
                "match: {comm: nginx}|none is given",
                "match: {any: [{exe: {name: a}}, {comm: b}]}|none is given",
                "match: {exe: {name: 'a,b'}}|cannot hold",
                "match: {exe: {name: ' a'}}|cannot hold",
                "match: {script: {name: s.js}}|scripts of Node alone",
                "match: {exe: {name: python3}, script: {name: s.js}}|node and nodejs alone",
                "match: {exe: {name: node}, script: {name: s.mjs}}|ends in .js",
                "match: {exe: {name: node}, script: {name: 's*.js'}}|is a pattern",
                "match: {exe: {name: node}, script: {name: 'my app.js'}}|apart at blanks",
                "match: {exe: {name: a}, any: [{exe: {name: b}}]}|matches nothing",
            })
    void whatCannotBeSaid(String spec, String why) {
        assertThat(refused(spec, ExportOptions.STRICT).toString()).contains(why);
        assertThat(refused(spec, new ExportOptions(true, true)).toString()).contains(why);
    }

    @Test
    void expiredOnesAndBuiltInOnesAreLeftOut() {
        PixieExport export = export("expires: 2026-11-22, match: {exe: {name: 'x*'}}", ExportOptions.STRICT);
        assertThat(export.isWhole()).isTrue();
        assertThat(export.exemptions()).isEmpty();
        assertThat(export.notes())
                .contains("a-rule has expired and is left out")
                .anyMatch(it -> it.contains("hazards"));
    }

    @Test
    void tiersAreLost() {
        PixieExport export = PixieExport.of(policy("""
                apiVersion: stet.dev/v1alpha1
                kind: ProbeTier
                metadata: {name: payments}
                spec: {reason: r, owner: o, match: {exe: {name: pay}}, probes: none}
                """), NOW, new ExportOptions(true, true));
        assertThat(export.isWhole()).isFalse();
        assertThat(export.lost()).hasSize(1).first().asString().contains("payments");
    }

    @ParameterizedTest
    @CsvSource({
        "v0.14.10, false",
        "0.14.11, true",
        "v0.14.11, true",
        "v0.14.11-pre-main.0, false",
        "v0.14.12-pre-r1.0, true",
        "v0.14.9, false",
        "v0.9.12, false",
        "v0.15.0, true",
        "v1.0.0, true",
    })
    void versions(String version, boolean hasFlag) {
        assertThat(new VizierVersion(version).hasFlag()).isEqualTo(hasFlag);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "latest", "0.14", "v0.14.11 ", "release/vizier/v0.14.11", "0.99999999999999999999.1"})
    void noVersions(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> new VizierVersion(text));
    }
}
