package dev.stet.policy.pixie;

import dev.stet.policy.yaml.Problem;
import java.util.List;

/// What came of looking for lists in a text.
public sealed interface Search {
    /// All that there are; none if the text has none.
    ///
    /// @param remarks on what is odd about them, a line each
    record Found(List<FoundList> lists, List<String> remarks) implements Search {
        public Found {
            lists = List.copyOf(lists);
            remarks = List.copyOf(remarks);
        }
    }

    /// The text cannot be read, or has a list that cannot be told from it.
    ///
    /// @param problems never empty
    record Unusable(List<Problem> problems) implements Search {
        public Unusable {
            problems = List.copyOf(problems);
        }
    }
}
