package dev.stet.policy;

import com.google.re2j.Pattern;
import dev.stet.facts.BuildId;
import dev.stet.facts.Container;
import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.facts.Glob;
import dev.stet.facts.GoModule;
import dev.stet.facts.Pod;
import dev.stet.facts.ProcessFacts;
import dev.stet.facts.ProcessIdentity;
import dev.stet.facts.Relative;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/// Policies and processes by chance, of few words, so that rules match often and for every reason there is.
final class RandomPolicies {
    static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    private static final List<String> TEXTS = List.of(
            "/usr/bin/redis",
            "/usr/bin/redis-server",
            "/opt/app/bin/java",
            "/opt/app/bin/java\n",
            "/memfd:x",
            "redis",
            "java",
            "/",
            "",
            "/usr/bin/",
            "/srv/ü/näme",
            "/usr/lib/libssl.so.3",
            "libssl.so.3",
            "a",
            "deployment/web");
    private static final List<String> PATTERNS = List.of(
            "/usr/bin/*",
            "/usr/**",
            "**/redis",
            "**/java",
            "**",
            "/usr/bin/redis",
            "*",
            "re*",
            "*.so*",
            "lib*.so.3",
            "/opt/*/bin/java",
            "?",
            "[a-j]*",
            "/usr/bin/redis*",
            "*redis",
            "redis",
            "java",
            "\\a",
            "",
            "**/bin/**",
            "n?me");
    private static final List<String> REGEXES = List.of(
            "^/usr/bin/.*$",
            "java$",
            "^/usr/bin/redis?",
            "(?i)REDIS",
            "^/opt|redis",
            "^/usr/bin/(redis|java)$",
            "\\.so",
            "\\.so\\.3$",
            "^/usr/bi",
            "^/opt/app+/bin/java$",
            "^\\/usr",
            "[.]3$",
            "^redis$",
            "^",
            "$",
            "^/usr/bin/re*dis",
            "\\x73$",
            "is\\b$",
            "[]a]va$",
            "^r{2}",
            "dis{1}$",
            "j?ava$");
    private static final List<String> ENTRY_NAMES = List.of("A", "STET_EXEMPT", "app");
    private static final List<FactKey<String>> STRINGS = List.of(
            FactKey.EXE,
            FactKey.COMM,
            FactKey.USER,
            FactKey.CGROUP,
            FactKey.SYSTEMD_UNIT,
            FactKey.CONTAINER_ID,
            FactKey.SCRIPT,
            FactKey.HOST_EXE,
            FactKey.LANGUAGE,
            FactKey.SHA256);

    private final Random random;

    RandomPolicies(Random random) {
        this.random = random;
    }

    Policy policy(int most) {
        List<Exemption> rules = several(most, this::rule);
        List<Tier> tiers = several(3, this::tier);
        Set<String> lifted = random.nextInt(4) == 0 ? Set.of("r0", "r1") : Set.of();
        return Policy.of(rules, tiers, new Settings(random.nextBoolean(), lifted));
    }

    Exemption rule() {
        String name = random.nextInt(20) == 0 ? "stet-self-exemption-x" : "r" + random.nextInt(30);
        return new Exemption(
                name,
                pick(List.of("a.yaml", "b.yaml", Exemption.BUILT_IN)),
                random.nextInt(50),
                "why",
                "who",
                Optional.empty(),
                optional(() -> NOW.plusSeconds(random.nextInt(-20, 20))),
                pick(Exemption.OnExpiry.values()),
                optional(this::until),
                random.nextInt(3) > 0
                        ? Exemption.Unknown.WAIT
                        : new Exemption.Unknown(Optional.of(duration()), random.nextBoolean()),
                aspects(),
                match(true));
    }

    private Clause until() {
        return random.nextBoolean()
                ? new Clause.On<>(FactKey.MODULES, modules())
                : new Clause.On<>(FactKey.BUILD_ID, new Test.NoneOf<>(Set.of(buildId())));
    }

