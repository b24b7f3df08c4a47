package dev.stet.policy;

import dev.stet.facts.FactKey;
import dev.stet.facts.Glob;
import dev.stet.policy.yaml.Quoted;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Why a clause can hold for no process that the others hold for.
final class Contradiction {
    private static final Set<FactKey<?>> PATHS = Set.of(FactKey.EXE, FactKey.HOST_EXE);
    /// The kernel keeps no more of a thread's name.
    private static final int MAX_COMM_BYTES = 15;

    private Contradiction() {}

    /// @param way clauses that must all hold, the one that is looked at among them
    /// @param tiers names of all that there are
    static Optional<String> in(Clause clause, List<Clause> way, Set<String> tiers) {
        return switch (clause) {
            case Clause.Age(var under, var atLeast) -> age(under, atLeast);
            case Clause.When _ -> Optional.empty();
            case Clause.On<?> on ->
                impossible(on, tiers).or(() -> {
                    List<? extends Test<?>> others = way.stream()
                            .filter(other -> other != clause && other instanceof Clause.On<?>)
                            .map(other -> (Clause.On<?>) other)
                            .filter(other -> other.key() == on.key())
                            .map(Clause.On::test)
                            .toList();
                    return with(on, others);
                });
        };
    }

    private static Optional<String> age(Optional<Duration> under, Optional<Duration> atLeast) {
        return under.isPresent() && atLeast.isPresent() && under.get().compareTo(atLeast.get()) <= 0
                ? Optional.of("no age is under %s and at least %s"
                        .formatted(Clause.shown(under.get()), Clause.shown(atLeast.get())))
                : Optional.empty();
    }

    /// By itself.
    private static Optional<String> impossible(Clause.On<?> on, Set<String> tiers) {
        if (on.key() == FactKey.TIER
                && on.test() instanceof Test.OneOf<?>(var names)
                && names.stream().noneMatch(tiers::contains)) {
            return Optional.of("there is no tier " + text(names));
        }
        if (!(on.test() instanceof Test.Like(var globs))) {
            return Optional.empty();
        }
        if (PATHS.contains(on.key()) && globs.stream().allMatch(Contradiction::isNoPath)) {
            return Optional.of("no path of an executable matches " + globs.getFirst());
        }
        return on.key() == FactKey.COMM && globs.stream().allMatch(Contradiction::isTooLong)
                ? Optional.of("a thread's name has at most 15 bytes, and " + Quoted.of(globs.getFirst().toString())
                        + " more")
                : Optional.empty();
    }

    private static boolean isNoPath(Glob glob) {
        String text = glob.toString();
        return text.endsWith("/")
                || text.endsWith(" (deleted)")
                || text.contains("//")
                || text.contains("/./")
                || text.contains("/../");
    }

    /// Sets and escapes count as one, or not at all: never too much.
    private static boolean isTooLong(Glob glob) {
        String fixed = glob.toString().replaceAll("\\[[^]]*]+|\\\\|\\*", "");
        return fixed.getBytes(StandardCharsets.UTF_8).length > MAX_COMM_BYTES;
    }

    /// Of the few values that the clause leaves none passes the others.
    private static Optional<String> with(Clause.On<?> on, List<? extends Test<?>> others) {
        return switch (on.test()) {
            case Test.OneOf<?>(var values) -> among(on, Set.copyOf(values), others);
            case Test.Like(var globs) when literal(globs) -> among(on, texts(globs), others);
            case Test.Named(var globs) when literal(globs) ->
                among(on, texts(globs), others.stream().filter(Test.Named.class::isInstance).toList());
            default -> Optional.empty();
        };
    }

    private static Optional<String> among(Clause.On<?> on, Set<?> values, List<? extends Test<?>> others) {
        for (Test<?> other : others) {
            if (values.stream().noneMatch(value -> passes(other, value))) {
                return Optional.of(on.key() + " never both " + on.text() + " and " + other.text());
            }
        }
        return Optional.empty();
    }

    @SuppressWarnings("unchecked") // both are of the same kind of fact
    private static <T> boolean passes(Test<T> test, Object value) {
        return test.test((T) value) != Answer.NO;
    }

    private static boolean literal(List<Glob> globs) {
        return globs.stream().noneMatch(glob -> Glob.isPattern(glob.toString()));
    }

    private static Set<String> texts(List<Glob> globs) {
        return Set.copyOf(globs.stream().map(Glob::toString).distinct().toList());
    }

    private static String text(Set<?> names) {
        return Quoted.of(names.stream().map(Object::toString).sorted().findFirst().orElse(""));
    }
}
