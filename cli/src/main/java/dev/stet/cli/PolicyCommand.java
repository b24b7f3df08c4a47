package dev.stet.cli;

import picocli.CommandLine.Command;

/// `stet policy`
@Command(
        name = "policy",
        mixinStandardHelpOptions = true,
        description =
                "Work on policy files before they are in force: check, lint and test them. Needs no rights, and no Linux.",
        subcommands = {CheckCommand.class, PolicyLintCommand.class, PolicyTestCommand.class, PolicySchemaCommand.class},
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  stet policy check policy.d            is everything in it right?",
            "  stet policy lint policy.d             and is it wise?",
            "  stet policy test policy.d             do its own tests pass?",
            "  stet policy schema > stet.json        for editors that complete and check YAML"
        })
final class PolicyCommand extends GroupCommand {}
