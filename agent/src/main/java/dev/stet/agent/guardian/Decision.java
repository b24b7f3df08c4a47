package dev.stet.agent.guardian;

import java.time.Instant;
import java.util.List;
import java.util.Locale;

/// What is to be done about a program.
public sealed interface Decision {
    Build build();

    /// For a person.
    String why();

    /// `quarantine`, `retry`, `acquit`, `trust` or `spare`.
    default String name() {
        return getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    /// A quarantine begins, or takes more away, or lasts longer.
    ///
    /// @param functions that it is about, on [Level#FUNCTIONS]
    /// @param times how often in a row
    record Quarantine(Build build, Level level, List<String> functions, Instant until, int times, String why)
            implements Decision {
        public Quarantine {
            functions = List.copyOf(functions);
        }
    }

    /// The quarantine's time is over: the program is probed again, one process first.
    record Retry(Build build, Instant until, String why) implements Decision {}

    /// The program ends like that without probes too: the quarantine was unjust, and is over.
    record Acquit(Build build, String why) implements Decision {}

    /// It was probed and watched, and nothing happened.
    record Trust(Build build, String why) implements Decision {}

    /// It ended badly with probes, and they are not held to be the cause.
    record Spare(Build build, String why) implements Decision {}
}
