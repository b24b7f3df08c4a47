package dev.stet.agent.guardian;

import dev.stet.agent.guardian.Account.Rest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The one decision about load: which functions are to be left alone for a while. The hottest first, until what is
/// left is well within the budget; each comes back after a rest, one after another, and rests longer if that was too
/// soon. Pure, so that what was recorded can be decided again.
public final class Budget {
    /// How often something must be seen over its budget, once a second, until something is done.
    static final int PATIENCE = 3;
    /// So many times the budget, and it is done at once.
    static final int SUDDEN = 4;
    /// How much of the budget what is left may take, in percent; and what comes back, together with it.
    static final int CALM_PERCENT = 70;

    /// How long a function rests the first time, the second, and so on.
    private static final List<Long> TERMS = List.of(60_000L, 300_000L, 1_800_000L, 7_200_000L);
    /// Functions of one account that are kept in mind; beyond that the most rested are forgotten, which lets them
    /// come back after the shortest time.
    static final int MAX_RESTS = 4096;

    private Budget() {}

    /// What came of a look.
    ///
    /// @param relief empty if there is nothing to do
    public record Step(Account after, Optional<Relief> relief) {}

    /// Some time has gone by: to be called about once a second.
    ///
    /// @param at milliseconds of the machine's uptime
    public static Step look(Account before, Load load, long at) {
        boolean over = load.perSecond() > before.limit();
        boolean calm = load.perSecond() <= share(before.limit());
        Account now = new Account(
                before.of(),
                before.limit(),
                over ? before.over() + 1 : 0,
                calm ? before.calm() + 1 : 0,
                before.rests().stream()
                        .filter(rest -> rest.resting() || at < rest.until())
                        .toList());
        if (now.over() >= PATIENCE || load.perSecond() / SUDDEN > before.limit()) {
            return take(now, load, at);
        }
        return now.calm() >= PATIENCE ? give(now, load, at) : new Step(now, Optional.empty());
    }

    private static Step take(Account now, Load load, long at) {
        List<Rest> taken = hottest(now, load, at);
        List<Rest> rests = new ArrayList<>(now.rests());
        for (Rest rest : taken) {
            rests.removeIf(known -> known.isOf(rest.process(), rest.function()));
            rests.add(rest);
        }
        while (rests.size() > MAX_RESTS) {
            rests.removeFirst();
        }
        return taken.isEmpty()
                ? new Step(now, Optional.empty())
                : new Step(
                        new Account(now.of(), now.limit(), 0, 0, rests),
                        Optional.of(new Relief.Take(
                                taken,
                                "breakpoints of %s were hit %,d times a second; its budget is %,d"
                                        .formatted(now.of(), load.perSecond(), now.limit()))));
    }

    /// As few as will do. If as many as are looked at would not, all of the process; and so if what rests is hit still,
    /// as are probes that have no function's name.
    private static List<Rest> hottest(Account now, Load load, long at) {
        List<Rest> taken = new ArrayList<>();
        long left = load.perSecond();
        for (Load.Hot hot : load.hottest()) {
            if (left > share(now.limit()) && !isResting(now, hot)) {
                taken.add(rest(now, hot, at));
                left -= hot.perSecond();
            }
        }
        boolean one = load.hottest().stream().map(Load.Hot::process).distinct().count() == 1;
        boolean many = one && taken.size() == Load.MAX_HOTTEST && left > share(now.limit());
        boolean vain =
                taken.isEmpty() && now.over() >= PATIENCE && !load.hottest().isEmpty();
        if (many || vain) {
            Load.Hot first = load.hottest().getFirst();
            return List.of(rest(now, new Load.Hot(first.process(), Rest.ALL, load.perSecond()), at));
        }
        return taken;
    }

    private static boolean isResting(Account now, Load.Hot hot) {
        return now.rests().stream().anyMatch(rest -> rest.resting() && rest.isOf(hot.process(), hot.function()));
    }

    private static Rest rest(Account now, Load.Hot hot, long at) {
        int times = 1 + times(now, hot);
        return new Rest(hot.process(), hot.function(), hot.perSecond(), at + term(times), times, true);
    }

    private static int times(Account now, Load.Hot hot) {
        return now.rests().stream()
                .filter(rest -> rest.isOf(hot.process(), hot.function()))
                .mapToInt(Rest::times)
                .findFirst()
                .orElse(0);
    }

    private static long term(int times) {
        return TERMS.get(Math.min(times, TERMS.size()) - 1);
    }

    /// One at a time, the one that has waited for longest: what it does is seen before the next.
    private static Step give(Account now, Load load, long at) {
        Optional<Rest> next = now.rests().stream()
                .filter(rest -> rest.resting() && rest.until() <= at)
                .findFirst();
        if (next.isEmpty()) {
            return new Step(now, Optional.empty());
        }
        Rest rest = next.get();
        // How often it will be hit now, nobody knows: it is remembered for as long as it has rested.
        Rest given = new Rest(
                rest.process(), rest.function(), rest.perSecond(), at + term(rest.times()), rest.times(), false);
        List<Rest> rests = new ArrayList<>(now.rests());
        rests.set(rests.indexOf(rest), given);
        return new Step(
                new Account(now.of(), now.limit(), 0, 0, rests),
                Optional.of(new Relief.Give(
                        given,
                        "it has rested; breakpoints of %s are hit %,d times a second, of %,d"
                                .formatted(now.of(), load.perSecond(), now.limit()))));
    }

    private static long share(long limit) {
        return limit / 100 * CALM_PERCENT + limit % 100 * CALM_PERCENT / 100;
    }
}
