package dev.stet.policy;

import static dev.stet.policy.Samples.buildId;
import static dev.stet.policy.Samples.exe;
import static dev.stet.policy.Samples.uid;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.facts.Glob;
import dev.stet.policy.yaml.SourceText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class GoodDocumentsTest {
    private static final Instant NOW = Samples.NOW.now();

    private static ReadResult.Valid read(String name) throws IOException {
        String text = Files.readString(Path.of("src/test/resources/good", name));
        return (ReadResult.Valid) PolicyReader.read(List.of(new SourceText(name, text)), NOW);
    }

    private static Exemption rule(Policy policy, String name) {
        return policy.exemptions().stream()
                .filter(rule -> rule.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void designSample() throws IOException {
        ReadResult.Valid valid = read("design.yaml");
        assertThat(valid.warnings()).isEmpty();
        assertThat(valid.policy().written())
                .containsExactly(new Exemption(
                        "amqproxy-fibers",
                        "design.yaml",
                        3,
                        "Crystal fibers switch stacks; return probes crash it",
                        "messaging@example.com",
                        Optional.of("https://github.com/cloudamqp/amqproxy/issues/117"),
                        Optional.of(Instant.parse("2027-03-31T00:00:00Z")),
                        Exemption.OnExpiry.PROBE,
                        Optional.empty(),
                        Exemption.Unknown.WAIT,
                        Set.of(Aspect.RETURNS),
                        new Match(
                                List.of(),
                                List.of(
                                        new Match.Entry(List.of(exe("/usr/bin/amqproxy*"))),
                                        new Match.Entry(List.of(buildId("f1c3bcc0"), Samples.args("--config")))),
                                List.of(new Match.Entry(List.of(uid(0)))))));
    }

    @Test
    void everyFieldOfAnExemption() throws IOException {
        Exemption rule = rule(read("everything.yaml").policy(), "everything");
        assertThat(rule.reason()).isEqualTo("Two\nlines\n");
        assertThat(rule.ticket()).contains("T-1");
        assertThat(rule.expires()).contains(Instant.parse("2027-03-31T10:00:00Z"));
        assertThat(rule.onExpiry()).isEqualTo(Exemption.OnExpiry.KEEP);
        assertThat(rule.until().orElseThrow().text()).isEqualTo("has module github.com/redis/* of version >=1.4 <2");
        assertThat(rule.unknown()).isEqualTo(new Exemption.Unknown(Optional.of(Duration.ofSeconds(90)), false));
        assertThat(rule.exempt())
                .containsExactlyInAnyOrder(
                        Aspect.RETURNS,
                        Aspect.PAYLOAD,
                        Aspect.ANALYSIS,
                        Aspect.USDT,
                        new Aspect.Pack(Glob.name("sql*")),
                        new Aspect.Function(Glob.name("std::*")),
                        new Aspect.Library(Glob.name("libssl.so*")));
        assertThat(rule.match().any()).hasSize(2);
        assertThat(rule.match().not()).hasSize(1);
    }

    @Test
    void everyClause() throws IOException {
        String sha = "0123456789abcdef".repeat(4);
        List<Clause> clauses =
                rule(read("everything.yaml").policy(), "everything").match().all();
        assertThat(clauses.stream().map(clause -> clause.factName() + " " + clause.text()))
                .containsExactlyInAnyOrder(
                        "exe matches glob /opt/**",
                        "exe has name redis*",
                        "exe matches regex ^/opt/[a-z]+",
                        "exe.sha256 is " + sha,
                        "hostExe matches glob /var/lib/** or /run/**",
                        "hostExe has name a or b",
                        "hostExe matches regex x",
                        "script matches glob bin/*.js",
                        "script has name server.js",
                        "script matches regex \\.js$",
                        "buildId is 123456",
                        "module has module github.com/redis/** of version =1.4",
                        "language is one of c++, go",
                        "links has a file named libssl.so*",
                        "section has .clickhouse.hash or .zdebug*",
                        "hazard has fibers or go-stacks",
                        "comm matches glob redis or r?",
                        "args contains '--port' and '8080'",
                        "env has A=b and ANY=* and EMPTY= and NUMBER=1",
                        "uid is one of 0, 4294967295",
                        "user is redis",
                        "parent with comm sup and exe /usr/bin/* and name supervisor",
                        "ancestor one with comm systemd or init",
                        "cgroup matches glob /system.slice/**",
                        "systemdUnit matches glob redis*.service",
                        "container.id matches glob 0123456789ab* or " + sha,
                        "container with digest sha256:00* and image nginx:1.* or docker.io/library/nginx:* and name web",
                        "pod with name web-* and namespace shop or shop-* and workload deployment/web"
                                + " and has label app=web and has annotation a/b=*",
                        "tier is one of canary, payments",
                        "age is under 600s and is at least 500ms");
    }

    @Test
    void everyFieldOfATier() throws IOException {
        Policy policy = read("everything.yaml").policy();
        assertThat(policy.tiers()).extracting(Tier::name).containsExactly("payments", "canary");
        Tier payments = policy.tiers().getFirst();
        assertThat(payments.rank()).isEqualTo(100);
        assertThat(payments.reason()).isEqualTo("money");
        assertThat(payments.mode()).isEqualTo(Tier.Mode.ENTRY_ONLY);
        assertThat(payments.rollout()).isEqualTo(new Tier.Rollout(1, Duration.ofMinutes(10)));
        assertThat(payments.budget().cpuPercent()).isEqualTo(OptionalDouble.of(0.5));
        assertThat(payments.sensitivity()).isEqualTo(Tier.Sensitivity.HIGH);
        Tier canary = policy.tiers().getLast();
        assertThat(canary.mode()).isEqualTo(Tier.Mode.FULL);
        assertThat(canary.rollout()).isEqualTo(Tier.Rollout.AT_ONCE);
        assertThat(canary.budget()).isEqualTo(Tier.Budget.NONE);
        assertThat(canary.sensitivity()).isEqualTo(Tier.Sensitivity.NORMAL);
        assertThat(canary.rank()).isZero();
    }

    @Test
    void settings() throws IOException {
        Policy policy = read("everything.yaml").policy();
        assertThat(policy.settings()).isEqualTo(new Settings(false, Set.of("stet-debugger")));
        Set<String> lifted = policy.exemptions().stream()
                .filter(policy::isLifted)
                .map(Exemption::name)
                .collect(Collectors.toSet());
        assertThat(lifted)
                .containsExactlyInAnyOrder(
                        "stet-debugger",
                        "stet-self-exemption-all",
                        "stet-self-exemption-returns",
                        "stet-self-exemption-payload");
    }

    /// What looks like a number to YAML is the text that was written.
    @Test
    void buildIdsAreTakenAsWritten() throws IOException {
        Exemption rule = rule(read("everything.yaml").policy(), "never-ends");
        assertThat(rule.match().all()).contains(buildId("1e10", "00ff"));
        assertThat(rule.exempt()).containsExactly(Aspect.ALL);
    }

    @Test
    void warnsOfWhatNeverEnds() throws IOException {
        assertThat(read("everything.yaml").warnings())
                .extracting(Object::toString)
                .containsExactly("everything.yaml:57:7: spec: exemption 'never-ends' never ends:"
                        + " it has no 'expires', 'for' or 'until'");
    }

    @Test
    void aDurationCountsFromTheFirstBirthThatIsKnown() throws IOException {
        String text = Files.readString(Path.of("src/test/resources/good/everything.yaml"));
        assertThat(end(text, _ -> Optional.empty())).isEqualTo(NOW.plus(Duration.ofDays(3)));
        Instant seen = Instant.parse("2026-11-21T00:00:00Z");
        assertThat(end(text, name -> name.equals("for-a-while") ? Optional.of(seen) : Optional.empty()))
                .isEqualTo(Instant.parse("2026-11-24T00:00:00Z"));
        String created =
                text.replace("{name: for-a-while}", "{name: for-a-while, creationTimestamp: 2026-11-01T00:00:00Z}");
        assertThat(end(created, _ -> Optional.of(seen))).isEqualTo(Instant.parse("2026-11-04T00:00:00Z"));
    }

    private static Instant end(String text, Function<String, Optional<Instant>> births) {
        ReadResult result = PolicyReader.read(List.of(new SourceText("f", text)), births, NOW);
        return rule(((ReadResult.Valid) result).policy(), "for-a-while")
                .expires()
                .orElseThrow();
    }

    /// Never for ever: where neither a clock nor a birth is known, the rule is refused.
    @Test
    void aDurationThatCountsFromNothingIsRefused() {
        String text = """
                apiVersion: stet.dev/v1alpha1
                kind: ProbeExemption
                metadata: {name: x}
                spec: {reason: r, owner: o, for: 1h, match: {comm: a}}
                """;
        assertThat(((ReadResult.Invalid) PolicyReader.read(List.of(new SourceText("f", text)))).problems())
                .extracting(Object::toString)
                .containsExactly("f:4:29: spec.for: 'for' counts from metadata.creationTimestamp, which is missing,"
                        + " or from when Stet first saw the rule, which is not known here");
    }

    @Test
    void nothingIsAPolicyToo() {
        ReadResult nothing = new ReadResult.Valid(BuiltIn.policy(), List.of());
        assertThat(PolicyReader.read(List.of())).isEqualTo(nothing);
        assertThat(PolicyReader.read(List.of(new SourceText("a", "# nothing\n"))))
                .isEqualTo(nothing);
    }

    @Test
    void allProblemsOfAllFilesAtOnce() {
        var result = PolicyReader.read(List.of(new SourceText("b", "- 1"), new SourceText("a", "}")));
        assertThat(((ReadResult.Invalid) result).problems())
                .extracting(problem -> problem.file() + problem.line())
                .containsExactly("a1", "b1");
    }

    /// So that no rule can pretend to come with Stet.
    @Test
    void noFileIsCalledAsThoseOfStet() {
        var result = PolicyReader.read(List.of(new SourceText("built-in", BuiltIn.text())));
        assertThat(((ReadResult.Invalid) result).problems().getFirst().message())
                .contains("Stet's own");
    }
}
