package dev.stet.agent.guardian;

import dev.stet.agent.guardian.Account.Rest;
import java.util.List;

/// What is to be done about load.
public sealed interface Relief {
    /// For a person.
    String why();

    /// These are not probed for a while.
    record Take(List<Rest> functions, String why) implements Relief {
        public Take {
            functions = List.copyOf(functions);
        }
    }

    /// This is probed again.
    record Give(Rest function, String why) implements Relief {}
}
