package dev.stet.cli;

import dev.stet.agent.PolicyDirectory;
import dev.stet.agent.json.Json;
import dev.stet.agent.json.SafeText;
import dev.stet.policy.pixie.Imported;
import dev.stet.policy.pixie.ListSearch;
import dev.stet.policy.pixie.Origin;
import dev.stet.policy.pixie.PixieImport;
import dev.stet.policy.pixie.Search;
import dev.stet.policy.yaml.Problems;
import dev.stet.policy.yaml.SourceText;
import dev.stet.policy.yaml.YamlDocuments;
import dev.stet.policy.yaml.YamlNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stet import pixie`
@Command(
        name = "pixie",
        mixinStandardHelpOptions = true,
        description = {
            "Make exemptions of Pixie's --stirling_uprobe_opt_out, and say what that list never did.",
            "",
            "The list is given as it is, or is looked for in a DaemonSet, a Vizier or Helm values (YAML or JSON)."
        },
        footer = {
            "",
            "Examples:",
            "  stet import pixie nginx,server.js",
            "  stet import pixie --owner edge@example.com --reason 'crashes under uprobes' --out policy.d vizier.yaml",
            "  kubectl get daemonset vizier-pem -n pl -o yaml | stet import pixie -",
            "",
            "Exit codes: 0 done; 1 there is no list, or no name in it; 64 wrong usage; 65 a text that cannot be read; 66 no "
                    + "such file; 73 a file of --out is there already or cannot be written."
        })
final class ImportPixieCommand implements Callable<Integer> {
    /// The reader refuses more than a quarter of that; nobody need read on.
    private static final int MAX_BYTES = 4 << 20;

    @Parameters(
            arity = "1",
            paramLabel = "VALUE|FILE|-",
            description =
                    "The list; or a file (with a '/' but no comma in its name, or .yaml, .yml, .json or .txt at its "
                            + "end); or - for standard input.")
    private String source;

    @Option(names = "--value", description = "Take it for a list, whatever it looks like.")
    private boolean isValue;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Write a file for each exemption into this directory, over none that is there.")
    private Path out;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why they are exempt (default: a TODO).")
    private String reason = Origin.UNKNOWN.reason();

    @Option(names = "--owner", paramLabel = "WHO", description = "Who answers for them (default: a TODO).")
    private String owner = Origin.UNKNOWN.owner();

    @Option(names = "--ticket", paramLabel = "URL", description = "Where it is discussed.")
    private String ticket;

    @Option(names = "--expires", paramLabel = "DATE", description = "When they end, such as 2027-03-31.")
    private String expires;

    @Option(names = "--json", description = "Print a JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        Origin origin = origin();
        Search.Found found = find();
        if (found.lists().isEmpty()) {
            throw new Failure(ExitCode.NOTHING, shown() + " has no --stirling_uprobe_opt_out; give its value instead");
        }
        Imported imported = PixieImport.of(found.lists(), origin);
        List<String> remarks = new ArrayList<>(found.remarks());
        remarks.addAll(imported.remarks());
        List<String> notes = notes(imported);
        Optional<List<Path>> files = Optional.ofNullable(out).map(directory -> save(imported, directory));
        Output output = new Output(() -> {});
        if (json) {
            output.lineNow(object(imported, remarks, notes, files));
        } else {
            remarks.forEach(remark -> output.say("note: " + SafeText.plain(remark)));
            notes.forEach(note -> output.say("note: " + note));
            print(imported, files, output);
        }
        if (imported.rules().isEmpty()) {
            throw new Failure(ExitCode.NOTHING, "the list in " + shown() + " has no names: Pixie probes everything");
        }
        return ExitCode.DONE;
    }

    private Origin origin() {
        for (String text : List.of(reason, owner)) {
            if (text.isBlank()) {
                throw new Failure(ExitCode.USAGE, "--reason and --owner are not to be blank; leave them out instead");
            }
        }
        return new Origin(reason, owner, Optional.ofNullable(ticket), Optional.ofNullable(expires));
    }

    private String shown() {
        return source.equals("-") ? "standard input" : SafeText.plain(source);
    }

    private boolean isFile() {
        return !source.contains(",") && (source.contains("/") || source.matches(".*\\.(ya?ml|json|txt)"));
    }

    private Search.Found find() {
        Search search = isValue || !(source.equals("-") || isFile())
                ? ListSearch.inValue(new SourceText("the command line", source))
                : ListSearch.in(read());
        return switch (search) {
            case Search.Found found -> found;
            case Search.Unusable(var problems) ->
                throw new Failure(
                        ExitCode.BAD_DATA,
                        "cannot tell the list:\n"
                                + problems.stream()
                                        .map(problem -> "  " + problem)
                                        .collect(Collectors.joining("\n")));
        };
    }

    private SourceText read() {
        Path file = Path.of(source);
        try (InputStream in = source.equals("-") ? System.in : Files.newInputStream(file)) {
            return new SourceText(
                    source.equals("-") ? "stdin" : source,
                    new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8));
        } catch (IOException e) {
            String what = Files.isDirectory(file)
                    ? " is a directory; name a file"
                    : Files.exists(file) ? ": " + e.getMessage() : " does not exist; for a list of names add --value";
            throw new Failure(ExitCode.NO_INPUT, shown() + what);
        }
    }

    /// Names of the exemptions that a directory has already, which may not be there twice.
    private static Set<String> namesIn(Path directory) {
        Set<String> names = new TreeSet<>();
        if (!Files.isDirectory(directory)) {
            return names;
        }
        List<SourceText> texts = new ArrayList<>();
        Problems ignored = new Problems();
        new PolicyDirectory(directory, false).collect(texts, new ArrayList<>());
        for (SourceText text : texts) {
            for (YamlNode document : YamlDocuments.read(text, ignored)) {
                nameOf(document).ifPresent(names::add);
            }
        }
        return names;
    }

    private static Optional<String> nameOf(YamlNode document) {
        return Optional.of(document)
                .filter(YamlNode::isMapping)
                .map(node -> node.entries().get("metadata"))
                .filter(YamlNode::isMapping)
                .map(node -> node.entries().get("name"))
                .flatMap(YamlNode::text);
    }

    private static List<String> notes(Imported imported) {
        List<String> notes = new ArrayList<>(PixieImport.NOTES);
        if (imported.rules().stream().anyMatch(rule -> rule.kind() == Imported.Kind.SCRIPT)) {
            notes.add(PixieImport.SCRIPT_NOTE);
        }
        return notes;
    }

    /// All of them or none.
    private static List<Path> save(Imported imported, Path directory) {
        List<Path> files = imported.rules().stream()
                .map(rule -> directory.resolve(rule.name() + ".yaml"))
                .toList();
        Set<String> taken = namesIn(directory);
        for (int i = 0; i < files.size(); i++) {
            String name = imported.rules().get(i).name();
            if (Files.exists(files.get(i)) || taken.contains(name)) {
                throw new Failure(
                        ExitCode.CANNOT_CREATE,
                        "exemption " + name + " is in " + directory + " already; nothing is written");
            }
        }
        try {
            Files.createDirectories(directory);
            for (int i = 0; i < files.size(); i++) {
                write(files.get(i), imported.rules().get(i).yaml());
            }
        } catch (IOException e) {
            throw new Failure(
                    ExitCode.CANNOT_CREATE,
                    "cannot write into " + directory + ": " + e.getMessage()
                            + "; look at what is there, and write again");
        }
        return files;
    }

    /// Whole and moved into place, for the directory may be in force.
    private static void write(Path file, String text) throws IOException {
        Path hidden = file.resolveSibling("." + file.getFileName() + ".new");
        try {
            Files.writeString(hidden, text, StandardOpenOption.CREATE_NEW);
            if (Files.exists(file)) {
                throw new FileAlreadyExistsException(file.toString());
            }
            Files.move(hidden, file);
        } finally {
            var ignored = Files.deleteIfExists(hidden);
        }
    }

    private void print(Imported imported, Optional<List<Path>> files, Output output) {
        if (files.isPresent()) {
            files.get().forEach(file -> output.line(file.toString()));
        } else {
            output.line(imported.rules().stream()
                    .map(Imported.Rule::yaml)
                    .collect(Collectors.joining("---\n"))
                    .stripTrailing());
        }
        output.flush();
    }

    private static CharSequence object(
            Imported imported, List<String> remarks, List<String> notes, Optional<List<Path>> files) {
        StringBuilder text = new StringBuilder(1000);
        Json object = Json.object(text)
                .objects(
                        "exemptions",
                        imported.rules(),
                        (each, rule) -> each.text("name", rule.name())
                                .text("entry", rule.entry())
                                .text("kind", Json.lower(rule.kind()))
                                .text("where", rule.where())
                                .text("yaml", rule.yaml()))
                .texts("remarks", remarks)
                .texts("notes", notes);
        files.ifPresent(written ->
                object.texts("files", written.stream().map(Path::toString).toList()));
        object.end();
        return text;
    }
}
