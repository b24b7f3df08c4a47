package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// `stet import pixie` and `stet export pixie`, as a shell sees them. Needs no rights.
class PixieTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static final String VIZIER = """
            apiVersion: px.dev/v1alpha1
            kind: Vizier
            metadata: {name: pixie, namespace: px}
            spec:
              version: 0.14.15
              patches:
                vizier-pem: '{"spec": {"containers": [{"args": ["--stirling_uprobe_opt_out=nginx, envoy,server.js"]}]}}'
            """;

    @TempDir
    private Path directory;

    private record Said(int exit, List<String> stdout, List<String> stderr) {}

    private static Said stet(int exit, String... arguments) {
        try (StetProcess stet = StetProcess.start(arguments)) {
            Said said = new Said(stet.waitFor(LIMIT), stet.stdout(), stet.stderr());
            assertThat(said.exit).as(said.toString()).isEqualTo(exit);
            return said;
        }
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text).toString();
    }

    private String policy() {
        return directory.resolve("policy.d").toString();
    }

    @Test
    void outOfAVizierAndBack() throws IOException {
        String vizier = file("vizier.yaml", VIZIER);
        Said said = stet(0, "import", "pixie", "--owner", "edge@example.com", "--out", policy(), vizier);
        assertThat(said.stdout)
                .extracting(line -> Path.of(line).getFileName().toString())
                .containsExactly("pixie-nginx.yaml", "pixie-envoy.yaml", "pixie-server-js.yaml");
        assertThat(String.join("\n", said.stderr))
                .contains("' envoy'", "restarting it on every node", "Node", "without reason, owner or end");
        assertThat(Files.readString(directory.resolve("policy.d/pixie-envoy.yaml")))
                .contains("owner: edge@example.com", "exe: {name: envoy}");
        assertThat(stet(0, "check", policy()).stdout.getLast()).contains("3 exemptions in 3 files");

        Said again = stet(73, "import", "pixie", "--out", policy(), vizier);
        assertThat(again.stdout).isEmpty();
        assertThat(again.stderr.getLast()).contains("pixie-nginx", "nothing is written");

        Said exported = stet(0, "export", "pixie", "--vizier", "v0.14.11", "--policy", policy());
        assertThat(exported.stdout).containsExactly("--stirling_uprobe_opt_out=envoy,nginx,server.js");

        Said helm = stet(0, "export", "pixie", "--vizier", "v0.14.11", "--policy", policy(), "--format", "helm");
        String values = file("values.yaml", String.join("\n", helm.stdout) + "\n");
        JsonNode json = StetProcess.parse(
                stet(0, "import", "pixie", "--json", values).stdout.getFirst());
        assertThat(json.path("exemptions"))
                .extracting(rule -> rule.path("entry").asString())
                .containsExactly("envoy", "nginx", "server.js");
        assertThat(json.path("remarks")).isEmpty();
        assertThat(json.path("notes")).hasSizeGreaterThan(4);
    }

    @Test
    void whatCannotBeSaidIsNotLeftOutInSilence() throws IOException {
        PolicyFiles policy = PolicyFiles.in(directory);
        var ignored = policy.exempt("ends", "{exe: {name: redis}}");
        ignored = policy.save("forever.yaml", forever("forever", "all", "{exe: {name: nginx}}"));
        ignored = policy.save("some.yaml", forever("some", "returns", "{exe: {name: envoy}}"));
        ignored = policy.save("pattern.yaml", forever("pattern", "all", "{exe: {name: \"x*\"}}"));
        List<String> export = List.of("export", "pixie", "--vizier", "0.14.15", "--policy", policy.option());

        Said strict = stet(1, export.toArray(String[]::new));
        assertThat(strict.stdout).isEmpty();
        assertThat(strict.stderr)
                .anyMatch(line -> line.contains("ends (") && line.contains("--include-temporary"))
                .anyMatch(line -> line.contains("some (") && line.contains("--allow-broader"))
                .anyMatch(line -> line.contains("pattern (") && line.contains("is a pattern"))
                .last()
                .asString()
                .contains("nothing is written");
        assertThat(stet(1, with(export, "--partial")).stdout).containsExactly("--stirling_uprobe_opt_out=nginx");

        Files.delete(policy.file("pattern.yaml"));
        Said loose = stet(0, with(export, "--allow-broader", "--include-temporary"));
        assertThat(loose.stdout).containsExactly("--stirling_uprobe_opt_out=envoy,nginx,redis");
        assertThat(loose.stderr)
                .anyMatch(line -> line.contains("warning: ends") && line.contains("no end"))
                .anyMatch(line -> line.contains("warning: some") && line.contains("not only returns"));
        JsonNode json = StetProcess.parse(stet(1, with(export, "--json")).stdout.getFirst());
        assertThat(json.path("whole").asBoolean(true)).isFalse();
        assertThat(json.has("value")).isFalse();
        assertThat(json.path("exemptions")).hasSize(3);
    }

    private static String forever(String name, String aspect, String match) {
        return PolicyFiles.exemption(name, aspect, match).replaceAll("(?m)^ +expires: .*\\n", "");
    }

    private static String[] with(List<String> command, String... more) {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    @Test
    void whatIsRefused() throws IOException {
        Said old = stet(69, "export", "pixie", "--vizier", "v0.14.10");
        assertThat(old.stdout).isEmpty();
        assertThat(old.stderr.getFirst()).contains("v0.14.10", "v0.14.11", "update Vizier");
        assertThat(stet(64, "export", "pixie", "--vizier", "latest").stderr.getFirst())
                .contains("--vizier");
        assertThat(stet(64, "export", "pixie").stderr.getFirst()).contains("--vizier");
        assertThat(stet(66, "import", "pixie", "none.yaml").stderr.getFirst()).contains("does not exist", "--value");
        assertThat(stet(1, "import", "pixie", file("empty.yaml", "kind: DaemonSet\n"))
                        .stderr
                        .getFirst())
                .contains("has no --stirling_uprobe_opt_out");
        String shell = file("shell.yaml", "args: [sh, -c, 'pem --stirling_uprobe_opt_out=a']\n");
        assertThat(stet(65, "import", "pixie", shell).stderr.get(1)).contains("shell.yaml:1:", "middle of a text");
    }
}
