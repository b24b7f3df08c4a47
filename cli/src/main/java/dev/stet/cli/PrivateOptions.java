package dev.stet.cli;

import dev.stet.probe.Redaction;
import java.util.List;
import picocli.CommandLine.Option;

/// What of private data is taken and shown (docs/private-data.md).
final class PrivateOptions {
    @Option(
            names = "--redact",
            paramLabel = "on|off",
            defaultValue = "on",
            description =
                    "Take passwords, tokens, card numbers and the like out of values (default: " + "${DEFAULT-VALUE}).")
    private String redact;

    @Option(
            names = "--redact-name",
            paramLabel = "NAME",
            description = "Redact values of this name as well; may be repeated.")
    private List<String> moreNames = List.of();

    @Option(
            names = "--redact-except",
            paramLabel = "NAME",
            description = "Do not redact values for having this name; may be repeated.")
    private List<String> exceptNames = List.of();

    /// What to take out of values.
    ///
    /// @throws Failure if the options do not fit together
    Redaction redaction() {
        boolean changed = !moreNames.isEmpty() || !exceptNames.isEmpty();
        return switch (redact) {
            case "on" -> changed ? Redaction.of(moreNames, exceptNames) : Redaction.DEFAULT;
            case "off" -> {
                if (changed) {
                    throw new Failure(
                            ExitCode.USAGE, "--redact off leaves nothing for --redact-name or --redact-except");
                }
                yield Redaction.NONE;
            }
            // Text of a person's making, not a sum of cases.
            default -> throw new Failure(ExitCode.USAGE, "--redact takes on or off, not '" + redact + "'");
        };
    }
}
