package dev.stet.cli;

import picocli.CommandLine.Command;

/// `stet exempt`
@Command(
        name = "exempt",
        mixinStandardHelpOptions = true,
        description = "Write, list and end exemptions: the files of the policy directory, as a person would edit them.",
        subcommands = {
            ExemptAddCommand.class,
            ExemptListCommand.class,
            ExemptShowCommand.class,
            ExemptRenewCommand.class,
            ExemptEndCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  sudo ./stet exempt add 4711 --reason 'a debugger is attached' --for 2h",
            "  sudo ./stet exempt list --stale",
            "  sudo ./stet exempt end shop"
        })
final class ExemptCommand extends GroupCommand {}
