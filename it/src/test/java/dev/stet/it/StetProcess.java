package dev.stet.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Stet as people start it, by `./stet`, from the jars that this build has packaged.
final class StetProcess extends Child {
    /// The directory that `stet` and `check` are in.
    static final Path HOME = Path.of(System.getProperty("basedir", "."))
            .toAbsolutePath()
            .normalize()
            .getParent();

    private static final Path JARS = HOME.resolve("cli/target/lib");

    private static boolean isWarm;

    private StetProcess(ProcessBuilder builder, List<String> arguments, Predicate<String> taken) {
        super("stet " + String.join(" ", arguments), builder, taken);
    }

    /// Starts `stet` with these arguments. A `run` that is given no state directory has one of its own:
    /// what one has learned, or left by its end, is nothing to the next.
    static StetProcess start(String... arguments) {
        return start(Map.of(), arguments);
    }

    /// Starts `stet` with these arguments and additions to the environment.
    static StetProcess start(Map<String, String> environment, String... arguments) {
        warmUp();
        List<String> all = withState(List.of(arguments));
        return new StetProcess(builder(environment, all), all, _ -> false);
    }

    private static List<String> withState(List<String> arguments) {
        if (arguments.isEmpty() || !arguments.getFirst().equals("run") || arguments.contains("--state")) {
            return arguments;
        }
        try {
            Path states = Files.createDirectories(HOME.resolve("it/target/states"));
            List<String> all = new ArrayList<>(arguments);
            all.addAll(List.of("--state", Files.createTempDirectory(states, "").toString()));
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Starts `stet` with these arguments, for millions of lines.
    ///
    /// @param taken is offered each line of standard output, on one thread; those it takes are not kept
    static StetProcess startTaking(Predicate<String> taken, String... arguments) {
        warmUp();
        List<String> all = withState(List.of(arguments));
        return new StetProcess(builder(Map.of(), all), all, taken);
    }

    /// Starts `stet` through another program, such as `setpriv --reuid=65534 --`.
    static StetProcess startThrough(List<String> wrapper, String... arguments) {
        warmUp();
        ProcessBuilder builder = builder(Map.of(), List.of(arguments));
        builder.command().addAll(0, wrapper);
        return new StetProcess(builder, List.of(arguments), _ -> false);
    }

    /// The objects that standard output has had so far, one a line, with `--json`. Other lines are left
    /// out.
    List<JsonNode> json() {
        return stdout().stream()
                .filter(line -> line.startsWith("{"))
                .map(StetProcess::parse)
                .toList();
    }

    /// One line of JSON.
    static JsonNode parse(String line) {
        return JsonMapper.shared().readTree(line);
    }

    @Override
    Duration patience() {
        return Duration.ofSeconds(10);
    }

    /// The first start makes an AOT cache, which must not count as anybody's time.
    private static synchronized void warmUp() {
        if (isWarm) {
            return;
        }
        if (!Files.isDirectory(JARS)) {
            throw new AssertionError(JARS + " is missing: Maven makes it in its package phase (./check does)");
        }
        List<String> arguments = List.of("--version");
        try (StetProcess first = new StetProcess(builder(Map.of(), arguments), arguments, _ -> false)) {
            var _ = first.waitFor(Duration.ofMinutes(2));
        }
        isWarm = true;
    }

    private static ProcessBuilder builder(Map<String, String> environment, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(HOME.resolve("stet").toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("STET_JARS", JARS.toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("STET_API_SOCKET", "off"); // of the many that run at once, none is the machine's
        builder.environment().putAll(environment);
        return builder;
    }
}
