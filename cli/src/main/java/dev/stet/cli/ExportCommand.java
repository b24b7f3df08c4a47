package dev.stet.cli;

import picocli.CommandLine.Command;

/// `stet export`
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = "Tell other tools what they are to leave alone, as far as they understand it.",
        subcommands = ExportPixieCommand.class,
        synopsisSubcommandLabel = "TOOL",
        footer = {"", "Examples:", "  stet export pixie --vizier v0.14.15 --policy policy.d"})
final class ExportCommand implements Runnable {
    @Override
    public void run() {
        throw new Failure(ExitCode.USAGE, "say which tool: stet export pixie");
    }
}
