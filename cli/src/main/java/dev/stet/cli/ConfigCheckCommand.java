package dev.stet.cli;

import dev.stet.agent.json.Json;
import dev.stet.agent.json.VerdictJson;
import dev.stet.policy.yaml.Problem;
import dev.stet.service.config.Configuration;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stet config check`
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = {
            "Check a configuration, and the environment's: all that is wrong at once.",
            "Exit codes: 0 it is right; 65 it is wrong; 66 there is no such file."
        },
        footer = {"", "Examples:", "  stet config check", "  stet config check ./stet.yaml --json"})
final class ConfigCheckCommand implements Callable<Integer> {
    @Parameters(arity = "0..1", paramLabel = "FILE", description = "The file (default: /etc/stet/stet.yaml).")
    private Path file;

    @Option(names = "--json", description = "Print a JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        Output output = new Output(() -> {});
        Path checked = file == null ? Configuration.FILE : file;
        List<Problem> problems =
                switch (Configuration.read(ConfigOptions.text(Optional.of(checked)), System.getenv(), Map.of())) {
                    case Configuration.Result.Valid _ -> List.of();
                    case Configuration.Result.Invalid(var wrong) -> wrong;
                };
        if (json) {
            StringBuilder out = new StringBuilder();
            Json.object(out)
                    .bool("valid", problems.isEmpty())
                    .objects("problems", problems, VerdictJson::problem)
                    .end();
            output.lineNow(out);
        } else if (problems.isEmpty()) {
            output.lineNow(output.green("ok: ") + checked);
        } else {
            problems.forEach(problem -> output.line(ConfigOptions.line(problem)));
            output.flush();
        }
        return problems.isEmpty() ? ExitCode.DONE : ExitCode.BAD_DATA;
    }
}
