package dev.stet.agent;

import dev.stet.agent.AgentEvent.PolicyApplied.Cause;
import dev.stet.policy.Exemption;
import dev.stet.policy.Policy;
import dev.stet.policy.ReadResult;
import dev.stet.policy.yaml.Problem;
import dev.stet.policy.yaml.SourceText;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// Which policy is in force: that of the files, as soon as they are right; until then the one before,
/// also over a restart. And what time does to it. Starts no thread and sets no timer: whoever has some
/// calls it.
final class PolicyKeeper {
    /// A file that is wrong, or looks unfinished, may be being written: it is told of, or applied, when
    /// so long nothing has changed,
    static final Duration SETTLED = Duration.ofSeconds(1);
    /// or so long after the first change in any case.
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private final PolicyDirectory directory;
    private final Remembered remembered;
    private final Quarantines quarantines;
    private final Clock clock;
    private final Apply apply;
    private final Consumer<AgentEvent> sink;
    private final Expiries expiries;

    private Optional<Policy> policy = Optional.empty();
    private List<SourceText> texts = List.of();
    private Set<Exemption> living = Set.of();
    /// Why the files are not in force.
    private List<Problem> wrong = List.of();

    private int generation;
    private Optional<Instant> since = Optional.empty();
    private volatile AgentState.PolicyState state;
    private Optional<Unsettled> unsettled = Optional.empty();

    /// Puts a policy in force at once.
    interface Apply {
        /// @param ended names of exemptions that time has just ended
        /// @param since when the change was noticed, by [System#nanoTime]
        /// @return done when every process is as the policy wants it; the next one need not wait for
        ///     that
        CompletableFuture<AgentEvent.Effect> apply(Optional<Policy> policy, Set<String> ended, long since);
    }

    /// Files that are just being written.
    ///
    /// @param first when their first change was noticed, by [System#nanoTime]
    /// @param last when the last was
    private record Unsettled(long first, long last) {
        long over() {
            return Math.min(last + SETTLED.toNanos(), first + PATIENCE.toNanos());
        }
    }

    PolicyKeeper(
            PolicyDirectory directory,
            Remembered remembered,
            Quarantines quarantines,
            Clock clock,
            Apply apply,
            Consumer<AgentEvent> sink) {
        this.directory = directory;
        this.remembered = remembered;
        this.quarantines = quarantines;
        this.clock = clock;
        this.apply = apply;
        this.sink = sink;
        expiries = new Expiries(remembered.warnings());
        state = new AgentState.PolicyState(directory.path(), 0, Optional.empty(), 0, 0, List.of());
    }

    /// Reads the files for the first time. If they are wrong, the last policy that was right is in
    /// force, if one is known; else nothing is probed.
    synchronized void start(long since) {
        Instant now = clock.instant();
        PolicyTexts read = directory.texts(quarantines::collect);
        Optional<LastPolicy.Saved> last = remembered.lastPolicy(directory.path());
        Optional<Policy> before = last.flatMap(saved -> policy(new PolicyTexts(saved.texts(), List.of()), now));
        switch (parse(read, now)) {
            case ReadResult.Valid valid -> {
                policy = before;
                inForce(valid, read.texts(), Cause.START, now, since).join();
            }
            case ReadResult.Invalid(var problems) -> {
                wrong = problems;
                if (before.isPresent()) {
                    policy = before;
                    texts = last.orElseThrow().texts();
                    living = Expiries.inForce(before.get(), now);
                    remembered.rules().inForce(before.get(), now);
                    this.since = Optional.of(now);
                    told();
                    var ignored = apply.apply(before, Set.of(), since).join();
                    sink.accept(new AgentEvent.PolicyRestored(
                            last.get().saved(), before.get().written().size(), problems));
                } else {
                    told();
                    sink.accept(new AgentEvent.PolicyRejected(problems));
                    var ignored = apply.apply(Optional.empty(), Set.of(), since).join();
                }
            }
        }
        policy.ifPresent(started -> expiries.started(started, now));
        var ignored = look(since);
    }

    /// Which policy is in force now.
    AgentState.PolicyState state() {
        return state;
    }

    private void told() {
        state = new AgentState.PolicyState(
                directory.path(),
                generation,
                since,
                policy.map(it -> it.written().size()).orElse(0),
                (int) texts.stream().filter(quarantines::isOne).count(),
                wrong);
    }

    private ReadResult parse(PolicyTexts read, Instant now) {
        return read.parse(remembered.rules()::firstSeen, now);
    }

    private Optional<Policy> policy(PolicyTexts read, Instant now) {
        return parse(read, now) instanceof ReadResult.Valid(var valid, var _) ? Optional.of(valid) : Optional.empty();
    }

    /// Something in the directory has changed.
    ///
    /// @param since when that was noticed, by [System#nanoTime]
    /// @return in how long [#look] is to be called; sooner does no harm
    synchronized Duration changed(long since) {
        unsettled = Optional.of(new Unsettled(unsettled.map(Unsettled::first).orElse(since), since));
        if (areQuarantinesOthers()) {
            // Whatever else is wrong or unfinished: these are not to be waited for.
            guarded(Cause.FILES, since);
        }
        return read(since);
    }

    private boolean areQuarantinesOthers() {
        List<SourceText> now = new ArrayList<>();
        quarantines.collect(now, new ArrayList<>());
        return !new HashSet<>(now)
                .equals(texts.stream().filter(quarantines::isOne).collect(Collectors.toSet()));
    }

