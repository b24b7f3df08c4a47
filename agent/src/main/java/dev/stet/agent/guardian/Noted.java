package dev.stet.agent.guardian;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// A decision as the guardian's log has it, without what it was made of.
///
/// @param pid of the process whose end it was about; empty if only time had gone by
/// @param level what a quarantine took away; empty of any other decision
/// @param functions that it was about, on [Level#FUNCTIONS]
public record Noted(Instant at, Build build, OptionalInt pid, Optional<Level> level, List<String> functions) {
    public Noted {
        functions = List.copyOf(functions);
    }
}
