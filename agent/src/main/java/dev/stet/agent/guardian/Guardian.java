package dev.stet.agent.guardian;

import dev.stet.policy.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The one decision about harm: is a program that ended badly to be left alone for a while? A circuit breaker for each
/// program, judged by how the program ends without probes. Pure: the same case and the same ending give the same
/// decision, so that what was recorded can be decided again.
public final class Guardian {
    /// How long a quarantine lasts the first time, the second, and so on.
    private static final List<Duration> TERMS =
            List.of(Duration.ofHours(1), Duration.ofHours(4), Duration.ofDays(1), Duration.ofDays(7));
    /// After so long without harm, the next quarantine is a first one.
    private static final Duration FORGIVEN = Duration.ofDays(7);
    /// An exit status is unusual if a program has lived so often without it.
    private static final long KNOWN_LIVES = 20;
    /// A program that has ended by so many exit statuses answers by them, as a supervisor does that passes on its
    /// children's.
    private static final int ANSWERS = 4;
    /// How unlikely what was seen must be, were probes harmless, for them to be held to be the cause.
    static final double UNLIKELY = 0.05;

    /// How long after new probes a bad end speaks against them.
    private static final Duration LOW_WINDOW = Duration.ofMinutes(1);

    private static final Duration WINDOW = Duration.ofMinutes(5);
    private static final Duration HIGH_WINDOW = Duration.ofMinutes(30);

    private Guardian() {}

    /// What came of something that happened.
    ///
    /// @param after what is known of the program now
    /// @param decision empty if there is nothing to do or to tell
    public record Step(Case after, Optional<Decision> decision) {}

    /// A process of the program has ended, or runs another one.
    public static Step ended(Case before, Ending ending) {
        Exposure unprobed = ending.wasProbed()
                ? before.unprobed().plus(ending.unprobed())
                : before.unprobed().plus(ending.unprobed(), ending.end());
        Exposure probed = ending.wasProbed() ? before.probed().plus(ending.probed(), ending.end()) : before.probed();
        Case now = new Case(before.build(), unprobed, probed, before.circuit(), ending.at());
        if (ending.end().isEmpty()) {
            return new Step(now, Optional.empty());
        }
        return ending.wasProbed() ? endedProbed(now, ending) : endedUnprobed(now, ending);
    }

    private static Step endedProbed(Case now, Ending ending) {
        if (ending.settled().compareTo(window(ending.sensitivity())) > 0 || !isUnusual(now, ending)) {
            return new Step(now, Optional.empty());
        }
        String what = what(ending);
        Optional<String> innocence = innocence(now, ending);
        if (innocence.isPresent()) {
            return new Step(now, Optional.of(new Decision.Spare(now.build(), what + "; " + innocence.get())));
        }
        if (ending.sensitivity() == Tier.Sensitivity.LOW && now.probed().ended(ending.end()) < 2) {
            return new Step(
                    now, Optional.of(new Decision.Spare(now.build(), what + "; its tier lets one such end be")));
        }
        return switch (now.circuit()) {
            case Circuit.Closed closed -> {
                boolean forgiven = closed.since().plus(FORGIVEN).isBefore(ending.at());
                yield open(now, ending, quarantine(first(ending), ending), forgiven ? 1 : closed.times() + 1);
            }
            case Circuit.HalfOpen half ->
                open(now, ending, new Scope(half.level(), half.functions()), half.times() + 1);
            case Circuit.Open open ->
                predates(open, ending)
                        ? new Step(now, Optional.empty())
                        : open(now, ending, quarantine(next(open, ending), ending), open.times());
        };
    }

    private static Step endedUnprobed(Case now, Ending ending) {
        if (!(now.circuit() instanceof Circuit.Open) || innocence(now, ending).isEmpty()) {
            return new Step(now, Optional.empty());
        }
        String why = what(ending) + "; " + innocence(now, ending).get();
        return new Step(
                now.with(new Circuit.Closed(ending.at(), 0)), Optional.of(new Decision.Acquit(now.build(), why)));
    }

    /// Some time has gone by.
    public static Step look(Case before, Instant now) {
        return switch (before.circuit()) {
            case Circuit.Open(var level, var functions, var _, var until, int times)
            when !now.isBefore(until) -> {
                Instant watched = now.plus(HIGH_WINDOW);
                yield new Step(
                        before.with(new Circuit.HalfOpen(level, functions, now, watched, times)),
                        Optional.of(new Decision.Retry(
                                before.build(), watched, "its quarantine is over; one process is probed first")));
            }
            case Circuit.HalfOpen(var _, var _, var _, var until, int times)
            when !now.isBefore(until) ->
                new Step(
                        before.with(new Circuit.Closed(now, times)),
                        Optional.of(new Decision.Trust(
                                before.build(), "no process of it ended badly since its quarantine ended")));
            case Circuit.Closed _, Circuit.Open _, Circuit.HalfOpen _ -> new Step(before, Optional.empty());
        };
    }

