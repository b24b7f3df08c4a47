package dev.stet.agent;

import dev.stet.agent.guardian.Account;
import dev.stet.agent.guardian.Account.Rest;
import dev.stet.agent.guardian.Budget;
import dev.stet.agent.guardian.Load;
import dev.stet.agent.guardian.Relief;
import dev.stet.agent.guardian.Weighing;
import dev.stet.facts.ProcessIdentity;
import dev.stet.policy.Tier;
import dev.stet.probe.Hit;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// Keeps what probes cost within budgets: counts what is hit, and lets functions rest that are hit too
/// much. One thread at a time.
public final class Budgets {
    /// How often to look.
    static final Duration PAUSE = Duration.ofSeconds(1);

    private final Machine machine;
    private volatile Limits limits;
    private final Clock wall;
    private final Consumer<AgentEvent> sink;
    private final Consumer<String> record;
    private final Map<ProcessIdentity, Account> accounts = new HashMap<>();
    private Account whole;
    private long last;
    private volatile Duration cost = Duration.ZERO;
    private volatile Map<ProcessIdentity, Map<String, Long>> rates = Map.of();

    /// @param processPercent of one CPU's time that probes may take from a process whose tier says
    ///     nothing about it; empty: any
    /// @param machinePercent of all CPUs' time together that they may take from all processes; empty:
    ///     any
    public record Limits(OptionalDouble processPercent, OptionalDouble machinePercent) {
        /// None but those of tiers.
        public static final Limits NONE = new Limits(OptionalDouble.empty(), OptionalDouble.empty());
    }

    /// Where it is measured.
    interface Machine {
        /// What was hit since the last time this was asked for.
        List<Hit> hits() throws IOException;

        /// What one hit costs.
        Duration hitCost();

        int processors();

        /// Nanoseconds of something that goes on evenly.
        long nanos();
    }

    /// @param record takes what is decided, with its evidence
    Budgets(Machine machine, Limits limits, Clock wall, Consumer<AgentEvent> sink, Consumer<String> record) {
        this.machine = machine;
        this.limits = limits;
        this.wall = wall;
        this.sink = sink;
        this.record = record;
        last = machine.nanos();
        whole = Account.of("this machine", Long.MAX_VALUE);
    }

    /// Others count from the next look on.
    void limit(Limits next) {
        limits = next;
    }

    /// Looks at what was hit, and decides.
    ///
    /// @param targets by pid
    /// @return those in which others are to be probed now
    List<Target> look(Map<Integer, Target> targets) throws IOException {
        if (cost.isZero()) {
            cost = machine.hitCost();
        }
        whole = whole.within(perSecond(limits.machinePercent, machine.processors()));
        long now = machine.nanos();
        long millis = Math.max((now - last) / 1_000_000, 1);
        last = now;
        Map<ProcessIdentity, Map<String, Long>> rates = new HashMap<>();
        for (Hit hit : machine.hits()) {
            rates.computeIfAbsent(hit.attachment().process(), _ -> new TreeMap<>())
                    .merge(hit.function(), Math.max(hit.count() * 1000 / millis, 1), Long::sum);
        }
        this.rates = rates; // nobody changes it from here on
        accounts.keySet().removeIf(process -> isGone(targets, process));
        Set<ProcessIdentity> changed = new HashSet<>();
        Set<ProcessIdentity> all = new HashSet<>(accounts.keySet());
        all.addAll(rates.keySet());
        for (ProcessIdentity process : all) {
            Target target = targets.get(process.pid());
            if (target != null && target.identity.equals(process)) {
                changed.addAll(weigh(target, load(process, rates.getOrDefault(process, Map.of())), now));
            }
        }
        changed.addAll(weigh(targets, rates, now));
        return changed.stream()
                .filter(process -> !isGone(targets, process))
                .map(process -> targets.get(process.pid()))
                .filter(this::rest)
                .toList();
    }

    /// How often a process's breakpoints were hit in the last second, by function; empty if none was.
    Map<String, Long> perSecond(ProcessIdentity process) {
        return rates.getOrDefault(process, Map.of());
    }

