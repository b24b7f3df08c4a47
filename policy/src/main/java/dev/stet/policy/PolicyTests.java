package dev.stet.policy;

import dev.stet.facts.ProcessFacts;
import dev.stet.policy.bind.CaseBinder;
import dev.stet.policy.yaml.Problem;
import dev.stet.policy.yaml.Problems;
import dev.stet.policy.yaml.SourceText;
import dev.stet.policy.yaml.YamlDocuments;
import dev.stet.policy.yaml.YamlNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// A policy's own tests: facts of a process that may not exist, and the verdict that is expected. Documents of the
/// policy's kinds may lie beside them, and are left to [PolicyReader].
public final class PolicyTests {
    /// Most cases in all files: more are no tests.
    public static final int MAX_CASES = 100_000;

    private PolicyTests() {}

    /// What came of reading tests: all of them, or nothing.
    public sealed interface ReadResult {
        /// Every document is right.
        ///
        /// @param cases by file and place
        record Valid(List<Case> cases) implements ReadResult {
            public Valid {
                cases = List.copyOf(cases);
            }
        }

        /// Something is wrong.
        ///
        /// @param problems all of them, by file and place; never empty
        record Invalid(List<Problem> problems) implements ReadResult {
            public Invalid {
                problems = List.copyOf(problems);
            }
        }
    }

    /// One process, and what should become of it.
    ///
    /// @param suite the name of its document
    /// @param name unique within the document
    /// @param file where it is written
    /// @param line of its name, 1-based
    /// @param facts all known, absent or unreadable
    public record Case(
            String suite,
            String name,
            String file,
            int line,
            ProcessFacts facts,
            Moment moment,
            Expectation expectation) {
        /// Decides about the process.
        public Outcome run(Policy policy) {
            Verdict verdict = policy.decide(facts, moment);
            List<String> differences = expectation.differences(verdict);
            return differences.isEmpty() ? new Outcome.Passed(verdict) : new Outcome.Failed(verdict, differences);
        }
    }

    /// What came of a case.
    public sealed interface Outcome {
        /// What was decided.
        Verdict verdict();

        /// Everything that was expected.
        record Passed(Verdict verdict) implements Outcome {}

        /// Something else.
        ///
        /// @param differences `verdict: expected exempt, was trace`; never empty
        record Failed(Verdict verdict, List<String> differences) implements Outcome {
            public Failed {
                differences = List.copyOf(differences);
            }
        }
    }

    /// Reads the tests of all the files and reports the problems of all of them at once.
    public static ReadResult read(List<SourceText> files) {
        Problems problems = new Problems();
        List<Case> cases = new ArrayList<>();
        CaseBinder binder = new CaseBinder();
        for (SourceText file :
                files.stream().sorted(Comparator.comparing(SourceText::file)).toList()) {
            for (YamlNode document : YamlDocuments.read(file, problems)) {
                cases.addAll(binder.bind(document));
                if (cases.size() > MAX_CASES) {
                    problems.add(document.problem("more than " + MAX_CASES + " cases"));
                    return new ReadResult.Invalid(problems.list());
                }
            }
        }
        return problems.isEmpty() ? new ReadResult.Valid(cases) : new ReadResult.Invalid(problems.list());
    }
}
