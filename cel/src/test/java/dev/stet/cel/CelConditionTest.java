package dev.stet.cel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stet.facts.BuildId;
import dev.stet.facts.Container;
import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.facts.GoModule;
import dev.stet.facts.Pod;
import dev.stet.facts.ProcessFacts;
import dev.stet.facts.ProcessIdentity;
import dev.stet.facts.Relative;
import dev.stet.policy.Answer;
import dev.stet.policy.Condition;
import dev.stet.policy.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CelConditionTest {
    private static final Moment MOMENT =
            new Moment(Instant.parse("2026-11-22T12:00:00Z"), Duration.ofMillis(12_900), Duration.ofSeconds(3));
    private static final ProcessFacts NOTHING_READ = ProcessFacts.of(new ProcessIdentity(7, 1000), 1, false);
    private static final ProcessFacts FULL = NOTHING_READ
            .with(FactKey.EXE, "/opt/app/bin/server")
            .with(FactKey.HOST_EXE, "/var/lib/x/opt/app/bin/server")
            .with(FactKey.SHA256, "ab")
            .with(FactKey.SCRIPT, Fact.absent())
            .with(FactKey.COMM, "server")
            .with(FactKey.ARGS, List.of("server", "--port=80"))
            .with(FactKey.ENV, Map.of("A", "1", "B", "2"))
            .with(FactKey.UID, -2)
            .with(FactKey.USER, "web")
            .with(FactKey.CGROUP, "/system.slice/web.service")
            .with(FactKey.SYSTEMD_UNIT, "web.service")
            .with(FactKey.CONTAINER_ID, Fact.absent())
            .with(FactKey.LINKS, Set.of("/lib/libssl.so.3", "/lib/libc.so.6"))
            .with(FactKey.HAZARDS, Set.of("fibers"))
            .with(FactKey.BUILD_ID, new BuildId("f1c3"))
            .with(FactKey.SECTIONS, Set.of(".text"))
            .with(FactKey.LANGUAGE, "go")
            .with(FactKey.MODULES, List.of(new GoModule("github.com/x/y", "v1.4.2", true)))
            .with(FactKey.PARENT, new Relative(1, Fact.of("/sbin/init"), Fact.of("init")))
            .with(FactKey.ANCESTORS, List.of(new Relative(1, Fact.of("/sbin/init"), Fact.of("init"))))
            .with(FactKey.CONTAINER, new Container("web", "nginx:1.27", "sha256:00"))
            .with(FactKey.POD, new Pod("prod", "web-1", Map.of("app", "web"), Map.of(), "deployment/web"))
            .with(FactKey.TIER, "gold");

    private static Condition compiled(String text) {
        return new CelConditions().compile(text);
    }

    /// Else every reading of a policy would be a change of it, and no edit of a file that has one would be as meant.
    @Test
    void ofTheSameTextItIsTheSame() {
        assertThat(compiled("comm == 'x'"))
                .isEqualTo(compiled("comm == 'x'"))
                .hasSameHashCodeAs(compiled("comm == 'x'"))
                .isNotEqualTo(compiled("comm == 'y'"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "exe == '/opt/app/bin/server' && exe.endsWith('/server')           | YES",
                "hostExe.startsWith('/var/') && sha256 == 'ab' && script == ''     | YES",
                "comm.matches('^ser') && args.exists(a, a.startsWith('--port='))   | YES",
                "env['A'] == '1' && 'B' in env && !('C' in env)                    | YES",
                "env.exists(k, k.startsWith('A') && env[k] == '1')                 | YES",
                "uid == 4294967294 && user == 'web'                                | YES",
                "cgroup.contains('web') && systemdUnit == 'web.service'            | YES",
                "containerId == '' && container.image.startsWith('nginx:')         | YES",
                "links.exists(l, l.contains('libssl')) && size(links) == 2         | YES",
                "'fibers' in hazards && '.text' in sections && buildId == 'f1c3'   | YES",
                "language == 'go' && modules[0].path == 'github.com/x/y'           | YES",
                "modules.exists(m, m.main && m.version == 'v1.4.2')                | YES",
                "parent.comm == 'init' && parent.pid == 1                          | YES",
                "ancestors.all(a, a.exe == '/sbin/init')                           | YES",
                "pod.namespace == 'prod' && pod.labels.app == 'web'                | YES",
                "has(pod.labels.nothing)                                           | NO",
                "tier == 'gold' && ageSeconds == 2.0 && ageSeconds > 1             | YES",
                "exe == '/bin/sh'                                                  | NO",
            })
    void everyVariable(String text, Answer expected) {
        assertThat(compiled(text.strip()).test(FULL, MOMENT)).isEqualTo(expected);
    }

    /// What a clause would do, too: no beats unknown, and only what it turns on is asked for.
    @Test
    void whatIsNotReadIsUnknownUnlessItDoesNotMatter() {
        Condition both = compiled("exe == '/x' && env['A'] == '1'");
        ProcessFacts other = NOTHING_READ.with(FactKey.EXE, "/y");
        assertThat(both.test(other, MOMENT)).isEqualTo(Answer.NO);
        ProcessFacts same = NOTHING_READ.with(FactKey.EXE, "/x");
        assertThat(both.test(same, MOMENT)).isEqualTo(Answer.UNKNOWN);
        assertThat(both.notRead(same, MOMENT)).isEqualTo(Set.of(FactKey.ENV));
        assertThat(both.failure(same, MOMENT)).isEmpty();
        assertThat(both.facts()).isEqualTo(Set.of(FactKey.EXE, FactKey.ENV));
        ProcessFacts unreadable = same.with(FactKey.ENV, Fact.unreadable("permission denied"));
        assertThat(both.test(unreadable, MOMENT)).isEqualTo(Answer.UNKNOWN);
        assertThat(both.notRead(unreadable, MOMENT)).isEmpty();
        assertThat(compiled("exe == '/x' || env['A'] == '1'").test(same, MOMENT))
                .isEqualTo(Answer.YES);
        assertThat(compiled("links.exists(l, l == 'x')").test(same, MOMENT)).isEqualTo(Answer.UNKNOWN);
        assertThat(compiled("!(comm == 'x')").test(same, MOMENT)).isEqualTo(Answer.UNKNOWN);
    }

    @Test
    void aFactThatIsAbsentIsEmpty() {
        ProcessFacts absent = NOTHING_READ;
        for (FactKey<?> key : FactKey.ALL) {
            absent = absent(absent, key);
        }
        Condition empty = compiled("exe == '' && buildId == '' && tier == '' && uid == -1 && size(args) == 0"
                + " && size(env) == 0 && size(links) == 0 && size(modules) == 0 && parent.comm == ''"
                + " && size(ancestors) == 0 && container.image == '' && pod.namespace == '' && size(pod.labels) == 0");
        assertThat(empty.test(absent, MOMENT)).isEqualTo(Answer.YES);
        assertThat(compiled("'A' in env && env['A'] == '1'").test(absent, MOMENT))
                .isEqualTo(Answer.NO);
    }

    private static <T> ProcessFacts absent(ProcessFacts facts, FactKey<T> key) {
        return facts.with(key, Fact.<T>absent());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "env['NONE'] == '1'      | NONE",
                "1 / (uid - uid) == 1    | by zero",
                "args[9] == 'x'          | 9",
                "int(comm) == 1          | server",
                "comm.matches('(')       | (",
            })
    void whatFailsIsUnknownAndSaysWhy(String text, String why) {
        Condition condition = compiled(text.strip());
        assertThat(condition.test(FULL, MOMENT)).isEqualTo(Answer.UNKNOWN);
        assertThat(condition.notRead(FULL, MOMENT)).isEmpty();
        assertThat(condition.failure(FULL, MOMENT))
                .hasValueSatisfying(found -> assertThat(found).contains(why.strip()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "ex == 'a'               | column 1: undeclared reference to 'ex'",
                "exe == 'a' && comm = 1  | column 20:",
                "exe                     | expected type 'bool' but found 'string'",
                "uid == 'x'              | no matching overload for '_==_'",
                "exe.nothing()           | undeclared reference to 'nothing'",
            })
    void whatIsWrongSaysWhereAndWhat(String text, String message) {
        assertThatThrownBy(() -> compiled(text.strip()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message.strip());
    }

    @Test
    void aSecondLineIsSaid() {
        assertThatThrownBy(() -> compiled("exe == 'a'\n&& nothing")).hasMessageContaining("line 2, column 4");
    }

    /// Nesting, size and loops have an end: refused when it is compiled, or a failure when it is asked.
    @ParameterizedTest
    @ValueSource(strings = {"(", "!", "-", "[", "exe == '' || ", "args.all(a, ", "true ? "})
    void hugeExpressionsAreRefused(String part) {
        assertThatThrownBy(() -> compiled(part.repeat(30_000) + "true")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "[", "args.all(a, ", "true ? "})
    void deepOnesAreRefused(String part) {
        assertThatThrownBy(() -> compiled(part.repeat(3000 / part.length()) + "true"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void loopsWithinLoopsGiveUp() {
        ProcessFacts many = FULL.with(FactKey.ARGS, List.of("a".repeat(1000).split("", -1)));
        Condition loops = compiled("args.all(a, args.all(b, args.all(c, a + b + c != 'x')))");
        assertThat(loops.test(many, MOMENT)).isEqualTo(Answer.UNKNOWN);
        assertThat(loops.failure(many, MOMENT))
                .hasValueSatisfying(why -> assertThat(why).contains("20000"));
    }

    @Test
    void regularExpressionsAreLinearOrRefused() {
        ProcessFacts longName = FULL.with(FactKey.EXE, "/" + "a".repeat(4000));
        assertThat(compiled("exe.matches('(a*)*b')").test(longName, MOMENT)).isEqualTo(Answer.NO);
        Condition huge = compiled("exe.matches('((a{0,100}){0,100}){0,100}')");
        assertThat(huge.test(longName, MOMENT)).isEqualTo(Answer.UNKNOWN);
    }

    @Test
    void theAgeCountsWholeSeconds() {
        assertThat(compiled("ageSeconds < 30").asksAge()).isTrue();
        assertThat(compiled("exe == 'x'").asksAge()).isFalse();
    }
}
