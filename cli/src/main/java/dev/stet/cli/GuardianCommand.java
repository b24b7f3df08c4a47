package dev.stet.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `stet guardian`
@Command(
        name = "guardian",
        mixinStandardHelpOptions = true,
        description = "See what the guardian knows of programs that ended badly, and how it decided.",
        subcommands = {GuardianListCommand.class, GuardianReplayCommand.class},
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  sudo ./stet guardian list                     how do programs live, with probes and without?",
            "  sudo ./stet guardian replay                   does every decision follow from its evidence?"
        })
final class GuardianCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "guardian: which command? "
                        + String.join(", ", spec.subcommands().keySet()));
    }
}
