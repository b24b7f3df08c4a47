package dev.stet.cli;

import picocli.CommandLine.Command;

/// `stet import`
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        description = "Make exemptions of what other tools were told to leave alone.",
        subcommands = ImportPixieCommand.class,
        synopsisSubcommandLabel = "TOOL",
        footer = {
            "",
            "Examples:",
            "  stet import pixie nginx,server.js",
            "  stet import pixie --out policy.d vizier.yaml"
        })
final class ImportCommand implements Runnable {
    @Override
    public void run() {
        throw new Failure(ExitCode.USAGE, "say which tool: stet import pixie");
    }
}