    private Set<Aspect> aspects() {
        Set<Aspect> aspects = new HashSet<>();
        do {
            aspects.add(
                    switch (random.nextInt(7)) {
                        case 0, 1 -> Aspect.ALL;
                        case 2 -> Aspect.RETURNS;
                        case 3 -> Aspect.PAYLOAD;
                        case 4 -> Aspect.USDT;
                        case 5 -> new Aspect.Pack(Glob.name(pick(List.of("a*", "sqlite"))));
                        default -> new Aspect.Function(Glob.name("main.*"));
                    });
        } while (random.nextInt(4) == 0);
        return aspects;
    }

    private Tier tier() {
        return new Tier(
                pick(List.of("gold", "silver")),
                "t.yaml",
                random.nextInt(9),
                "",
                random.nextInt(3),
                match(false),
                pick(Tier.Mode.values()),
                Tier.Rollout.AT_ONCE,
                Tier.Budget.NONE,
                Tier.Sensitivity.NORMAL);
    }

    private Match match(boolean tier) {
        List<Clause> all = several(3, () -> clause(tier));
        List<Match.Entry> any = random.nextInt(3) > 0 ? List.of() : several(3, () -> entry(tier));
        List<Match.Entry> not = random.nextInt(4) > 0 ? List.of() : several(2, () -> entry(tier));
        return all.isEmpty() && any.isEmpty() ? Match.of(clause(tier)) : new Match(all, any, not);
    }

    private Match.Entry entry(boolean tier) {
        List<Clause> clauses = several(2, () -> clause(tier));
        return new Match.Entry(clauses.isEmpty() ? List.of(clause(tier)) : clauses);
    }

    private Clause clause(boolean tier) {
        return switch (random.nextInt(tier ? 16 : 15)) {
            case 0, 1, 2, 3 -> new Clause.On<>(pick(STRINGS), text());
            case 4 -> new Clause.On<>(FactKey.ARGS, new Test.HasAll(some(TEXTS)));
            case 5 -> new Clause.On<>(FactKey.UID, new Test.OneOf<>(Set.copyOf(some(List.of(0, 7, -2)))));
            case 6 -> new Clause.On<>(FactKey.PARENT, kin());
            case 7 -> new Clause.On<>(FactKey.ANCESTORS, new Test.HasKin(kin()));
            case 8 -> new Clause.On<>(FactKey.ENV, new Test.Entries(entries()));
            case 9 ->
                random.nextBoolean()
                        ? new Clause.On<>(FactKey.LINKS, new Test.HasNamed(globs()))
                        : new Clause.On<>(pick(List.of(FactKey.HAZARDS, FactKey.SECTIONS)), new Test.HasAny(globs()));
            case 10 ->
                new Clause.On<>(
                        FactKey.BUILD_ID,
                        random.nextBoolean()
                                ? new Test.OneOf<>(Set.of(buildId()))
                                : new Test.NoneOf<>(Set.of(buildId())));
            case 11 -> new Clause.On<>(FactKey.MODULES, modules());
            case 12 -> new Clause.On<>(FactKey.CONTAINER, new Test.ContainerLike(globs(), maybe(), maybe()));
            case 13 ->
                new Clause.On<>(
                        FactKey.POD,
                        new Test.PodLike(
                                maybe(), maybe(), maybe(), entries(), random.nextBoolean() ? entries() : none()));
            case 14 ->
                random.nextBoolean()
                        ? new Clause.Age(optional(this::duration), Optional.of(duration()))
                        : new Clause.Age(Optional.of(duration()), Optional.empty());
            default -> new Clause.On<>(FactKey.TIER, new Test.OneOf<>(Set.of(pick(List.of("gold", "silver")))));
        };
    }

    private Test<String> text() {
        return switch (random.nextInt(4)) {
            case 0 -> new Test.Like(paths());
            case 1 -> new Test.Named(globs());
            case 2 -> new Test.Matching(Pattern.compile(pick(REGEXES)));
            default -> new Test.OneOf<>(Set.copyOf(some(TEXTS)));
        };
    }

    private Test.HasModule modules() {
        Optional<VersionRange> versions = optional(() -> VersionRange.parse(">=1.4"));
        return new Test.HasModule(Glob.path(pick(PATTERNS)), versions);
    }

    private Test.Kin kin() {
        return new Test.Kin(random.nextBoolean() ? paths() : List.of(), maybe(), globs());
    }

    private List<Glob> paths() {
        return some(PATTERNS).stream().map(Glob::path).toList();
    }

