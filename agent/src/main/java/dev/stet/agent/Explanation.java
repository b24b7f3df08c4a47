package dev.stet.agent;

import dev.stet.facts.FactKey;
import dev.stet.facts.ProcessFacts;
import dev.stet.policy.Tree;
import dev.stet.policy.Verdict;
import dev.stet.policy.yaml.Problem;
import java.util.List;
import java.util.Set;

/// Why a process is, or is not, probed: what every part of a policy says of it, by which facts, and what is
/// attached to it according to the kernel, whoever attached it.
///
/// @param facts every one that a rule asks for was looked for
/// @param running it is a process; else it is what a process of some file would be
/// @param whole by the policy files as they are now; without rules if a guard decides
/// @param asked the facts that rules ask for
/// @param problems of the policy files; if there are any, the verdict is that of a Stet that starts now
/// @param attached what the kernel says is attached
public record Explanation(
        ProcessFacts facts,
        boolean running,
        Tree.Whole whole,
        Set<FactKey<?>> asked,
        List<Problem> problems,
        List<AttachedFunction> attached) {
    public Explanation {
        asked = Set.copyOf(asked);
        problems = List.copyOf(problems);
        attached = List.copyOf(attached);
    }

    public Verdict verdict() {
        return whole.verdict();
    }

    /// One function of one file that has breakpoints.
    ///
    /// @param program the BPF program's name; Stet's begin with `stet_`
    /// @param path of the file
    /// @param function its name, or the file offset in hexadecimal
    /// @param breakpoints how many of its instructions
    /// @param everyProcess the link is in every process, and not in this one only
    public record AttachedFunction(
            String program, String path, String function, int breakpoints, boolean everyProcess) {
        /// Did Stet attach it?
        public boolean isStets() {
            return program.startsWith("stet_");
        }
    }
}
