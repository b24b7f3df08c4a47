package dev.stet.cli;

import dev.stet.service.config.ConfigSchema;
import picocli.CommandLine.Command;

/// `stet config schema`
@Command(
        name = "schema",
        mixinStandardHelpOptions = true,
        description = {
            "Print the JSON Schema of the configuration file, by which editors complete, explain and check what is typed:"
                    + " name it in the file's first line,%n  # yaml-language-server: $schema=/etc/stet/config.schema.json"
        },
        footer = {"", "Examples:", "  stet config schema > /etc/stet/config.schema.json"})
final class ConfigSchemaCommand implements Runnable {
    @Override
    public void run() {
        new Output(() -> {}).lineNow(ConfigSchema.text().stripTrailing());
    }
}
