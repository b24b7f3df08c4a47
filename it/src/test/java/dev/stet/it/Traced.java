package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// A program that was traced from its first call to its last: it waits for SIGUSR1 until `stet trace` is
/// attached.
///
/// @param pid of the program
/// @param events what `stet trace --json` said, in order
/// @param stderr of Stet
/// @param output of the program, without its first line
record Traced(long pid, List<JsonNode> events, List<String> stderr, List<String> output) {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /// Traces a program that ends well.
    ///
    /// @param options of `stet trace`, and the functions
    static Traced run(Path program, String... options) {
        return run(program, List.of(), options);
    }

    /// Traces a program that ends well.
    ///
    /// @param arguments of the program
    static Traced run(Path program, List<String> arguments, String... options) {
        try (TargetProcess target = TargetProcess.startReady(program, arguments.toArray(String[]::new));
                StetProcess stet = StetProcess.start(command(target.pid(), options))) {
            var _ = Events.of(stet).awaitAttached(0, target.pid());
            // Libraries, and what tells exceptions and the like, are attached by then, too.
            var _ = Events.of(stet).awaitApplied(0);
            target.signal("USR1");
            assertThat(target.waitFor(LIMIT)).as("the program's exit code").isZero();
            assertThat(stet.waitFor(LIMIT))
                    .as(() -> "Stet said " + stet.stderr())
                    .isZero();
            List<String> output = target.stdout();
            return new Traced(target.pid(), stet.json(), stet.stderr(), output.subList(1, output.size()));
        }
    }

    private static String[] command(long pid, String... options) {
        List<String> command = new ArrayList<>(List.of("trace", "-p", "" + pid, "--json"));
        command.addAll(List.of(options));
        return command.toArray(String[]::new);
    }

    /// Everything of a type.
    List<JsonNode> of(String type) {
        return events.stream()
                .filter(event -> event.get("type").stringValue().equals(type))
                .toList();
    }

    /// All calls, in the order of their report.
    List<JsonNode> calls() {
        return of("call");
    }

    /// The calls of a function, in the order of their report.
    ///
    /// @param function or a part of its name, as in mangled ones
    List<JsonNode> calls(String function) {
        return calls().stream()
                .filter(call -> call.get("function").stringValue().contains(function))
                .toList();
    }

    /// The n-th call of a function, from 0.
    JsonNode call(String function, int index) {
        List<JsonNode> calls = calls(function);
        assertThat(calls).as("calls of %s in %s", function, calls()).hasSizeGreaterThan(index);
        return calls.get(index);
    }

    /// What was taken at the entry of the n-th call of a function, as JSON.
    String args(String function, int index) {
        return call(function, index).get("args").toString();
    }

    /// What was taken at its end, as JSON.
    String results(String function, int index) {
        return call(function, index).path("results").toString();
    }

    /// A number of the summary.
    long total(String name) {
        return events.getLast().get(name).longValue();
    }

    /// A number in the program's last line: `calls=5`.
    long counted(String name) {
        for (String word : output.getLast().split(" ", -1)) {
            if (word.startsWith(name + "=")) {
                return Long.parseLong(word.substring(name.length() + 1));
            }
        }
        throw new AssertionError("no " + name + " in " + output);
    }

    /// Asserts that every call that began is reported once, with its end, and that nothing is left.
    void assertComplete() {
        assertThat(total("lost")).isZero();
        assertThat(total("unfinished")).as("unfinished").isZero();
        assertThat(total("unmatched")).as("unmatched").isZero();
        assertThat(total("calls")).isEqualTo(calls().size());
    }
}
