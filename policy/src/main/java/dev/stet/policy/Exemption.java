package dev.stet.policy;

import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/// A rule that lets processes stand.
///
/// @param name unique within the files of a policy
/// @param file where it was written, or what made it: `policy.d/fibers.yaml`, `guardian`
/// @param line of its name, 1-based; 0 if no file has it
/// @param reason why, for whoever finds it in a year
/// @param owner who answers for it
/// @param ticket where it is discussed
/// @param expires the first moment at which it has no effect; empty if it never ends
/// @param exempt what it removes; never empty
/// @param match which processes
public record Exemption(
        String name,
        String file,
        int line,
        String reason,
        String owner,
        Optional<String> ticket,
        Optional<Instant> expires,
        Set<Aspect> exempt,
        Match match) {
    /// By name, then by place: any total order will do, so that verdicts do not depend on the order of files.
    static final Comparator<Exemption> ORDER = Comparator.comparing(Exemption::name)
            .thenComparing(Exemption::file)
            .thenComparingInt(Exemption::line)
            .thenComparing(Exemption::toString);

    /// @throws IllegalArgumentException if it exempts nothing
    public Exemption {
        if (exempt.isEmpty()) {
            throw new IllegalArgumentException("an exemption exempts something");
        }
        exempt = Set.copyOf(exempt.contains(Aspect.ALL) ? EnumSet.of(Aspect.ALL) : exempt);
    }

    /// Has it no effect any more? From the very moment of `expires` on.
    public boolean isExpired(Instant now) {
        return expires.isPresent() && !now.isBefore(expires.get());
    }
}
