package dev.stet.cli;

import picocli.CommandLine.Command;

/// `stet config`
@Command(
        name = "config",
        mixinStandardHelpOptions = true,
        description = "The agent's configuration: /etc/stet/stet.yaml, environment and options (docs/config.md).",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ConfigCheckCommand.class, ConfigShowCommand.class, ConfigSchemaCommand.class},
        footer = {
            "",
            "Examples:",
            "  stet config check ./stet.yaml     is it right?",
            "  stet config show                  what counts, and where does it come from?"
        })
final class ConfigCommand extends GroupCommand {}
