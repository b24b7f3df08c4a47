package dev.stet.policy;

import dev.stet.facts.ProcessFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;

/// What every part of a rule says of a process: nothing is left out because another part settled the matter.
public sealed interface Tree {
    /// What this part says, of all that is below it.
    Answer answer();

    /// One clause.
    record Leaf(Evidence evidence) implements Tree {
        @Override
        public Answer answer() {
            return evidence.answer();
        }
    }

    /// Several parts.
    ///
    /// @param parts empty only of the outermost [Kind#ALL] of a rule that nothing but `any` is in
    record Group(Kind kind, Answer answer, List<Tree> parts) implements Tree {
        public Group {
            parts = List.copyOf(parts);
        }
    }

    /// How the answers of parts make one.
    enum Kind {
        /// All of them must hold.
        ALL,
        /// One of them must.
        ANY,
        /// None of them may.
        NOT,
        /// It must not hold: the fix is in.
        UNTIL
    }

    /// What came of a rule.
    enum State {
        /// It matches, and removes what it says.
        APPLIES,
        /// It does not match.
        MISSES,
        /// It cannot be known yet.
        UNKNOWN,
        /// It would match, but its time is over.
        EXPIRED,
        /// It comes with Stet, and the policy lifts it.
        LIFTED
    }

    /// A rule and what it says of a process.
    ///
    /// @param rule an exemption
    /// @param state what came of it
    record Rule(Exemption rule, State state, Tree tree) {}

    /// Everything that a policy says of a process.
    ///
    /// @param tier the match of its tier, if it has one
    /// @param rules every exemption, those that apply first, then those that are unknown, then by name
    record Whole(Verdict verdict, Optional<Tree> tier, List<Rule> rules) {
        public Whole {
            rules = List.copyOf(rules);
        }
    }

    /// Tries every part of a match.
    ///
    /// @param until what ends the rule, if anything does
    static Tree of(Match match, Optional<Clause> until, ProcessFacts facts, Moment moment) {
        List<Tree> parts = new ArrayList<>();
        match.all().forEach(clause -> parts.add(new Leaf(Evidence.of(clause, facts, moment))));
        if (!match.any().isEmpty()) {
            parts.add(group(Kind.ANY, entries(match.any(), facts, moment)));
        }
        if (!match.not().isEmpty()) {
            parts.add(group(Kind.NOT, entries(match.not(), facts, moment)));
        }
        until.ifPresent(clause -> parts.add(group(Kind.UNTIL, List.of(new Leaf(Evidence.of(clause, facts, moment))))));
        return parts.size() == 1 ? parts.getFirst() : group(Kind.ALL, parts);
    }

    private static List<Tree> entries(List<Match.Entry> entries, ProcessFacts facts, Moment moment) {
        List<Tree> all = new ArrayList<>();
        for (Match.Entry entry : entries) {
            List<Tree> leaves = entry.clauses().stream()
                    .map(clause -> (Tree) new Leaf(Evidence.of(clause, facts, moment)))
                    .toList();
            all.add(leaves.size() == 1 ? leaves.getFirst() : group(Kind.ALL, leaves));
        }
        return all;
    }

    private static Group group(Kind kind, List<Tree> parts) {
        boolean all = kind == Kind.ALL;
        BinaryOperator<Answer> join = all ? Answer::and : Answer::or;
        Answer joined = parts.stream().map(Tree::answer).reduce(all ? Answer.YES : Answer.NO, join);
        return new Group(kind, all || kind == Kind.ANY ? joined : joined.negated(), parts);
    }
}
