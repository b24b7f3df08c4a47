package dev.stet.probe.unwind;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/// What programs in the kernel do, the ring buffer with its delay, and the truth about each call.
final class SimulatedKernel implements Target {
    final Random random;
    final Unwinds unwinds = new Unwinds(this);
    final Map<Long, Long> memory = new HashMap<>();
    final Set<Owner> living = new HashSet<>();

    /// Left, and not yet found out.
    final Map<UnderWay, Abandoned.Cause> left = new LinkedHashMap<>();

    final Map<UnderWay, Abandoned> found = new LinkedHashMap<>();
    private final Map<UnderWay.Key, UnderWay> calls = new LinkedHashMap<>();
    private final Deque<Runnable> ring = new ArrayDeque<>();
    private boolean isLosing;
    private boolean hasLost;
    long now = 1;

    SimulatedKernel(Random random) {
        this.random = random;
    }

    UnderWay enter(Owner owner, long function, long frame) {
        now += 1 + random.nextInt(5_000_000);
        UnderWay call = new UnderWay(owner, function, frame, now);
        UnderWay before = calls.put(call.key(), call);
        if (before != null) {
            if (!found.containsKey(before)) {
                check(before);
            }
            long time = now;
            // It is never lost: the program counts and repeats what did not fit.
            ring.add(() -> unwinds.replaced(before, time).ifPresent(each -> {
                check(each.call());
                found(each);
            }));
        }
        return call;
    }

    void leave(UnderWay call) {
        now += 1 + random.nextInt(1000);
        UnderWay removed = calls.remove(call.key());
        if (removed == null) {
            throw new AssertionError("given up while under way: " + call);
        }
        long end = now;
        if (random.nextInt(4) > 0) {
            tell(() -> unwinds.delivered(call, end));
        }
    }

    void abandon(UnderWay call, Abandoned.Cause cause) {
        left.put(call, cause);
    }

    void mark(Owner owner, Marker.Kind kind, long frame) {
        now += 1 + random.nextInt(1000);
        Marker marker = new Marker(owner, now, kind, frame);
        tell(() -> unwinds.marked(marker));
    }

    void loseSome(boolean losing) {
        isLosing = losing;
    }

    private void tell(Runnable event) {
        if (isLosing && random.nextInt(10) == 0) {
            hasLost = true;
        } else {
            ring.add(event);
        }
    }

    void drain(int most) {
        for (int i = 0; i < most && !ring.isEmpty(); i++) {
            ring.remove().run();
        }
    }

    /// Reads the map while the threads go on, and sweeps.
    void sweep(Runnable meanwhile) {
        drain(random.nextBoolean() ? Integer.MAX_VALUE : random.nextInt(20));
        long readAt = ++now;
        List<UnderWay.Key> keys = new ArrayList<>(calls.keySet());
        java.util.Collections.shuffle(keys, random);
        List<UnderWay> read = new ArrayList<>();
        for (UnderWay.Key key : keys) {
            if (random.nextInt(6) == 0) {
                meanwhile.run();
            }
            UnderWay call = calls.get(key);
            if (call != null) {
                read.add(call);
            }
        }
        if (random.nextBoolean()) {
            drain(random.nextInt(50));
        }
        if (hasLost) {
            unwinds.lost(++now);
            hasLost = false;
        }
        now++;
        for (Abandoned each : unwinds.sweep(read, readAt, now)) {
            check(each.call());
            found(each);
            boolean isDeleted = random.nextInt(5) > 0;
            if (isDeleted && each.call().equals(calls.get(each.call().key()))) {
                calls.remove(each.call().key());
            }
        }
    }

    private void check(UnderWay call) {
        if (!left.containsKey(call)) {
            String what =
                    found.containsKey(call) ? "found twice, now and as " + found.get(call) : "it may still return";
            throw new AssertionError(what + ": " + call);
        }
    }

    private void found(Abandoned abandoned) {
        var ignored = left.remove(abandoned.call());
        found.put(abandoned.call(), abandoned);
    }

    boolean isUnderWay(UnderWay call) {
        return call.equals(calls.get(call.key()));
    }

    @Override
    public boolean threadLives(int pid, int tid) {
        return pid == tid
                ? living.stream().anyMatch(owner -> owner.pid() == pid)
                : living.contains(new Owner.NativeThread(pid, tid));
    }

    @Override
    public Slot slot(int pid, long address) {
        if (random.nextInt(20) == 0) {
            return new Slot.Unknown();
        }
        return memory.containsKey(address) ? new Slot.Holds(memory.get(address)) : new Slot.Unmapped();
    }
}
