package dev.stet.agent.guardian;

import dev.stet.facts.BuildId;
import java.util.Locale;
import java.util.Optional;

/// Which program: by its build ID, which a restart keeps and a new build does not, or failing that by its path.
///
/// @param id empty if the executable has none, or may not be read
/// @param exe the executable's path as the process sees it
public record Build(Optional<BuildId> id, String exe) {
    /// What names of exemptions may have at most is 63.
    private static final int MAX_PROGRAM = 32;

    /// The last component of the path.
    public String name() {
        return exe.substring(exe.lastIndexOf('/') + 1);
    }

    /// A name for a rule about it.
    ///
    /// @param kind what it begins with: `quarantine-`
    public String ruleName(String kind) {
        String program =
                name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-+", "");
        String start = program.substring(0, Math.min(program.length(), MAX_PROGRAM));
        String mark = id.map(
                        known -> known.hex().substring(0, Math.min(known.hex().length(), 8)))
                .orElseGet(() -> "%08x".formatted(exe.hashCode()));
        return kind + start + (start.endsWith("-") || start.isEmpty() ? "" : "-") + mark;
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
