package dev.stet.probe.unwind;

import dev.stet.probe.unwind.Abandoned.Cause;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Finds the calls that will never return: an exception, a jump, a panic went through them, or their thread is
/// gone. Calls themselves pay nothing for it: what is looked at is which calls are under way, now and then.
///
/// No call that may still return is given up. Stack pointers alone do not show that: coroutines and signal
/// handlers give a thread several stacks, which may lie anywhere, side by side or one within another, and calls
/// on one stack say nothing about those on another. So these are the only proofs:
///
/// - **A goroutine has one stack.** A call of it is gone if a call further out began later, or returned since.
///   Also if `Goexit` was called in it, which nothing stops.
/// - **An exception that was caught.** It was thrown at one frame and its handler runs in another of the same
///   stack, so all frames between were on that stack, and are gone. Coroutines' frames are not between.
/// - **The return address is no longer there.** While a call is under way nothing writes to the place at its
///   stack pointer. It is looked at, and looked at again, if a call that seems to be further out began later,
///   or something happened in the call that may have left it. This finds `longjmp`, panics of Rust,
///   coroutines that are thrown away.
/// - **Another call has its place.** The program in the kernel finds an entry for the same function, owner and
///   frame: see [#replaced].
/// - **The thread or process is gone.**
///
/// Each proof has to be older than a reading of the kernel's map in which the call is still under way: a call
/// that just returned is not in it. Not safe for use by several threads.
public final class Unwinds {
    /// Most calls end sooner, and need not be looked at.
    static final long GRACE_NANOS = 100_000_000;

    /// Owners whose markers are remembered. Forgotten are those that did nothing for the longest time.
    private static final int MAX_OWNERS = 4096;

    /// Calls given up whose entries may still be in the map, or in an event under way.
    private static final int MAX_DECLARED = 16_384;

    private final Target target;
    private final Map<Owner, History> histories = new Recent<>(MAX_OWNERS);
    private final Set<UnderWay> declared = Collections.newSetFromMap(new Recent<>(MAX_DECLARED));
    private final Map<UnderWay.Key, Suspect> suspects = new HashMap<>();
    private Set<Owner> idle = new HashSet<>();
    private long lostUntil;

    /// @param target is asked while [#sweep] runs
    public Unwinds(Target target) {
        this.target = target;
    }

    /// Something happened that may leave functions. To be told in the order of its time for each owner.
    public void marked(Marker marker) {
        histories.computeIfAbsent(marker.owner(), History::new).add(marker);
        idle.remove(marker.owner());
    }

    /// Some markers were lost: of two that are left it is not known that they belong together.
    ///
    /// @param time when that was found, in nanoseconds of the kernel's clock: after the last event that was told,
    ///     and before the next sweep
    public void lost(long time) {
        lostUntil = time;
    }

    /// A call returned. Costs one look-up, unless something was marked for its owner.
    ///
    /// @param end when, in nanoseconds of the kernel's clock
    public void delivered(UnderWay call, long end) {
        if (call.owner() instanceof Owner.Goroutine) {
            History history = histories.get(call.owner());
            if (history != null) {
                history.returned(call.frame(), end);
            }
        }
    }

    /// A call's entry in the kernel's map was found and overwritten when the same owner called the same function
    /// in the same frame: so it was left.
    ///
    /// @param time when that was
    /// @return empty if the call was given up before
    public Optional<Abandoned> replaced(UnderWay call, long time) {
        if (!declared.add(call)) {
            return Optional.empty();
        }
        Abandoned left = abandoned(call, Cause.UNKNOWN, time);
        // The stack of a thread that has ended is the next thread's.
        boolean isEnd = left.cause() == Cause.UNKNOWN && !lives(call.owner());
        return Optional.of(isEnd ? new Abandoned(call, Cause.END, time) : left);
    }

