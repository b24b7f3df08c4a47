package dev.stet.agent.guardian;

import dev.stet.facts.BuildId;
import java.util.Optional;

/// Which program: by its build ID, which a restart keeps and a new build does not, or failing that by its path.
///
/// @param id empty if the executable has none, or may not be read
/// @param exe the executable's path as the process sees it
public record Build(Optional<BuildId> id, String exe) {
    /// The last component of the path.
    public String name() {
        return exe.substring(exe.lastIndexOf('/') + 1);
    }

    /// The same program wherever it is installed.
    @Override
    public boolean equals(Object other) {
        return other instanceof Build that && key().equals(that.key());
    }

    @Override
    public int hashCode() {
        return key().hashCode();
    }

    /// What tells it from others.
    public String key() {
        return id.map(known -> "build ID " + known).orElse(exe);
    }
}
