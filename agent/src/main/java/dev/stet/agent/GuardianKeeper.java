package dev.stet.agent;

import dev.stet.agent.guardian.Build;
import dev.stet.agent.guardian.Case;
import dev.stet.agent.guardian.Circuit;
import dev.stet.agent.guardian.Decision;
import dev.stet.agent.guardian.Deliberation;
import dev.stet.agent.guardian.Ending;
import dev.stet.agent.guardian.Guardian;
import dev.stet.agent.guardian.Ledger;
import dev.stet.facts.ExitStatus;
import dev.stet.policy.Exemption;
import dev.stet.policy.Policy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// Hears how processes end, keeps the ledger of that, and puts in force what [Guardian] decides. Starts no thread and
/// sets no timer: whoever has some calls it.
final class GuardianKeeper {
    /// Quarantines at once: a machine on which so much dies has another trouble than Stet.
    private static final int MAX_QUARANTINES = 200;
    /// Decisions that wait for being written.
    private static final int MAX_RECORD = 10_000;
    /// That a program is spared is told once in so long: it may be started again and again.
    private static final Duration QUIET = Duration.ofMinutes(10);

    private final Remembered remembered;
    private final Quarantines quarantines;
    private final Clock clock;
    private final Consumer<AgentEvent> sink;
    private final Ledger ledger;
    private final Map<Build, Instant> spared = new HashMap<>();
    private boolean dirty;
    private final List<String> record = new ArrayList<>();
    private Change change = _ -> {};

    /// Puts the quarantines in force as they are now.
    interface Change {
        /// @param since when that became necessary, by [System#nanoTime]
        void apply(long since);
    }

    GuardianKeeper(Remembered remembered, Quarantines quarantines, Clock clock, Consumer<AgentEvent> sink) {
        this.remembered = remembered;
        this.quarantines = quarantines;
        this.clock = clock;
        this.sink = sink;
        ledger = remembered.ledger();
    }

    void start(Change how) {
        change = how;
    }

    /// A process has ended, or runs another program from now on. What is decided is in force when this returns.
    ///
    /// @param status empty for an exec
    /// @param nanos when, by [System#nanoTime]
    void ended(Target target, Optional<ExitStatus> status, long nanos) {
        Optional<Build> build = target.build();
        if (build.isEmpty()) {
            return; // nobody has looked into its executable, so nobody can know it again
        }
        Target.Span span = target.span(nanos);
        if (span.probed().isZero() && !target.isUntouched(nanos)) {
            return;
        }
        Ending ending = new Ending(
                clock.instant(),
                target.identity,
                build.get(),
                status,
                span.unprobed(),
                span.probed(),
                span.settled(),
                target.hasReturns(),
                target.busiest(),
                target.sensitivity());
        boolean changed;
        synchronized (this) {
            Case before = ledger.of(build.get(), ending.at());
            changed = take(before, Optional.of(ending), Guardian.ended(before, ending));
        }
        if (changed) {
            change.apply(nanos);
        }
    }

    /// Looks at the clock.
    ///
    /// @return in how long to call this again, at the latest
    Duration look(long nanos) {
        Instant now = clock.instant();
        boolean changed = false;
        Duration pause;
        synchronized (this) {
            for (Case each : ledger.cases()) {
                changed |= take(each, Optional.empty(), Guardian.look(each, now));
            }
            pause = ledger.nextLook()
                    .map(next -> Duration.between(now, next))
                    .filter(wait -> wait.compareTo(Expiries.LOOK) < 0)
                    .map(wait -> wait.isNegative() ? Duration.ofMillis(1) : wait)
                    .orElse(Expiries.LOOK);
        }
        if (changed) {
            change.apply(nanos);
        }
        save();
        return pause;
    }

    /// @return true if the quarantines are others now
    private boolean take(Case before, Optional<Ending> ending, Guardian.Step step) {
        if (step.decision().isEmpty()) {
            if (!step.after().equals(before)) {
                ledger.put(step.after());
                dirty = true;
            }
            return false;
        }
        Decision decision = step.decision().get();
        boolean opens = decision instanceof Decision.Quarantine && !(before.circuit() instanceof Circuit.Open);
        if (opens && ledger.open() >= MAX_QUARANTINES) {
            sink.accept(new AgentEvent.Notice("%s: %s; it is not put in quarantine, for there are %d already"
                    .formatted(before.build().exe(), decision.why(), MAX_QUARANTINES)));
            return false;
        }
        ledger.put(step.after());
        dirty = true;
        if (decision instanceof Decision.Spare && !isNews(decision.build())) {
            return false;
        }
        Instant at = ending.map(Ending::at).orElseGet(clock::instant);
        record.add(new Deliberation(at, before, ending, decision).json());
        boolean changed = switch (decision) {
            case Decision.Quarantine quarantine -> {
                quarantines.put(quarantine);
                yield true;
            }
            case Decision.Retry _, Decision.Acquit _ -> {
                quarantines.remove(decision.build());
                yield true;
            }
            case Decision.Trust _, Decision.Spare _ -> false;
        };
        sink.accept(new AgentEvent.Guarded(decision, Quarantines.name(decision.build())));
        return changed;
    }

    private boolean isNews(Build build) {
        Instant now = clock.instant();
        spared.values().removeIf(told -> told.plus(QUIET).isBefore(now));
        return spared.putIfAbsent(build, now) == null;
    }

    /// A policy is in force. A quarantine that is not in it any more, somebody has ended.
    synchronized void inForce(Policy policy) {
        Set<String> names = policy.exemptions().stream().map(Exemption::name).collect(Collectors.toSet());
        List<Path> unwritten = quarantines.unwritten();
        for (Case each : ledger.cases()) {
            if (each.circuit() instanceof Circuit.Open
                    && !names.contains(Quarantines.name(each.build()))
                    && !unwritten.contains(quarantines.file(each.build()))) {
                ledger.put(Guardian.lifted(each, clock.instant()));
                dirty = true;
            }
        }
    }

    /// Something was decided that is no more than recorded.
    synchronized void record(String line) {
        if (record.size() < MAX_RECORD) {
            record.add(line);
        }
    }

    /// Writes down what is to be remembered.
    void save() {
        Optional<byte[]> bytes = Optional.empty();
        List<String> lines;
        synchronized (this) {
            if (dirty) {
                bytes = Optional.of(ledger.bytes());
                dirty = false;
            }
            lines = List.copyOf(record);
            record.clear();
        }
        remembered.saveQuarantines(quarantines);
        remembered.saveGuardian(bytes, lines);
    }
}