    private Duration read(long now) {
        Unsettled writing = unsettled.orElseThrow();
        Instant moment = clock.instant();
        PolicyTexts read = directory.texts(quarantines::collect);
        ReadResult result = parse(read, moment);
        boolean isOver = now - writing.over() >= 0;
        boolean mayBeUnfinished = result instanceof ReadResult.Invalid || unfinished(read);
        if (mayBeUnfinished && !isOver) {
            return Duration.ofNanos(writing.over() - now);
        }
        unsettled = Optional.empty();
        switch (result) {
            case ReadResult.Invalid(List<Problem> problems) -> {
                wrong = problems;
                told();
                sink.accept(new AgentEvent.PolicyRejected(problems));
            }
            case ReadResult.Valid valid -> {
                if (!wrong.isEmpty() || !policy.equals(Optional.of(valid.policy()))) {
                    var ignored = inForce(valid, read.texts(), Cause.FILES, moment, writing.first);
                } else {
                    texts = read.texts();
                }
            }
        }
        return look(now);
    }

    /// The guardian has made quarantines, or has ended some: what is in force but for that, with those.
    /// Processes that are looked at after this has returned are judged by it.
    ///
    /// @param since when that became necessary, by [System#nanoTime]
    synchronized void guarded(long since) {
        guarded(Cause.GUARDIAN, since);
    }

    private void guarded(Cause cause, long since) {
        if (policy.isEmpty()) {
            return; // nothing is probed
        }
        Instant now = clock.instant();
        List<SourceText> all = new ArrayList<>(
                texts.stream().filter(text -> !quarantines.isOne(text)).toList());
        List<Problem> problems = new ArrayList<>();
        quarantines.collect(all, problems);
        switch (parse(new PolicyTexts(all, List.of()), now)) {
            case ReadResult.Valid valid -> {
                List<Problem> filesAreWrong = wrong;
                var ignored = inForce(valid, all, cause, now, since);
                wrong = filesAreWrong;
                told();
            }
            case ReadResult.Invalid(var wrongs) -> sink.accept(new AgentEvent.PolicyRejected(wrongs));
        }
    }

    /// Of what has changed, is any only begun? A directory that is gone may be about to be replaced as a
    /// whole, or its file system to be mounted again; that nothing is exempt any more can wait.
    private boolean unfinished(PolicyTexts read) {
        if (!texts.isEmpty() && !Files.isDirectory(directory.path())) {
            return true;
        }
        Set<SourceText> known = new HashSet<>(texts);
        return new PolicyTexts(
                        read.texts().stream()
                                .filter(text -> !known.contains(text))
                                .toList(),
                        List.of())
                .looksUnfinished();
    }

    /// @return done when every process is as it wants it, which has been told then
    private CompletableFuture<Void> inForce(
            ReadResult.Valid valid, List<SourceText> from, Cause cause, Instant now, long since) {
        Policy next = valid.policy();
        List<AgentEvent.RuleChange> changes = RuleChanges.between(policy.orElse(Policy.EMPTY), next);
        if (cause != Cause.START) {
            Set<Exemption> known = new HashSet<>(policy.map(Policy::exemptions).orElse(List.of()));
            next.exemptions().stream()
                    .filter(rule -> !known.contains(rule))
                    .forEach(rule -> expiries.written(rule, now));
        }
        wrong = List.of();
        policy = Optional.of(next);
        texts = from;
        living = Expiries.inForce(next, now);
        remembered.rules().inForce(next, now);
        remembered.savePolicy(directory.path(), from, now);
        generation++;
        this.since = Optional.of(now);
        told();
        int number = generation;
        return apply.apply(policy, Set.of(), since)
                .thenAccept(effect -> sink.accept(new AgentEvent.PolicyApplied(
                        number, cause, next.written().size(), changes, effect, valid.warnings())));
    }

    /// Looks at the clock, and at files that are being written.
    ///
    /// @param now by [System#nanoTime]
    /// @return in how long to call this again, at the latest; more than nothing
    synchronized Duration look(long now) {
        if (unsettled.isPresent() && now - unsettled.get().over() >= 0) {
            return read(now);
        }
        Duration pause = policy.map(it -> lookAtTime(it, now)).orElse(Expiries.LOOK);
        remembered.saveWarnings(expiries.told());
        remembered.saveRules(false);
        Duration settled = unsettled
                .map(writing -> Duration.ofNanos(Math.max(writing.over() - now, 1)))
                .orElse(pause);
        return pause.compareTo(settled) < 0 ? pause : settled;
    }

    /// The rules that were in force and are not, or the other way about if the clock was set back, make
    /// a change of policy, whatever a timer says.
    private Duration lookAtTime(Policy current, long now) {
        Instant moment = clock.instant();
        Set<Exemption> living = Expiries.inForce(current, moment);
        if (!living.equals(this.living)) {
            Set<Exemption> ended = new HashSet<>(this.living);
            ended.removeAll(living);
            this.living = living;
            generation++;
            since = Optional.of(moment);
            told();
            ended.forEach(rule -> sink.accept(new AgentEvent.Expired(rule)));
            Set<String> names = ended.stream().map(Exemption::name).collect(Collectors.toSet());
            int number = generation;
            var ignored = apply.apply(policy, names, now)
                    .thenAccept(effect -> sink.accept(new AgentEvent.PolicyApplied(
                            number, Cause.TIME, current.written().size(), List.of(), effect, List.of())));
        }
        expiries.due(current, moment).forEach(sink);
        return Expiries.pause(current, clock.instant());
    }

    /// Writes down what is to be remembered.
    synchronized void stop() {
        remembered.saveWarnings(expiries.told());
        remembered.saveRules(true);
    }
}
