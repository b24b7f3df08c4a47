package dev.stet.agent;

import dev.stet.facts.ProcessIdentity;
import dev.stet.policy.Verdict;
import dev.stet.policy.yaml.Problem;
import dev.stet.probe.Attachment;
import dev.stet.probe.Plan;
import java.time.Duration;
import java.util.List;

/// What the agent did or noticed, but for the calls it saw.
public sealed interface AgentEvent {
    /// Probes are on a file of a process from now on.
    ///
    /// @param took from the decision to attach
    record Attached(Attachment attachment, Duration took) implements AgentEvent {}

    /// Probes are off a file of a process.
    ///
    /// @param took from the moment that made them unwanted, which for an exec is the exec itself
    record Detached(Attachment attachment, Why why, Duration took) implements AgentEvent {
        /// What made them unwanted.
        public enum Why {
            EXEC,
            POLICY,
            PACKS,
            ENDED,
            STOPPING
        }
    }

    /// A process was judged, and not as before.
    record Judged(ProcessIdentity process, String program, Verdict verdict) implements AgentEvent {}

    /// A binary, or part of it, is left alone because of what it is.
    ///
    /// @param path as the target sees it
    record Refused(ProcessIdentity process, String program, String path, List<Plan.Refusal> refusals)
            implements AgentEvent {
        public Refused {
            refusals = List.copyOf(refusals);
        }
    }

    /// A probe's function is not in a binary that a person named for it.
    ///
    /// @param close functions of similar names
    record NotFound(ProcessIdentity process, String path, String function, List<String> close) implements AgentEvent {
        public NotFound {
            close = List.copyOf(close);
        }
    }

    /// A policy is in force, on every process: what it exempts has been let go.
    ///
    /// @param generation 1 for the first
    /// @param exemptions in it
    /// @param detached breakpoints that were removed for it
    /// @param attached breakpoints that were planted for it
    /// @param took from when the change was noticed until the last breakpoint was gone
    record PolicyApplied(
            int generation, int exemptions, int detached, int attached, Duration took, List<Problem> warnings)
            implements AgentEvent {
        public PolicyApplied {
            warnings = List.copyOf(warnings);
        }
    }

    /// A policy is wrong and was not applied; the one before is still in force, or nothing is probed.
    record PolicyRejected(List<Problem> problems) implements AgentEvent {
        public PolicyRejected {
            problems = List.copyOf(problems);
        }
    }

    /// Other packs are in force, on every process.
    ///
    /// @param packs how many
    /// @param detached breakpoints that were removed for it
    /// @param attached breakpoints that were planted for it
    record PacksApplied(int packs, int detached, int attached, Duration took) implements AgentEvent {}

    /// A pack is wrong; the packs before are still in force.
    record PacksRejected(List<Problem> problems) implements AgentEvent {
        public PacksRejected {
            problems = List.copyOf(problems);
        }
    }

    /// A process that was traced has ended.
    record Ended(ProcessIdentity process, String program) implements AgentEvent {}

    /// Anything else a person should know.
    record Notice(String text) implements AgentEvent {}
}
