package dev.stet.cli;

import dev.stet.agent.json.Json;
import dev.stet.service.config.Configuration;
import dev.stet.service.config.Setting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `stet config show`
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = {
            "Show every setting, its value here, where that comes from, and whether a change counts at once (live) or when"
                    + " the agent starts the next time (restart)."
        },
        footer = {"", "Examples:", "  stet config show", "  stet config show --config ./stet.yaml --json"})
final class ConfigShowCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration (default: /etc/stet/stet.yaml, if there is one).")
    private Path config;

    @Option(names = "--json", description = "Print one JSON object a line.")
    private boolean json;

    @Override
    public void run() {
        Output output = new Output(() -> {});
        Configuration read = ConfigOptions.read(
                Optional.ofNullable(config), spec.commandLine().getParseResult());
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("SETTING", "VALUE", "FROM", "CHANGE", "TAKES"));
        for (Configuration.Value value : read.values()) {
            Setting setting = value.setting();
            if (json) {
                StringBuilder out = new StringBuilder();
                Json.object(out)
                        .text("setting", setting.name())
                        .texts("values", value.texts())
                        .text("from", value.origin())
                        .text("change", Json.lower(setting.reload()))
                        .text("usual", setting.usual())
                        .text("takes", setting.form().name())
                        .text("option", setting.option())
                        .text("variable", setting.variable())
                        .text("what", setting.what())
                        .end();
                output.line(out);
            } else {
                rows.add(List.of(
                        setting.name(),
                        value.texts().isEmpty() ? "-" : value.text(),
                        value.origin(),
                        Json.lower(setting.reload()),
                        setting.form().name()));
            }
        }
        if (!json) {
            Table.print(output, "", rows);
        }
        output.flush();
    }
}
