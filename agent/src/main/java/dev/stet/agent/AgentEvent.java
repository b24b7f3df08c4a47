package dev.stet.agent;

import dev.stet.agent.guardian.Decision;
import dev.stet.agent.guardian.Relief;
import dev.stet.facts.ExitStatus;
import dev.stet.facts.ProcessIdentity;
import dev.stet.policy.Exemption;
import dev.stet.policy.Verdict;
import dev.stet.policy.yaml.Problem;
import dev.stet.probe.Attachment;
import dev.stet.probe.Plan;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

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
            /// Other probes of the same file have taken their place.
            REPLACED,
            PACKS,
            ENDED,
            STOPPING
        }
    }

    /// A process was judged, and not as before.
    ///
    /// @param before what it was until now; empty if it was not judged yet
    /// @param idle no pack is about any of its files, so nothing is attached whatever else may be found out; what
    ///     could be learned only from its binaries was not looked for
    record Judged(ProcessIdentity process, String program, Optional<Verdict> before, Verdict verdict, boolean idle)
            implements AgentEvent {}

    /// A process may be probed and is not yet: its tier's new probes come to others first. What comes then is told as
    /// any other attaching.
    ///
    /// @param until when it may have them at the earliest, if all goes well; empty if its turn is not known
    /// @param why for a person
    record Held(ProcessIdentity process, String program, String tier, String exe, Optional<Instant> until, String why)
            implements AgentEvent {}

    /// No more processes of an executable get probes: several have ended soon after they got them. So it stays until
    /// the policy or the executable changes.
    ///
    /// @param ended those that have
    record RolloutHalted(String tier, String exe, List<ProcessIdentity> ended) implements AgentEvent {
        public RolloutHalted {
            ended = List.copyOf(ended);
        }
    }

    /// The guardian has decided about a program that ended badly, or whose time is over.
    ///
    /// @param rule the name of its quarantine, whether or not there is one
    record Guarded(Decision decision, String rule) implements AgentEvent {}

    /// Breakpoints are not where Stet has planted them: the process has replaced its text. Calls are not seen there.
    ///
    /// @param gone of those that were looked at
    /// @param checked how many were looked at
    record Vanished(Attachment attachment, int gone, int checked) implements AgentEvent {}

    /// A tracer that was killed had left breakpoints in a process: they are gone.
    ///
    /// @param path of the file that they were in, as the target sees it
    /// @param breakpoints how many; more than 0
    record Repaired(ProcessIdentity process, String program, String path, int breakpoints) implements AgentEvent {}

    /// A process has breakpoints that are not Stet's, and that are in use or cannot be taken out: they stay.
    ///
    /// @param path of the file that they are in, as the target sees it
    /// @param breakpoints how many; more than 0
    record ForeignBreakpoints(ProcessIdentity process, String program, String path, int breakpoints)
            implements AgentEvent {}

    /// The last Stet ended while it did something with a file, which is left alone for a while.
    ///
    /// @param path as Stet saw it
    /// @param step what it was doing: `reading`, `attaching to`
    /// @param at when
    /// @param until when it is tried again
    record Suspected(String path, String step, Instant at, Instant until) implements AgentEvent {}

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

    /// A policy is in force, on every process: what it exempts has been let go. A later one may have been faster.
    ///
    /// @param generation 1 for the first
    /// @param cause what made it so
    /// @param exemptions in it
    /// @param changes against the one before
    /// @param effect what was done for it
    record PolicyApplied(
            int generation,
            Cause cause,
            int exemptions,
            List<RuleChange> changes,
            Effect effect,
            List<Problem> warnings)
            implements AgentEvent {
        public PolicyApplied {
            changes = List.copyOf(changes);
            warnings = List.copyOf(warnings);
        }

        /// What made a policy be applied.
        public enum Cause {
            /// Stet has started.
            START,
            /// Its files are others than before.
            FILES,
            /// The guardian has made or ended a quarantine.
            GUARDIAN,
            /// An exemption has ended; or has not yet, for the clock was set back.
            TIME
        }
    }

    /// What was done for a change.
    ///
    /// @param processes whose probes were changed
    /// @param detached breakpoints that were removed
    /// @param attached breakpoints that were planted
    /// @param took from when the change was noticed until the last breakpoint was gone
    record Effect(int processes, int detached, int attached, Duration took) {}

    /// A rule that one policy has and the next has not, or has differently.
    ///
    /// @param rule its name; of a tier with `tier ` before it
    /// @param file where it is written, or was
    /// @param savedBy the user who owns that file; empty if it is gone
    record RuleChange(String rule, Kind kind, String file, Optional<String> savedBy) {
        /// How.
        public enum Kind {
            ADDED,
            REMOVED,
            CHANGED
        }
    }

    /// At the start the policy's files are wrong, and the last set that was right is in force in their place.
    ///
    /// @param saved when it was last found right
    /// @param exemptions in it
    /// @param problems of the files as they are
    record PolicyRestored(Instant saved, int exemptions, List<Problem> problems) implements AgentEvent {
        public PolicyRestored {
            problems = List.copyOf(problems);
        }
    }

    /// An exemption ends soon; or its time is over and it stays in force, as it says itself, until somebody ends it.
    ///
    /// @param left until it ends; empty if its time is over
    record ExpiryWarning(Exemption rule, Optional<Duration> left) implements AgentEvent {}

    /// An exemption has ended: what it exempted is probed again.
    record Expired(Exemption rule) implements AgentEvent {}

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

    /// A process that was looked at has ended.
    ///
    /// @param how empty if that was not seen
    record Ended(ProcessIdentity process, String program, Optional<How> how) implements AgentEvent {
        /// How a process ended.
        ///
        /// @param probed for how long it had had just these probes; empty if it had none
        /// @param ran for how long it had been known to run this program
        public record How(ExitStatus status, Optional<Duration> probed, Duration ran) {}
    }

    /// Stet hangs at a file, which its time limits were to prevent. Whoever runs it is to end it now:
    /// then the next start leaves that file alone.
    ///
    /// @param step `reading`, `attaching to`
    /// @param since how long
    record Hung(String path, String step, Duration since) implements AgentEvent {}

    /// Functions are not probed for a while because they are called too often, or one is probed again.
    ///
    /// @param of whose budget it is about: a process, or the machine
    /// @param at milliseconds of the machine's uptime
    record Relieved(String of, Relief relief, long at) implements AgentEvent {}

    /// Anything else a person should know.
    record Notice(String text) implements AgentEvent {}
}
