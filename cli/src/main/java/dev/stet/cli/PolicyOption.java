package dev.stet.cli;

import dev.stet.agent.PolicyDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/// `--policy DIR`, for the commands that decide about processes.
final class PolicyOption {
    @Option(
            names = "--policy",
            paramLabel = "DIR",
            description = "Exemptions: a directory of *.yaml files (default: /etc/stet/policy.d, if there is one).")
    private Path directory;

    PolicyOption() {}

    /// @param directory null: the default
    PolicyOption(Path directory) {
        this.directory = directory;
    }

    /// The directory.
    ///
    /// @throws Failure if the one that was named is none
    PolicyDirectory directory() {
        if (directory == null) {
            return new PolicyDirectory(PolicyDirectory.DEFAULT, true);
        }
        if (!Files.isDirectory(directory)) {
            String what = Files.exists(directory)
                    ? "is not a directory; name the directory that the policy files are in"
                    : "does not exist; create it, or leave --policy out to use " + PolicyDirectory.DEFAULT;
            throw new Failure(ExitCode.NO_INPUT, "policy directory " + directory + " " + what);
        }
        return new PolicyDirectory(directory, false);
    }
}
