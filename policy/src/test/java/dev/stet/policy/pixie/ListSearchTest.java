package dev.stet.policy.pixie;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.policy.pixie.FoundList.Via;
import dev.stet.policy.yaml.SourceText;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The lists that manifests of Pixie have. Their keys are those of Pixie's repository: docs/pixie.md.
class ListSearchTest {
    private static Search in(String text) {
        return ListSearch.in(new SourceText("f.yaml", text));
    }

    private static Search.Found found(String text) {
        assertThat(in(text)).isInstanceOf(Search.Found.class);
        return (Search.Found) in(text);
    }

    private static List<String> names(String text) {
        return found(text).lists().stream()
                .flatMap(list -> list.list().names().stream())
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nginx,server.js|nginx;server.js",
                "--stirling_uprobe_opt_out=nginx,a=b|nginx;a=b",
                "-stirling-uprobe-opt-out=nginx|nginx",
                "*odd,%x|*odd;%x",
                "' nginx '|nginx",
            })
    void aValue(String text, String names) {
        assertThat(names(text)).containsExactly(names.split(";", -1));
        assertThat(found(text).lists().getFirst().via()).isEqualTo(Via.VALUE);
    }

    @Test
    void aDaemonSetAmongOthers() {
        Search.Found found = found("""
                kind: ConfigMap
                data: {}
                ---
                kind: DaemonSet
                spec:
                  template:
                    spec:
                      initContainers: []
                      containers:
                        - name: pem
                          command: [pem]
                          args:
                            - --v=1
                            - "--stirling_uprobe_opt_out=nginx,envoy"
                          env:
                            - {name: PL_HOST_PATH, value: /host}
                          resources: {}
                """);
        assertThat(found.lists().getFirst().list().names()).containsExactly("nginx", "envoy");
        assertThat(found.lists().getFirst().where()).isEqualTo("f.yaml:14");
        assertThat(found.remarks()).isEmpty();
    }

    @Test
    void aFlagWithItsValueBehindIt() {
        assertThat(names("args: [--stirling_uprobe_opt_out, 'a,b', --other]")).containsExactly("a", "b");
        assertThat(in("args: [--stirling_uprobe_opt_out]")).isInstanceOf(Search.Unusable.class);
    }

    @Test
    void theLastFlagCounts() {
        Search.Found found = found("args: [--stirling_uprobe_opt_out=a, --stirling_uprobe_opt_out=b]");
        assertThat(found.lists()).hasSize(1);
        assertThat(found.lists().getFirst().list().names()).containsExactly("b");
        assertThat(found.remarks()).hasSize(1).first().asString().contains("the last");
    }

    @Test
    void patchesOfAVizierAndOfHelmValues() {
        String patch = "'{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"pem\","
                + "\"args\":[\"--stirling_uprobe_opt_out=a,b\"]}]}}}}'";
        assertThat(names("kind: Vizier\nspec: {version: 0.14.15, patches: {vizier-pem: " + patch + "}}"))
                .containsExactly("a", "b");
        assertThat(names("patches:\n  vizier-pem: " + patch)).containsExactly("a", "b");
        assertThat(names("pixie-operator-chart: {patches: {vizier-pem: " + patch + "}}"))
                .containsExactly("a", "b");
        assertThat(names("{\"items\": [{\"spec\": {\"patches\": {\"vizier-pem\": "
                        + "\"{\\\"args\\\": [\\\"--stirling_uprobe_opt_out=a,b\\\"]}\"}}}]}"))
                .containsExactly("a", "b");
    }

    @Test
    void environmentIsNotReadByPixie() {
        String text = "dataCollectorParams: {customPEMFlags: {PX_STIRLING_UPROBE_OPT_OUT: 'a,b'}}";
        assertThat(names(text)).containsExactly("a", "b");
        assertThat(found(text).remarks()).hasSize(1).first().asString().contains("never had an effect");
        text = "{env: [{name: FLAGS_stirling_uprobe_opt_out, value: a}], args: [--fromenv=stirling_uprobe_opt_out]}";
        assertThat(names(text)).containsExactly("a");
        assertThat(found(text).remarks()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "args: [sh, -c, 'pem --stirling_uprobe_opt_out=a']|middle of a text",
                "args: ['--stirling_uprobe_opt_out=$(LIST)']|Kubernetes",
                "env: [{name: PX_STIRLING_UPROBE_OPT_OUT, valueFrom: {secretKeyRef: {name: x}}}]|valueFrom",
                "args: [--stirling_uprobe_opt_out=&x|not YAML",
                "args: &x [--stirling_uprobe_opt_out=a]|anchor",
                "patches: {vizier-pem: '{args: [stirling_uprobe_opt_out'}|not YAML",
            })
    void whatCannotBeTold(String text, String why) {
        assertThat(in(text))
                .isInstanceOfSatisfying(
                        Search.Unusable.class,
                        unusable -> assertThat(unusable.problems().toString()).contains(why));
    }

    @Test
    void nothingToFind() {
        assertThat(found("kind: DaemonSet\nspec: {args: [], command: x, patches: {}, customPEMFlags: {}}\n")
                        .lists())
                .isEmpty();
        assertThat(found("").lists())
                .hasSize(1)
                .first()
                .extracting(list -> list.list().names())
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .isEmpty();
    }
}
