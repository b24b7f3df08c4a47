package dev.stet.agent;

import dev.stet.facts.ProcessIdentity;
import dev.stet.policy.Permission;
import dev.stet.policy.Tier;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// Lets new probes into processes, one after another where a tier wants that. What a process has already, it keeps.
final class Admission {
    private final Rollouts rollouts;
    private final Clock wall;
    private final Consumer<AgentEvent> sink;
    private final Freed freed;
    private final AtomicInteger packs = new AtomicInteger();

    /// Takes roll-outs in which a place is free.
    interface Freed {
        void freed(Rollouts.Key key);
    }

    Admission(Rollouts rollouts, Clock wall, Consumer<AgentEvent> sink, Freed freed) {
        this.rollouts = rollouts;
        this.wall = wall;
        this.sink = sink;
        this.freed = freed;
    }

    /// How much of what is wanted may be now.
    ///
    /// @param executable which file it is
    Permission ask(Target target, Judge.Judged judged, String executable) {
        Permission wanted = judged.verdict().permission();
        if (Permissions.isWithin(wanted, target.granted)) {
            release(target);
            return wanted;
        }
        Optional<Tier> tier = judged.verdict().ofTier();
        String name = tier.map(Tier::name).orElse("");
        String exe = judged.facts().exe().known().orElse("?");
        Tier.Rollout settings = tier.map(Tier::rollout).orElse(Tier.Rollout.AT_ONCE);
        var key = new Rollouts.Key(name, exe, executable, wanted, packs.get(), target.lapse);
        if (!target.rollout.equals(Optional.of(key))) {
            leave(target);
        }
        target.rollout = Optional.of(key);
        return switch (rollouts.ask(key, settings, target.identity)) {
            case Rollout.Answer.Go _ -> {
                release(target);
                yield wanted;
            }
            case Rollout.Answer.Wait(var until, var why) -> {
                hold(target, until, why);
                yield Permissions.both(target.granted, wanted);
            }
            case Rollout.Answer.Halted(var ended) -> {
                hold(
                        target,
                        OptionalLong.empty(),
                        "%d processes in a row ended soon after they got probes".formatted(ended.size()));
                yield Permissions.both(target.granted, wanted);
            }
        };
    }

    private static void release(Target target) {
        target.held = Optional.empty();
        target.heldUntil = OptionalLong.empty();
    }

    private void hold(Target target, OptionalLong until, String why) {
        boolean isNews = !target.held.equals(Optional.of(why));
        target.held = Optional.of(why);
        target.heldUntil = until;
        if (isNews) {
            Rollouts.Key key = target.rollout.orElseThrow();
            Optional<Instant> when = until.isPresent()
                    ? Optional.of(wall.instant().plus(rollouts.until(until.getAsLong())))
                    : Optional.empty();
            sink.accept(new AgentEvent.Held(target.identity, target.program(), key.tier(), key.exe(), when, why));
        }
    }

    /// Its files are as they are allowed to be.
    void brought(Target target, Permission granted) {
        if (target.attachments().isEmpty()) {
            if (target.held.isEmpty() && !target.rests()) {
                withdraw(target);
            }
        } else {
            if (!target.granted.equals(granted) && target.held.isEmpty()) {
                target.rollout.ifPresent(key -> rollouts.attached(key, target.identity));
            }
            target.granted = granted;
        }
    }

    /// It shall have no probes, or runs another program.
    void withdraw(Target target) {
        target.granted = Permission.NONE;
        leave(target);
    }

    private void leave(Target target) {
        release(target);
        Optional<Rollouts.Key> key = target.rollout;
        target.rollout = Optional.empty();
        if (key.isPresent() && rollouts.withdrawn(key.get(), target.identity)) {
            freed.freed(key.get());
        }
    }

    /// It has ended. That it did so well, or that somebody stopped it, says nothing about its probes.
    void ended(Target target) {
        if (target.ended.isPresent() && target.ended.get().status().isWell()) {
            leave(target);
            return;
        }
        Optional<Rollouts.Key> key = target.rollout;
        if (key.isEmpty()) {
            return;
        }
        ProcessIdentity process = target.identity;
        Rollouts.End end = rollouts.ended(key.get(), process);
        if (!end.halted().isEmpty()) {
            sink.accept(new AgentEvent.RolloutHalted(key.get().tier(), key.get().exe(), end.halted()));
        }
        if (end.freed()) {
            freed.freed(key.get());
        }
    }

    /// In how long its turn may come, if it waits for that.
    Optional<Duration> nextLook(Target target) {
        OptionalLong until = target.heldUntil;
        return target.held.isPresent() && until.isPresent()
                ? Optional.of(rollouts.until(until.getAsLong()))
                : Optional.empty();
    }

    /// What was halted may be tried again.
    void policyChanged() {
        rollouts.policyChanged();
    }

    /// New probes all over.
    void packsChanged() {
        packs.incrementAndGet();
    }
}
