package dev.stet.cli;

import picocli.CommandLine.Command;

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
final class AuditCommand extends GroupCommand {}