    private List<Glob> globs() {
        return some(PATTERNS).stream().map(Glob::name).toList();
    }

    private List<Glob> maybe() {
        return random.nextBoolean() ? globs() : List.of();
    }

    private SortedMap<String, Glob> entries() {
        SortedMap<String, Glob> entries = new TreeMap<>();
        some(ENTRY_NAMES).forEach(name -> entries.put(name, Glob.name(pick(PATTERNS))));
        return entries;
    }

    private static SortedMap<String, Glob> none() {
        return new TreeMap<>();
    }

    private Duration duration() {
        return Duration.ofMillis(random.nextInt(1, 20_000));
    }

    private BuildId buildId() {
        return new BuildId(pick(List.of("f1c3", "00", "aa55")));
    }

    Moment moment() {
        return new Moment(NOW.plusSeconds(random.nextInt(-20, 20)), Duration.ofMinutes(1), duration());
    }

    /// @param unknown in a hundred facts so many are not known
    ProcessFacts process(int unknown) {
        ProcessIdentity identity = new ProcessIdentity(1 + random.nextInt(9999), random.nextInt(4000, 6100));
        ProcessFacts facts = ProcessFacts.of(identity, 1, false);
        for (FactKey<String> key : STRINGS) {
            facts = facts.with(key, fact(unknown, () -> pick(TEXTS)));
        }
        return facts.with(FactKey.ARGS, fact(unknown, () -> some(TEXTS)))
                .with(FactKey.UID, fact(unknown, () -> pick(List.of(0, 7, -2))))
                .with(FactKey.PARENT, fact(unknown, () -> relative(unknown)))
                .with(FactKey.ANCESTORS, fact(unknown, () -> several(3, () -> relative(unknown))))
                .with(FactKey.ENV, fact(unknown, this::values))
                .with(FactKey.LINKS, fact(unknown, () -> Set.copyOf(some(TEXTS))))
                .with(FactKey.HAZARDS, fact(unknown, () -> Set.copyOf(some(TEXTS))))
                .with(FactKey.SECTIONS, fact(unknown, () -> Set.copyOf(some(TEXTS))))
                .with(FactKey.BUILD_ID, fact(unknown, this::buildId))
                .with(FactKey.MODULES, fact(unknown, () -> several(3, this::module)))
                .with(FactKey.CONTAINER, fact(unknown, () -> new Container(pick(TEXTS), pick(TEXTS), pick(TEXTS))))
                .with(
                        FactKey.POD,
                        fact(unknown, () -> new Pod(pick(TEXTS), pick(TEXTS), values(), values(), pick(TEXTS))));
    }

    private Relative relative(int unknown) {
        return new Relative(1, fact(unknown, () -> pick(TEXTS)), fact(unknown, () -> pick(TEXTS)));
    }

    private GoModule module() {
        return new GoModule(pick(TEXTS), pick(List.of("v1.3.9", "v1.4.0", "(devel)", "")), random.nextBoolean());
    }

    private Map<String, String> values() {
        Map<String, String> values = new TreeMap<>();
        some(ENTRY_NAMES).forEach(name -> values.put(name, pick(TEXTS)));
        return Map.copyOf(values);
    }

    private <T> Fact<T> fact(int unknown, Supplier<T> value) {
        int chance = random.nextInt(100);
        return chance < unknown
                ? (random.nextBoolean() ? Fact.notRead() : Fact.unreadable("permission denied"))
                : chance > 90 ? Fact.absent() : Fact.of(value.get());
    }

    private <T> Optional<T> optional(Supplier<T> value) {
        return random.nextInt(3) == 0 ? Optional.of(value.get()) : Optional.empty();
    }

    /// None at all, too.
    <T> List<T> several(int most, Supplier<T> value) {
        List<T> all = new ArrayList<>();
        int count = random.nextInt(most + 1);
        for (int i = 0; i < count; i++) {
            all.add(value.get());
        }
        return all;
    }

    /// One at least.
    private <T> List<T> some(List<T> values) {
        List<T> all = new ArrayList<>();
        do {
            all.add(pick(values));
        } while (random.nextInt(3) == 0);
        return all;
    }

    <T> T pick(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    @SafeVarargs
    final <T> T pick(T... values) {
        return values[random.nextInt(values.length)];
    }
}
