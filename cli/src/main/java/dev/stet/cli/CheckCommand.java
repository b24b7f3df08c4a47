package dev.stet.cli;

import dev.stet.agent.PolicyDirectory;
import dev.stet.agent.json.Json;
import dev.stet.agent.json.VerdictJson;
import dev.stet.policy.Policy;
import dev.stet.policy.PolicyReader;
import dev.stet.policy.ReadResult;
import dev.stet.policy.yaml.Problem;
import dev.stet.policy.yaml.SourceText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stet check`
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = "Check policy files without applying them. All problems are reported at once.",
        footer = {"", "Examples:", "  stet check policy.d/*.yaml", "  stet check policy.d && kubectl apply -f policy.d"
        })
final class CheckCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Policy files, or directories of them.")
    private List<Path> files;

    @Option(names = "--json", description = "Print a JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        List<SourceText> texts = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        for (Path file : files) {
            if (!Files.exists(file)) {
                throw new Failure(ExitCode.NO_INPUT, "there is no file " + file);
            }
            new PolicyDirectory(file, false).collect(texts, problems);
        }
        ReadResult result = PolicyReader.read(texts, Instant.now());
        List<Problem> warnings = List.of();
        Policy policy = Policy.EMPTY;
        switch (result) {
            case ReadResult.Invalid(var more) -> problems.addAll(more);
            case ReadResult.Valid(var valid, var warned) -> {
                policy = valid;
                warnings = warned;
            }
        }
        Output output = new Output(() -> {});
        int exemptions = policy.written().size();
        int expired = policy.expired(Instant.now()).size();
        if (json) {
            StringBuilder out = new StringBuilder();
            Json.object(out)
                    .bool("valid", problems.isEmpty())
                    .number("files", texts.size())
                    .number("exemptions", exemptions)
                    .number("expired", expired)
                    .objects("problems", problems, VerdictJson::problem)
                    .objects("warnings", warnings, VerdictJson::problem)
                    .end();
            output.lineNow(out);
        } else {
            warnings.forEach(warning -> output.line(output.yellow("warning: ") + warning));
            problems.forEach(problem -> output.line(output.red("error: ") + problem));
            output.lineNow(
                    problems.isEmpty()
                            ? output.green("ok: ")
                                    + "%d exemption%s in %d file%s%s"
                                            .formatted(
                                                    exemptions,
                                                    exemptions == 1 ? "" : "s",
                                                    texts.size(),
                                                    texts.size() == 1 ? "" : "s",
                                                    expired == 0 ? "" : ", " + expired + " expired")
                            : "%d problem%s; nothing of it would be applied"
                                    .formatted(problems.size(), problems.size() == 1 ? "" : "s"));
        }
        return problems.isEmpty() ? ExitCode.DONE : ExitCode.BAD_DATA;
    }
}
