package dev.stet.cli;

import dev.stet.agent.Agent;
import dev.stet.probe.Redaction;
import picocli.CommandLine.Option;

/// What may be seen of calls' contents.
final class ContentOptions {
    @Option(
            names = "--payload",
            description = "Take the contents of messages, too, where packs have them under 'payload'.")
    private boolean payload;

    @Option(
            names = "--no-redaction",
            description = "Show passwords, tokens, card numbers and the like (docs/private-data.md).")
    private boolean noRedaction;

    Agent.Contents contents() {
        return new Agent.Contents(payload, noRedaction ? Redaction.NONE : Redaction.DEFAULT);
    }
}
