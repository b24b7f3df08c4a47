package dev.stet.cli;

import picocli.CommandLine.Command;

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
final class GuardianCommand extends GroupCommand {}
