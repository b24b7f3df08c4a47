package dev.stet.cli;

import dev.stet.agent.json.SafeText;
import dev.stet.policy.PolicySchema;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `stet policy schema`
@Command(
        name = "schema",
        mixinStandardHelpOptions = true,
        description = {
            "Print the JSON Schema of a kind of document, by which editors complete, explain and check what is typed.",
            "VS Code (with its YAML extension), vim and others that use yaml-language-server read it from a first line in the "
                    + "file:%n  # yaml-language-server: $schema=/etc/stet/exemption.schema.json%n"
                    + "IntelliJ: Settings, Languages & Frameworks, Schemas and DTDs, JSON Schema Mappings."
        },
        footer = {"", "Examples:", "  stet policy schema ProbeExemption > /etc/stet/exemption.schema.json"})
final class PolicySchemaCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "KIND",
            defaultValue = "ProbeExemption",
            description = "ProbeExemption (if not given), ProbeTier, ProbeSettings or PolicyTest; in any case, the "
                    + "'Probe' may be left out.")
    private String kind;

    @Override
    public Integer call() {
        PolicySchema schema = PolicySchema.find(kind)
                .orElseThrow(() -> new Failure(
                        ExitCode.USAGE,
                        "there is no kind " + SafeText.plain(kind) + "; there are "
                                + String.join(", ", PolicySchema.kinds())));
        new Output(() -> {}).lineNow(schema.text().stripTrailing());
        return ExitCode.DONE;
    }
}
