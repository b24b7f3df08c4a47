package dev.stet.agent.guardian;

import java.time.Instant;
import java.util.List;

/// The state of one program's circuit breaker.
public sealed interface Circuit {
    /// How often in a row it was opened; the more, the longer it stays open.
    int times();

    /// Nothing speaks against probes.
    ///
    /// @param since when
    record Closed(Instant since, int times) implements Circuit {}

    /// A quarantine is in force.
    ///
    /// @param functions that it is about, on [Level#FUNCTIONS]
    /// @param until when it ends
    record Open(Level level, List<String> functions, Instant since, Instant until, int times) implements Circuit {
        public Open {
            functions = List.copyOf(functions);
        }
    }

    /// The quarantine is over, and the first processes with all their probes are watched.
    ///
    /// @param level what was taken away until now
    /// @param until when it is trusted again, if nothing happens
    record HalfOpen(Level level, List<String> functions, Instant since, Instant until, int times) implements Circuit {
        public HalfOpen {
            functions = List.copyOf(functions);
        }
    }
}