    /// A person has ended the quarantine.
    public static Case lifted(Case before, Instant now) {
        return before.with(new Circuit.Closed(now, before.circuit().times()));
    }

    /// When [#look] has something to say; empty if never.
    public static Optional<Instant> nextLook(Case of) {
        return switch (of.circuit()) {
            case Circuit.Closed _ -> Optional.empty();
            case Circuit.Open open -> Optional.of(open.until());
            case Circuit.HalfOpen half -> Optional.of(half.until());
        };
    }

    /// What a quarantine takes away.
    private record Scope(Level level, List<String> functions) {}

    private static Scope quarantine(Level level, Ending ending) {
        return new Scope(level, level == Level.FUNCTIONS ? ending.functions().subList(0, 1) : List.<String>of());
    }

    private static Step open(Case now, Ending ending, Scope scope, int times) {
        Duration term = TERMS.get(Math.min(times, TERMS.size()) - 1);
        Instant until = ending.at().plus(term);
        return new Step(
                now.with(new Circuit.Open(scope.level, scope.functions, ending.at(), until, times)),
                Optional.of(new Decision.Quarantine(
                        now.build(), scope.level, scope.functions, until, times, what(ending))));
    }

    /// The least that may help.
    private static Level first(Ending ending) {
        if (ending.sensitivity() == Tier.Sensitivity.HIGH) {
            return Level.ALL;
        }
        return ending.returns() ? Level.RETURNS : afterReturns(ending);
    }

    private static Level afterReturns(Ending ending) {
        return ending.functions().isEmpty() ? Level.ALL : Level.FUNCTIONS;
    }

    private static Level next(Circuit.Open open, Ending ending) {
        return open.level() == Level.RETURNS ? afterReturns(ending) : Level.ALL;
    }

    /// Had it still the probes that the quarantine takes away?
    private static boolean predates(Circuit.Open open, Ending ending) {
        return switch (open.level()) {
            case RETURNS -> ending.returns();
            case FUNCTIONS -> ending.functions().stream().anyMatch(open.functions()::contains);
            case ALL -> true;
        };
    }

    /// A signal always is; an exit status is if the program has lived often and never ended so without probes, unless
    /// it ends by ever other ones.
    private static boolean isUnusual(Case now, Ending ending) {
        return ending.status().orElseThrow().isCrash()
                || (now.unprobed().lives() >= KNOWN_LIVES
                        && now.unprobed().ended(ending.end()) == 0
                        && exitStatuses(now) < ANSWERS);
    }

    private static long exitStatuses(Case of) {
        return Stream.concat(of.probed().ends().keySet().stream(), of.unprobed().ends().keySet().stream())
                .filter(end -> end.startsWith("exit "))
                .distinct()
                .count();
    }

    /// Does it end like that without probes as often? Were probes harmless, each such end would be as likely in
    /// every hour with them as in every hour without: so the number of those with probes would have the
    /// binomial distribution.
    ///
    /// @return why the probes are not held to be the cause; empty if they are
    private static Optional<String> innocence(Case now, Ending ending) {
        Standing standing = Standing.of(now, ending.end());
        return standing.without() > 0 && standing.with() > 0 && standing.chance() >= UNLIKELY
                ? Optional.of("it did so " + standing)
                : Optional.empty();
    }

    /// How likely so many of so many are, each with this probability.
    static double atLeast(int many, int of, double probability) {
        if (many <= 0 || probability >= 1) {
            return 1;
        }
        if (probability <= 0) {
            return 0;
        }
        // Logarithms: of thousands, the first terms are smaller than any double.
        double term = of * Math.log1p(-probability);
        double odds = Math.log(probability) - Math.log1p(-probability);
        double below = 0;
        for (int i = 0; i < many; i++) {
            below += Math.exp(term);
            term += Math.log((of - i) / (i + 1.0)) + odds;
        }
        return Math.max(1 - below, 0);
    }

    static Duration window(Tier.Sensitivity sensitivity) {
        return switch (sensitivity) {
            case LOW -> LOW_WINDOW;
            case NORMAL -> WINDOW;
            case HIGH -> HIGH_WINDOW;
        };
    }

    private static String what(Ending ending) {
        String how = ending.status().orElseThrow().toString();
        return ending.wasProbed()
                ? "pid %s ended by %s %s after it got probes".formatted(ending.process(), how, time(ending.settled()))
                : "pid %s ended by %s without probes".formatted(ending.process(), how);
    }

    static String time(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 10) {
            long micros = duration.toNanos() / 1000;
            return micros < 10_000 ? micros + " us" : micros / 1000 + " ms";
        }
        return seconds < 600 ? seconds + " s" : seconds < 36_000 ? seconds / 60 + " min" : seconds / 3600 + " h";
    }
}
