package dev.stet.agent.suggest;

import dev.stet.policy.ExemptionYaml;
import java.time.Duration;
import java.util.List;

/// What follows from all that was found about one program.
public sealed interface Suggestion {
    /// What it is about, for people: a path, or what a source calls it.
    String program();

    /// For people: the numbers that decided.
    String why();

    List<Finding> findings();

    /// An exemption helps, by what is known.
    ///
    /// @param label of which a rule's name is made
    /// @param clause of the rule's match: `buildId`, `exe.glob`, `links`
    /// @param value of the clause
    /// @param aspects what it should take away, as policies write it; empty: all
    /// @param term for how long, if nobody says otherwise
    record Propose(
            String program,
            String label,
            String clause,
            String value,
            List<String> aspects,
            Duration term,
            String why,
            List<Finding> findings)
            implements Suggestion {
        public Propose {
            aspects = List.copyOf(aspects);
            findings = List.copyOf(findings);
        }

        /// The rule as a person would write it, but for its header.
        public ExemptionYaml yaml() {
            ExemptionYaml yaml = new ExemptionYaml();
            yaml.comment(program);
            yaml.clause(clause, value);
            aspects.forEach(yaml::aspect);
            return yaml;
        }
    }

    /// There is nothing to propose.
    record Nothing(String program, Cause cause, String why, List<Finding> findings) implements Suggestion {
        public Nothing {
            findings = List.copyOf(findings);
        }
    }

    /// Why there is nothing to propose.
    enum Cause {
        /// Nobody knows which program it is, or there are several that it may be.
        UNKNOWN_PROGRAM,
        /// Stet has never probed it.
        NEVER_PROBED,
        /// It never ended so with probes.
        NOT_WITH_PROBES,
        /// It ends so without probes as often.
        AS_OFTEN_WITHOUT,
        /// What is known tells neither way.
        TOO_LITTLE_KNOWN,
        /// A policy exempts it already.
        EXEMPT,
        /// It is in quarantine, or just tried again after one.
        QUARANTINE,
        /// Stet leaves it alone already, and there is no more to it.
        LEFT_ALONE
    }
}
