package dev.stet.policy.pixie;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.policy.PolicyReader;
import dev.stet.policy.ReadResult;
import dev.stet.policy.pixie.Imported.Kind;
import dev.stet.policy.pixie.Imported.Rule;
import dev.stet.policy.yaml.SourceText;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PixieImportTest {
    private static Imported importOf(String value) {
        Search.Found found = (Search.Found) ListSearch.inValue(new SourceText("here", value));
        return PixieImport.of(found.lists(), Origin.UNKNOWN);
    }

    @Test
    void aProgram() {
        Origin origin = new Origin(
                "It crashes", "edge@example.com", Optional.of("https://x.example/1"), Optional.of("2027-03-31"));
        FoundList list = new FoundList(OptOutList.parse("nginx"), "pem.yaml:12", FoundList.Via.ARGUMENT);
        Imported imported = PixieImport.of(List.of(list), origin);
        assertThat(imported.remarks()).isEmpty();
        assertThat(imported.rules().getFirst().yaml()).isEqualTo("""
                # Was 'nginx' in --stirling_uprobe_opt_out of Pixie, pem.yaml:12
                apiVersion: stet.dev/v1alpha1
                kind: ProbeExemption
                metadata: {name: pixie-nginx}
                spec:
                  reason: It crashes
                  owner: edge@example.com
                  ticket: "https://x.example/1"
                  expires: 2027-03-31
                  exempt: [all]
                  match:
                    exe: {name: nginx}
                """);
    }

    @Test
    void aScript() {
        Rule rule = importOf("server.js").rules().getFirst();
        assertThat(rule.kind()).isEqualTo(Kind.SCRIPT);
        assertThat(rule.yaml()).endsWith("""
                  match:
                    any:
                      - exe: {name: node}
                        script: {name: server.js}
                      - exe: {name: nodejs}
                        script: {name: server.js}
                """);
    }

    @Test
    void nothingIsSaidOfOwnerAndReason() {
        assertThat(importOf("nginx").rules().getFirst().yaml())
                .contains("\n  reason: \"TODO: ")
                .contains("\n  owner: TODO\n")
                .doesNotContain("expires");
    }

    @Test
    void blanksAndPathsAreRemarkedOn() {
        Imported imported = importOf("nginx, envoy,,/usr/bin/x,opt/y, ");
        assertThat(imported.rules()).extracting(Rule::entry).containsExactly("nginx", "envoy", "/usr/bin/x", "opt/y");
        assertThat(imported.rules()).extracting(Rule::kind).endsWith(Kind.PATH, Kind.PATH);
        assertThat(imported.rules().get(2).yaml()).contains("exe: {glob: /usr/bin/x}");
        assertThat(imported.rules().get(3).yaml()).contains("exe: {glob: \"**/opt/y\"}");
        assertThat(imported.remarks())
                .containsExactly(
                        "here: ' envoy': Pixie compares the blanks, too, so it never matched; taken as 'envoy'",
                        "here: '/usr/bin/x': Pixie compares file names, never paths, so it never matched; taken as that path",
                        "here: 'opt/y': Pixie compares file names, never paths, so it never matched; taken as that path");
    }

    @Test
    void namesAreTakenOnce() {
        String longest = "x".repeat(80);
        Imported imported = importOf("nginx,nginx,Nginx,n+g,n-g," + longest + "," + longest + "y,é");
        assertThat(imported.rules())
                .extracting(Rule::name)
                .containsExactly(
                        "pixie-nginx",
                        "pixie-nginx-2",
                        "pixie-n-g",
                        "pixie-n-g-2",
                        "pixie-" + "x".repeat(57),
                        "pixie-" + "x".repeat(55) + "-2",
                        "pixie");
    }

    @Test
    void allOfItIsAPolicy() {
        String value =
                "nginx,server.js,a*,[x],true,a b,'q',\"q\",back\\slash,é,-x,{{a}},#x,a: b,/usr/bin/x,~,null,%,@x";
        String text = String.join(
                "---\n", importOf(value).rules().stream().map(Rule::yaml).toList());
        assertThat(PolicyReader.read(List.of(new SourceText("a.yaml", text)))).isInstanceOf(ReadResult.Valid.class);
    }
}
