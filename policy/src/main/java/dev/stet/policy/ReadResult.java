package dev.stet.policy;

import dev.stet.policy.yaml.Problem;
import java.util.List;

/// What came of reading the files of a policy: all of it, or nothing.
public sealed interface ReadResult {
    /// Every document is right.
    ///
    /// @param warnings what is allowed and should be looked at, such as an exemption that never ends
    record Valid(Policy policy, List<Problem> warnings) implements ReadResult {
        public Valid {
            warnings = List.copyOf(warnings);
        }
    }

    /// Something is wrong, so nothing of it may be applied.
    ///
    /// @param problems all of them, by file and place; never empty
    record Invalid(List<Problem> problems) implements ReadResult {
        public Invalid {
            problems = List.copyOf(problems);
        }
    }
}
