package dev.stet.agent;

import dev.stet.kernel.TrapCost;
import dev.stet.probe.Hit;
import dev.stet.probe.Uprobes;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// What this machine's breakpoints are hit, and cost.
final class HitCounts implements Budgets.Machine {
    /// Where it cannot be measured.
    private static final Duration GUESS = Duration.ofNanos(3000);

    private final Uprobes uprobes;

    HitCounts(Uprobes uprobes) {
        this.uprobes = uprobes;
    }

    @Override
    public List<Hit> hits() throws IOException {
        return uprobes.hits();
    }

    @Override
    public Duration hitCost() {
        try {
            return TrapCost.measure();
        } catch (IOException e) {
            return GUESS;
        }
    }

    @Override
    public int processors() {
        return Runtime.getRuntime().availableProcessors();
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }
}
