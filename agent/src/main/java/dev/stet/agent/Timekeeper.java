package dev.stet.agent;

import dev.stet.policy.Moment;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;

/// Tells what time it is, by both clocks that matter.
///
/// @param wall what people write dates by
/// @param uptime since the machine was started, its sleep included; nobody sets it
record Timekeeper(Clock wall, Supplier<Duration> uptime) {
    /// @param known for how long the process is known to run its present program
    Moment moment(Duration known) {
        return new Moment(wall.instant(), uptime.get(), known);
    }
}