    /// Looks through the calls under way.
    ///
    /// @param pending what is in the kernel's map; each call was there at some time between `readAt` and now
    /// @param readAt when the reading began, in nanoseconds of the kernel's clock
    /// @param now when it had ended
    /// @return those that are found out to be abandoned, each once. They stay in the kernel's map until somebody
    ///     deletes them
    public List<Abandoned> sweep(List<UnderWay> pending, long readAt, long now) {
        Map<Owner, List<UnderWay>> byOwner = new LinkedHashMap<>();
        Set<UnderWay.Key> keys = new HashSet<>();
        for (UnderWay call : pending) {
            byOwner.computeIfAbsent(call.owner(), _ -> new ArrayList<>()).add(call);
            keys.add(call.key());
        }
        suspects.keySet().retainAll(keys);
        forgetIdle(byOwner.keySet());
        List<Abandoned> found = new ArrayList<>();
        byOwner.forEach((owner, calls) -> sweep(owner, calls, readAt, now, found));
        return found;
    }

    /// Forgets what owners did that had no call under way at this sweep, nor at the last.
    private void forgetIdle(Set<Owner> busy) {
        Set<Owner> without = new HashSet<>(histories.keySet());
        without.removeAll(busy);
        for (Owner owner : without) {
            if (idle.contains(owner)) {
                histories.remove(owner);
            }
        }
        idle = without;
    }

    private void sweep(Owner owner, List<UnderWay> calls, long readAt, long now, List<Abandoned> found) {
        calls.sort(Comparator.comparingLong(UnderWay::entry).reversed());
        History history = histories.getOrDefault(owner, new History(owner));
        boolean isAnyOld = now - calls.getLast().entry() >= GRACE_NANOS;
        boolean isGone = isAnyOld && !lives(owner);
        Outermost later = new Outermost(owner);
        int next = 0;
        for (UnderWay call : calls) {
            for (; calls.get(next).entry() > call.entry(); next++) {
                if (calls.get(next).entry() <= readAt) {
                    later.add(calls.get(next).frame());
                }
            }
            judge(call, history, later.isOuterThan(call.frame()), isGone, readAt, now)
                    .ifPresent(found::add);
        }
    }

    private boolean lives(Owner owner) {
        return switch (owner) {
            case Owner.NativeThread(int pid, int tid) -> target.threadLives(pid, tid);
            case Owner.Goroutine(int pid, var ignored) -> target.threadLives(pid, pid);
        };
    }

    /// @param overtaken a call that seems to be further out began later
    private Optional<Abandoned> judge(
            UnderWay call, History history, boolean overtaken, boolean isGone, long readAt, long now) {
        if (declared.contains(call)) {
            return Optional.empty();
        }
        Suspect suspect = suspects.get(call.key());
        if (suspect == null || suspect.entry != call.entry()) {
            suspect = new Suspect(call.entry());
        }
        boolean isProven = suspect.isProven || isProven(call, history, overtaken, readAt);
        Cause otherwise = suspect.wasGone ? Cause.END : Cause.UNKNOWN;
        if (isProven || suspect.wasGone) {
            suspects.remove(call.key());
            declared.add(call);
            return Optional.of(abandoned(call, otherwise, now));
        }
        suspect.wasGone = isGone;
        if (call.owner() instanceof Owner.NativeThread thread && (overtaken || history.mayHaveLeft(call))) {
            suspect.isProven = suspect.hasChanged(target.slot(thread.pid(), call.frame()));
        }
        if (suspect.isWorthKeeping()) {
            suspects.put(call.key(), suspect);
        }
        return Optional.empty();
    }

    private boolean isProven(UnderWay call, History history, boolean overtaken, long readAt) {
        return switch (call.owner()) {
            case Owner.NativeThread _ -> history.exceptionWentThrough(call, lostUntil, readAt);
            case Owner.Goroutine _ ->
                overtaken || history.outerReturned(call, readAt) || history.goexitIn(call, readAt);
        };
    }

    private Abandoned abandoned(UnderWay call, Cause otherwise, long now) {
        History history = histories.getOrDefault(call.owner(), new History(call.owner()));
        return history.cause(call)
                .map(marker -> new Abandoned(call, History.causeOf(marker), marker.time()))
                .orElseGet(() -> new Abandoned(call, otherwise, now));
    }
}
