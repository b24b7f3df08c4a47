package dev.stet.policy;

import dev.stet.facts.ProcessIdentity;
import java.time.Duration;
import java.time.Instant;

/// When a decision is made. Ages are measured by a clock that nobody sets and that runs on while the machine
/// sleeps; only what people write as dates is compared with the wall clock.
///
/// @param now by the wall clock
/// @param uptime since the machine was started, its sleep included (CLOCK_BOOTTIME)
/// @param known for how long Stet has known the process to run its present program
public record Moment(Instant now, Duration uptime, Duration known) {
    private static final long TICK_NANOS = 10_000_000; // USER_HZ is 100 on every architecture Stet runs on

    /// How long ago the process was started; zero if it claims to be from the future.
    public Duration age(ProcessIdentity process) {
        Duration age = uptime.minusNanos(process.startTicks() * TICK_NANOS);
        return age.isNegative() ? Duration.ZERO : age;
    }
}
