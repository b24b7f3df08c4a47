package dev.stet.agent;

import dev.stet.facts.ProcessIdentity;
import dev.stet.policy.Verdict;
import dev.stet.policy.yaml.Problem;
import dev.stet.probe.Totals;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What the agent has and knows at one moment. Nobody stops for it: processes may be a moment apart from
/// each other.
///
/// @param processes every process that it knows of, by pid
/// @param packs names of those in force
/// @param stale calls left out because their process had run exec by then
/// @param hitCost what one hit of a breakpoint takes of the target's time; zero until that is measured
public record AgentState(
        Instant at,
        Instant started,
        PolicyState policy,
        List<String> packs,
        List<ProcessState> processes,
        Totals totals,
        long stale,
        Duration hitCost) {
    public AgentState {
        packs = List.copyOf(packs);
        processes = List.copyOf(processes);
    }

    /// Which policy is in force.
    ///
    /// @param generation 1 for the first; 0 if none is in force yet
    /// @param since when it came in force; empty if none has
    /// @param exemptions that are written, those that come with Stet not counted
    /// @param quarantines of those, the guardian's
    /// @param problems of its files, which is why they are not in force; empty if they are
    public record PolicyState(
            Path directory,
            int generation,
            Optional<Instant> since,
            int exemptions,
            int quarantines,
            List<Problem> problems) {
        public PolicyState {
            problems = List.copyOf(problems);
        }
    }

    /// One process.
    ///
    /// @param program the last component of its path, or what it calls itself
    /// @param exe its path as it sees it; empty if that is not known
    /// @param uid of its user; empty if that is not known
    /// @param kernelThread it runs no program at all
    /// @param verdict empty if it was not judged yet
    /// @param idle no pack is about any of its files
    /// @param held why it waits for its probes although it may have them; empty if it does not
    /// @param files those that have probes
    /// @param resting functions that are not probed for a while because they are called too often
    /// @param hitsPerSecond of its breakpoints, in the last second
    /// @param hottest its functions that were hit most, the hottest first; some at most
    public record ProcessState(
            ProcessIdentity process,
            String program,
            Optional<String> exe,
            Optional<Integer> uid,
            boolean kernelThread,
            Optional<Verdict> verdict,
            boolean idle,
            Optional<String> held,
            List<FileState> files,
            Set<String> resting,
            long hitsPerSecond,
            List<Hot> hottest) {
        public ProcessState {
            files = List.copyOf(files);
            resting = Set.copyOf(resting);
            hottest = List.copyOf(hottest);
        }

        /// How many instructions are probed.
        public int breakpoints() {
            return files.stream().mapToInt(FileState::breakpoints).sum();
        }

        /// What share of one CPU's time its probes take from it, by what a hit costs.
        public double cpuShare(Duration hitCost) {
            return hitsPerSecond * (hitCost.toNanos() / 1e9);
        }
    }

    /// A function of which breakpoints were hit.
    ///
    /// @param perSecond in the last second, entries and exits
    public record Hot(String function, long perSecond) {}

    /// A file of a process that has probes.
    ///
    /// @param path as the process sees it
    /// @param functions that are probed
    /// @param breakpoints instructions that are probed
    /// @param packs names of those that wanted it, sorted
    public record FileState(String path, int functions, int breakpoints, List<String> packs) {
        public FileState {
            packs = List.copyOf(packs);
        }
    }
}
