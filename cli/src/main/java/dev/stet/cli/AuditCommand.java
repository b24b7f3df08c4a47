package dev.stet.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `stet audit`
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        description = "Read and check the audit log: every change of policy, verdicts and attachments.",
        subcommands = {AuditVerifyCommand.class, AuditShowCommand.class},
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  sudo ./stet audit verify                      is it what was written?",
            "  sudo ./stet audit show --since 2h             what happened lately?"
        })
final class AuditCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "audit: which command? " + String.join(", ", spec.subcommands().keySet()));
    }
}
