package dev.stet.agent.guardian;

import dev.stet.facts.ProcessIdentity;
import java.util.List;

/// How often breakpoints of something, of a process or of the whole machine, are hit.
///
/// @param perSecond all of them together
/// @param hottest those that are hit most, the hottest first; not more than [#MAX_HOTTEST]
public record Load(long perSecond, List<Hot> hottest) {
    /// As many as are looked at: so many functions at once are taken away at most.
    public static final int MAX_HOTTEST = 32;

    /// @param function of which the breakpoints are
    public record Hot(ProcessIdentity process, String function, long perSecond) {}

    public Load {
        hottest = List.copyOf(hottest);
    }
}
