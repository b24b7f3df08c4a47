package dev.stet.cli;

import dev.stet.agent.StateDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/// `--state DIR`, for the commands that remember things over a restart.
final class StateOption {
    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "Where the last good policy, the rules' history and the audit log are kept"
                    + " (default: /var/lib/stet; made if it is missing).")
    private Path directory = StateDirectory.DEFAULT;

    StateOption() {}

    StateOption(Path directory) {
        this.directory = directory;
    }

    /// The directory, open; empty if it cannot be used, which is said and stops nothing.
    Optional<StateDirectory> directory(Consumer<String> say) {
        try {
            return Optional.of(StateDirectory.open(directory));
        } catch (IOException e) {
            say.accept("state directory " + directory + ": " + e.getMessage()
                    + "; going on without: nothing is remembered over a restart");
            return Optional.empty();
        }
    }

    /// The same to be read only, whether it can be used or not.
    StateDirectory known() {
        return new StateDirectory(directory);
    }
}
