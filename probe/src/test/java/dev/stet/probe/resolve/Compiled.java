package dev.stet.probe.resolve;

import static org.junit.jupiter.api.Assertions.fail;

import dev.stet.binary.ByteSource;
import dev.stet.binary.Executable;
import dev.stet.facts.Function;
import dev.stet.probe.Capture;
import dev.stet.probe.ExpressionException;
import dev.stet.probe.ExpressionParser;
import dev.stet.probe.Probe;
import dev.stet.probe.compile.WordText;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;

/// A small program, and what probes of its functions mean.
final class Compiled {
    private final Path path;
    private final Executable executable;

    private Compiled(Path path, Executable executable) {
        this.path = path;
        this.executable = executable;
    }

    private static void need(boolean there, String missing) {
        if (!there && "true".equals(System.getenv("CI"))) {
            fail(missing);
        }
        Assumptions.assumeTrue(there, missing);
    }

    /// @param command the compiler and its arguments; `PROGRAM` and `SOURCE` stand for the files
    static Compiled of(Path directory, String file, String source, String command) throws Exception {
        Path text = Files.writeString(directory.resolve(file), source);
        Path program = directory.resolve(file + ".out");
        List<String> words = Arrays.stream(command.split(" "))
                .map(it -> it.replace("PROGRAM", program.toString()).replace("SOURCE", text.toString()))
                .toList();
        boolean there = words.getFirst().startsWith("/")
                ? Files.isExecutable(Path.of(words.getFirst()))
                : Arrays.stream(System.getenv("PATH").split(":"))
                        .anyMatch(it -> Files.isExecutable(Path.of(it, words.getFirst())));
        need(there, words.getFirst() + " is not installed");
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        Path cache = Path.of(System.getProperty("stet.go.cache", "target/go"));
        builder.environment().putIfAbsent("GOCACHE", cache.toAbsolutePath() + "/cache");
        builder.environment().put("GO111MODULE", "off");
        Process compiler = builder.start();
        String output = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (compiler.waitFor() != 0) {
            fail(command + ": " + output);
        }
        return new Compiled(program, Executable.parse(ByteSource.of(Files.readAllBytes(program))));
    }

    Path path() {
        return path;
    }

    Executable executable() {
        return executable;
    }

    Function function(String name) throws Exception {
        return executable.functions().find(name).getFirst();
    }

    static Probe probe(List<Capture> entry, List<Capture> exit, Optional<Capture> where, Probe.Measure measure) {
        Probe.Site site = new Probe.Site.Functions("f");
        return new Probe("test", "", site, entry, exit, where, measure, Probe.Limits.DEFAULT);
    }

    Resolved resolve(String function, Probe probe) throws Exception {
        return Resolver.resolve(executable, function(function), probe, true);
    }

    /// What is taken of an expression when the function is called.
    String entry(String function, String expression) throws Exception {
        List<Capture> captures = ExpressionParser.captures(expression);
        Resolved resolved = resolve(function, probe(captures, List.of(), Optional.empty(), Probe.Measure.CALLS));
        return text(resolved.atEntry());
    }

    /// What is taken of it when it returns, and what was kept for that.
    String exit(String function, String expression) throws Exception {
        List<Capture> captures = ExpressionParser.captures(expression);
        Resolved resolved = resolve(function, probe(List.of(), captures, Optional.empty(), Probe.Measure.LATENCY));
        return text(resolved.atReturn()) + saved(resolved);
    }

    /// What a condition is at the entry, and at the end.
    String where(String function, String condition) throws Exception {
        Optional<Capture> where = Optional.of(ExpressionParser.condition(condition));
        Resolved resolved = resolve(function, probe(List.of(), List.of(), where, Probe.Measure.LATENCY));
        return resolved.entryFilter().map(WordText::of).orElse("all") + " then "
                + resolved.exitFilter().map(WordText::of).orElse("all") + saved(resolved);
    }

    /// One of the above, or why it is refused.
    ///
    /// @param when `entry`, `exit` or `where`, and the function: `entry main`
    String meaning(String when, String expression) throws Exception {
        String function = when.substring(when.indexOf(' ') + 1);
        try {
            return switch (when.substring(0, when.indexOf(' '))) {
                case "entry" -> entry(function, expression);
                case "exit" -> exit(function, expression);
                case "where" -> where(function, expression);
                default -> throw new IllegalArgumentException(when);
            };
        } catch (ExpressionException e) {
            return "refused: " + e.problem();
        }
    }

    private static String saved(Resolved resolved) {
        return resolved.saved().isEmpty()
                ? ""
                : resolved.saved().stream().map(WordText::of).collect(Collectors.joining(", ", " with ", ""));
    }

    private static String text(List<Shown> all) {
        return all.stream().map(Compiled::text).collect(Collectors.joining("; "));
    }

    private static String text(Shown shown) {
        String shape = switch (shown.shape()) {
            case Shape.Number number -> number.kind().toString();
            case Shape.Missing(var why) -> "missing: " + why;
            case Shape.Fixed(var text) -> "'" + text + "'";
            case Shape.Behind(var ignored, var content) ->
                "nil or " + content.getClass().getSimpleName();
            default -> shown.shape().getClass().getSimpleName();
        };
        return shown.takes().stream().map(WordText::of).collect(Collectors.joining(", "))
                + (shown.takes().isEmpty() ? shape : ": " + shape);
    }
}