    /// What one hit costs; zero until it is measured.
    Duration hitCost() {
        return cost;
    }

    private static boolean isGone(Map<Integer, Target> targets, ProcessIdentity process) {
        Target target = targets.get(process.pid());
        return target == null || !target.identity.equals(process);
    }

    private Set<ProcessIdentity> weigh(Target target, Load load, long now) {
        long limit = limit(target);
        Account before = accounts.getOrDefault(
                target.identity, Account.of(target.program() + "[" + target.identity + "]", limit));
        Budget.Step step = Budget.look(before.within(limit), load, now / 1_000_000);
        if (step.after().equals(Account.of(step.after().of(), limit))) {
            accounts.remove(target.identity); // nothing to keep in mind
        } else {
            accounts.put(target.identity, step.after());
        }
        return told(before.within(limit), load, step, now);
    }

    private Set<ProcessIdentity> weigh(
            Map<Integer, Target> targets, Map<ProcessIdentity, Map<String, Long>> rates, long now) {
        Account before = new Account(
                whole.of(),
                whole.limit(),
                whole.over(),
                whole.calm(),
                whole.rests().stream()
                        .filter(rest -> !isGone(targets, rest.process()))
                        .toList());
        List<Load.Hot> all = new ArrayList<>();
        rates.forEach((process, functions) -> all.addAll(hot(process, functions)));
        Load load = load(all);
        Budget.Step step = Budget.look(before, load, now / 1_000_000);
        whole = step.after();
        return told(before, load, step, now);
    }

    /// @return the processes in which something changes
    private Set<ProcessIdentity> told(Account before, Load load, Budget.Step step, long now) {
        if (step.relief().isEmpty()) {
            return Set.of();
        }
        Relief relief = step.relief().get();
        Instant at = wall.instant();
        record.accept(new Weighing(at, now / 1_000_000, before, load, relief).json());
        sink.accept(new AgentEvent.Relieved(before.of(), relief, now / 1_000_000));
        return switch (relief) {
            case Relief.Take(var functions, var _) ->
                functions.stream().map(Rest::process).collect(Collectors.toSet());
            case Relief.Give(var function, var _) -> Set.of(function.process());
        };
    }

    /// @return true if the process is to be looked at
    private boolean rest(Target target) {
        Set<String> functions = new HashSet<>();
        List<Account> both = List.of(whole, accounts.getOrDefault(target.identity, Account.of("", 0)));
        for (Account account : both) {
            account.rests().stream()
                    .filter(rest -> rest.resting() && rest.process().equals(target.identity))
                    .forEach(rest -> functions.add(rest.function()));
        }
        return target.rest(functions);
    }

    private long limit(Target target) {
        Tier.Budget budget = target.budget();
        long cpu = perSecond(
                budget.cpuPercent().isPresent() || budget.hits().isPresent()
                        ? budget.cpuPercent()
                        : limits.processPercent,
                1);
        return Math.min(cpu, budget.hits().orElse(Long.MAX_VALUE));
    }

    private long perSecond(OptionalDouble percent, int processors) {
        return percent.isPresent()
                ? Math.max((long) (percent.getAsDouble() / 100 * processors * 1e9 / cost.toNanos()), 1)
                : Long.MAX_VALUE;
    }

    private static Load load(ProcessIdentity process, Map<String, Long> functions) {
        return load(hot(process, functions));
    }

    private static List<Load.Hot> hot(ProcessIdentity process, Map<String, Long> functions) {
        return functions.entrySet().stream()
                .map(each -> new Load.Hot(process, each.getKey(), each.getValue()))
                .toList();
    }

    private static Load load(List<Load.Hot> all) {
        return new Load(
                all.stream().mapToLong(Load.Hot::perSecond).sum(),
                all.stream()
                        .sorted(Comparator.comparingLong(Load.Hot::perSecond).reversed())
                        .limit(Load.MAX_HOTTEST)
                        .toList());
    }
}
