package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.agent.PackReader;
import dev.stet.policy.BuiltIn;
import dev.stet.policy.PolicyReader;
import dev.stet.policy.PolicyTests;
import dev.stet.policy.ReadResult;
import dev.stet.policy.yaml.Problem;
import dev.stet.policy.yaml.Problems;
import dev.stet.policy.yaml.SourceText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// What the pages say can be done as they say it: examples are valid, commands parse, links lead somewhere,
/// and what Stet prints is described.
class DocsTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Path HOME = StetProcess.HOME;
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*)\\n(.*?)^```$");
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*]\\(([^)\\s]+)\\)");
    private static final Pattern WORD = Pattern.compile("'[^']*'|\"[^\"]*\"|[^\\s'\"]+");
    private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--[a-z][a-z-]+");
    private static final Set<Integer> PARSED = Set.of(0, 1, 65, 77);

    @TempDir
    private Path directory;

    static Stream<Path> examples() {
        return files("docs/examples", ".yaml");
    }

    static Stream<Path> pages() {
        return Stream.of(
                        files(".", ".md"),
                        files("docs", ".md"),
                        files("docs/design", ".md"),
                        Stream.of(HOME.resolve("bench/README.md")))
                .flatMap(found -> found);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void exampleIsValid(Path file) {
        assertThat(problems(file.toString(), read(file))).isEmpty();
    }

    /// One file, one thing, and a comment that says which.
    @ParameterizedTest
    @MethodSource("examples")
    void exampleSaysWhatItShows(Path file) {
        assertThat(read(file)).startsWith("# ").contains("\nkind: Probe");
    }

    @ParameterizedTest
    @MethodSource("pages")
    void yamlOnPagesIsValid(Path page) {
        for (MatchResult block : blocks(page, "yaml")) {
            assertThat(problems(page.toString(), block.group(2))).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void linksLeadSomewhere(Path page) {
        String prose = BLOCK.matcher(read(page)).replaceAll("").replaceAll("`[^`]*`", "");
        List<String> broken = LINK.matcher(prose)
                .results()
                .map(link -> link.group(1))
                .filter(link -> !link.startsWith("https://") && !resolves(page, link))
                .toList();
        assertThat(broken).isEmpty();
    }

    @Test
    void commandsParse() {
        List<String> commands = Stream.of("README.md", "CONTRIBUTING.md", "docs/cli.md")
                .flatMap(page -> blocks(HOME.resolve(page), "console").stream())
                .flatMap(block -> block.group(2).lines())
                .filter(line -> line.startsWith("$ "))
                .map(line -> line.substring(2))
                .toList();
        assertThat(commands).hasSizeGreaterThan(20);
        Path socket = directory.resolve("stet.sock");
        try (TargetProcess target = TargetProcess.startReady(Targets.caller(), "1000", "0");
                StetProcess agent = StetProcess.start(
                        Map.of("STET_API_SOCKET", socket.toString()),
                        "run",
                        "--exe",
                        Targets.caller().toString())) {
            var _ = agent.awaitErrorLine(line -> line.contains("in force"), LIMIT);
            for (String command : commands) {
                assertParses(command, target, socket);
            }
        }
    }

    @Test
    void optionsAreDescribed() {
        String page = read(HOME.resolve("docs/cli.md"));
        List<String> verbs = List.of(
                "trace",
                "run",
                "status",
                "ps",
                "events",
                "logs",
                "config check",
                "config show",
                "explain",
                "plan",
                "inspect",
                "check",
                "policy lint",
                "policy test",
                "exempt add",
                "exempt list",
                "exempt renew",
                "exempt end",
                "suggest",
                "audit show",
                "audit verify");
        for (String verb : verbs) {
            try (StetProcess help = StetProcess.start((verb + " --help").split(" ", -1))) {
                assertThat(help.waitFor(LIMIT)).isZero();
                Set<String> options = new TreeSet<>();
                OPTION.matcher(String.join("\n", help.stdout()))
                        .results()
                        .map(MatchResult::group)
                        .forEach(options::add);
                assertThat(options)
                        .contains("--json")
                        .allSatisfy(option -> assertThat(page).contains(option));
            }
        }
    }

    @Test
    void jsonFieldsAreDescribed() {
        Requires.uprobeMulti();
        String page = read(HOME.resolve("docs/json.md"));
        Set<String> names = new TreeSet<>();
        try (TargetProcess target = TargetProcess.startReady(Targets.caller(), "1000", "0");
                StetProcess trace = StetProcess.start(
                        "trace",
                        "--json",
                        "--count",
                        "20",
                        "--text",
                        "8",
                        "-p",
                        "" + target.pid(),
                        "work(str(arg2))",
                        "twice")) {
            assertThat(trace.waitFor(LIMIT)).isZero();
            trace.json().forEach(line -> names(line, names));
        }
        assertThat(names)
                .contains("type", "latencyNanos", "attachedNanos")
                .allSatisfy(name -> assertThat(page).contains("`" + name + "`"));
    }

    /// The names of an object's fields, but for those that a person chose.
    private static void names(JsonNode object, Set<String> names) {
        object.properties().forEach(field -> {
            names.add(field.getKey());
            if (!Set.of("args", "results").contains(field.getKey())) {
                names(field.getValue(), names);
            }
        });
    }

    private void assertParses(String command, TargetProcess target, Path socket) {
        List<String> words = words(command);
        if (words.getFirst().equals("sudo")) {
            words.removeFirst();
        }
        Path program = HOME.resolve(words.removeFirst()).normalize();
        assertThat(program).as(command).isExecutable();
        if (!program.equals(HOME.resolve("stet"))) {
            return;
        }
        // Those that ask an agent ask the one above; one more agent has another socket.
        String asked = words.getFirst().equals("run") ? "off" : socket.toString();
        try (StetProcess stet = StetProcess.start(
                Map.of("STET_API_SOCKET", asked), harmless(words, target).toArray(String[]::new))) {
            int code = stet.waitFor(LIMIT);
            assertThat(PARSED)
                    .as("%s: exit %d, %s", command, code, stet.stderr())
                    .contains(code);
        }
    }

    /// The same on a target of ours, and for a moment only.
    private List<String> harmless(List<String> words, TargetProcess target) {
        String caller = Targets.caller().toString();
        List<String> result = new ArrayList<>();
        for (int at = 0; at < words.size(); at++) {
            String word = words.get(at);
            String before = at == 0 ? "" : words.get(at - 1);
            if (before.equals("--exe")) {
                result.add(caller);
            } else if (before.equals("--duration")) {
                result.add("1");
            } else if (word.equals("./stet.yaml")) {
                result.add(write(directory.resolve("stet.yaml"), "budget: 25\n"));
            } else if (word.equals("--follow") || word.equals("-f")) {
                result.add("--help"); // or it would never end
            } else if (word.startsWith("docs/")) {
                result.add(HOME.resolve(word).toString());
            } else if (before.equals("--policy")) {
                result.add(HOME.resolve("docs/examples").toString());
            } else if (word.matches("\\d{4,}") && !before.equals("--text")) {
                result.add("" + target.pid());
            } else {
                result.add(word);
            }
        }
        boolean traces = Set.of("trace", "run").contains(words.getFirst()) && !words.contains("--help");
        if (traces && !words.contains("--duration")) {
            result.addAll(List.of("--duration", "1"));
        }
        switch (words.getFirst()) {
            case "token" ->
                result.addAll(List.of("--tokens", directory.resolve("tokens").toString()));
            case "top" -> result.addAll(List.of("--count", "1"));
            default -> {
                // it is harmless
            }
        }
        if (words.getFirst().equals("run") && !words.contains("--exe")) {
            result.addAll(List.of("--exe", caller));
        }
        return result;
    }

    private static String write(Path file, String text) {
        try {
            return Files.writeString(file, text).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What a shell makes of a line, up to a comment or a redirection.
    private static List<String> words(String command) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(command);
        while (matcher.find()) {
            String word = matcher.group();
            if (word.startsWith("#") || word.startsWith(">")) {
                break;
            }
            words.add(word.startsWith("'") || word.startsWith("\"") ? word.substring(1, word.length() - 1) : word);
        }
        return words;
    }

    private static boolean resolves(Path page, String link) {
        int hash = link.indexOf('#');
        String file = hash < 0 ? link : link.substring(0, hash);
        Path target = file.isEmpty() ? page : page.resolveSibling(file).normalize();
        return Files.exists(target) && (hash < 0 || anchors(target).contains(link.substring(hash + 1)));
    }

    private static Set<String> anchors(Path page) {
        Set<String> anchors = new TreeSet<>();
        read(page)
                .lines()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT))
                .forEach(heading ->
                        anchors.add(heading.replaceAll("[^\\w -]", "").replace(' ', '-')));
        return anchors;
    }

    private static List<Problem> problems(String file, String text) {
        SourceText source = new SourceText(file, text);
        if (text.contains("kind: ProbePack")) {
            Problems problems = new Problems();
            assertThat(PackReader.read(source, problems)).isNotEmpty();
            return problems.list();
        }
        if (text.contains("kind: PolicyTest")) {
            assertThat(PolicyTests.read(List.of(source))).isInstanceOf(PolicyTests.ReadResult.Valid.class);
        }
        return switch (PolicyReader.read(List.of(source), Instant.now())) {
            case ReadResult.Valid(var policy, var _) -> {
                boolean saysSomething = !policy.equals(BuiltIn.policy()) || text.contains("kind: PolicyTest");
                assertThat(saysSomething).isTrue();
                yield List.of();
            }
            case ReadResult.Invalid(var problems) -> problems;
        };
    }

    private static List<MatchResult> blocks(Path page, String language) {
        return BLOCK.matcher(read(page))
                .results()
                .filter(block -> block.group(1).equals(language))
                .toList();
    }

    private static Stream<Path> files(String directory, String suffix) {
        try (Stream<Path> found = Files.list(HOME.resolve(directory).normalize())) {
            return found.filter(file -> file.toString().endsWith(suffix)).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }
}
