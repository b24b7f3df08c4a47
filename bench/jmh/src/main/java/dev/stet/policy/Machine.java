package dev.stet.policy;

import com.google.re2j.Pattern;
import dev.stet.facts.BuildId;
import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.facts.Glob;
import dev.stet.facts.GoModule;
import dev.stet.facts.ProcessFacts;
import dev.stet.facts.ProcessIdentity;
import dev.stet.facts.Relative;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/// A machine with many processes, and rules of every kind that people write, the same at each start. One process in a
/// hundred is exempt, by whatever kind of rule.
final class Machine {
    static final Moment MOMENT =
            new Moment(Instant.parse("2026-11-22T12:00:00Z"), Duration.ofDays(9), Duration.ofMinutes(5));

    private final Random random = new Random(20261122);

    Policy policy(int rules) {
        List<Exemption> all = new ArrayList<>();
        for (int i = 0; i < rules; i++) {
            all.add(new Exemption(
                    "rule-" + i,
                    "policy.d/" + i % 100 + ".yaml",
                    i,
                    "a reason",
                    "team@example.com",
                    Optional.empty(),
                    i % 3 == 0 ? Optional.of(Instant.parse("2027-03-31T00:00:00Z")) : Optional.empty(),
                    Exemption.OnExpiry.PROBE,
                    Optional.empty(),
                    Exemption.Unknown.WAIT,
                    Set.of(i % 4 == 0 ? Aspect.RETURNS : Aspect.ALL),
                    match(i)));
        }
        return Policy.of(all);
    }

    private Match match(int i) {
        Clause exe = like(FactKey.EXE, Glob.path("/opt/team-%d/app-%d/bin/*".formatted(i % 50, i)));
        return switch (i % 20) {
            case 0, 1, 2, 3 -> Match.of(exe);
            case 4, 5 -> Match.of(new Clause.On<>(FactKey.EXE, new Test.Named(List.of(Glob.name("daemon-" + i)))));
            case 6 -> Match.of(like(FactKey.EXE, Glob.path("**/tool-" + i)));
            case 7 -> Match.of(like(FactKey.EXE, Glob.path("/usr/lib/app-" + i + "/**/worker*")));
            case 8 -> Match.of(new Clause.On<>(FactKey.BUILD_ID, new Test.OneOf<>(Set.of(buildId(i), buildId(i + 1)))));
            case 9 -> Match.of(like(FactKey.COMM, Glob.name("comm-" + i)));
            case 10 -> Match.of(new Clause.On<>(FactKey.ARGS, new Test.HasAll(List.of("--service=svc-" + i))));
            case 11 ->
                Match.of(new Clause.On<>(
                        FactKey.ENV, new Test.Entries(new TreeMap<>(Map.of("SERVICE", Glob.name("svc-" + i))))));
            case 12 -> Match.of(new Clause.On<>(FactKey.UID, new Test.OneOf<>(Set.of(20_000 + i))));
            case 13 -> Match.of(like(FactKey.CGROUP, Glob.path("/system.slice/svc-" + i + ".service/**")));
            case 14 -> Match.of(like(FactKey.SYSTEMD_UNIT, Glob.name("svc-" + i + "*.service")));
            case 15 ->
                new Match(List.of(), List.of(entry(exe), entry(like(FactKey.COMM, Glob.name("alt-" + i)))), List.of());
            case 16 ->
                new Match(
                        List.of(exe),
                        List.of(),
                        List.of(entry(new Clause.On<>(FactKey.UID, new Test.OneOf<>(Set.of(0))))));
            case 17 ->
                Match.of(new Clause.On<>(
                        FactKey.EXE, new Test.Matching(Pattern.compile("^/srv/app-" + i + "/v[0-9]+/"))));
            case 18 ->
                Match.of(new Clause.On<>(
                        FactKey.MODULES,
                        new Test.HasModule(Glob.path("github.com/acme/m" + i), Optional.of(VersionRange.parse("<2")))));
            default ->
                Match.of(new Clause.On<>(
                        FactKey.PARENT, new Test.Kin(List.of(), List.of(Glob.name("super-" + i)), List.of())));
        };
    }

    private static Match.Entry entry(Clause clause) {
        return new Match.Entry(List.of(clause));
    }

    private static Clause like(FactKey<String> key, Glob glob) {
        return new Clause.On<>(key, new Test.Like(List.of(glob)));
    }

    private static BuildId buildId(int i) {
        return new BuildId(HexFormat.of().toHexDigits(i * 0x9e3779b97f4a7c15L) + "0123456789abcdef01234567");
    }

    List<ProcessFacts> processes(int count) {
        List<ProcessFacts> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(process(i));
        }
        return all;
    }

    private ProcessFacts process(int i) {
        int app = random.nextInt(100_000);
        String unit = "svc-" + app + ".service";
        return ProcessFacts.of(new ProcessIdentity(1 + i, i), 1, false)
                .with(FactKey.EXE, exe(app))
                .with(FactKey.COMM, "comm-" + app)
                .with(FactKey.ARGS, List.of("app", "--verbose", "--service=svc-" + app, "--port=8080"))
                .with(FactKey.UID, 1000 + app % 30_000)
                .with(FactKey.PARENT, new Relative(1, Fact.of("/usr/sbin/super-" + app), Fact.of("super")))
                .with(FactKey.ANCESTORS, List.of(new Relative(1, Fact.of("/sbin/init"), Fact.of("init"))))
                .with(FactKey.CGROUP, "/system.slice/" + unit + "/main")
                .with(FactKey.SYSTEMD_UNIT, unit)
                .with(FactKey.ENV, Map.of("PATH", "/usr/bin", "SERVICE", "svc-" + app, "HOME", "/root", "LANG", "C"))
                .with(FactKey.BUILD_ID, buildId(app))
                .with(FactKey.MODULES, List.of(new GoModule("github.com/acme/m" + app, "v1.2.3", true)));
    }

    private static String exe(int app) {
        return switch (app % 5) {
            case 0 -> "/opt/team-%d/app-%d/bin/server".formatted(app % 50, app);
            case 1 -> "/usr/sbin/daemon-" + app;
            case 2 -> "/usr/lib/app-" + app + "/x86/worker-1";
            case 3 -> "/srv/app-" + app + "/v12/run";
            default -> "/usr/bin/tool-" + app;
        };
    }
}
