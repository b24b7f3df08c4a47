package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/// What a Stet with `--json` says, found by type so that thousands of calls need not be parsed.
///
/// @param stet runs with `--json`
record Events(StetProcess stet) {
    static final Duration LIMIT = Duration.ofSeconds(30);

    /// @param nanos when its line was read, by [System#nanoTime()]
    record Event(long nanos, JsonNode json) {
        String text(String field) {
            return json.path(field).asString("");
        }

        long number(String field) {
            return json.path(field).asLong();
        }
    }

    static Events of(StetProcess stet) {
        return new Events(stet);
    }

    /// How many lines there are: what comes later is new.
    int now() {
        return stet.lines().size();
    }

    /// Waits for an event.
    ///
    /// @param from look only at what was said after [#now()] was that
    Event await(int from, String type, Predicate<Event> wanted) {
        Child.Line line = stet.awaitLine(
                from, text -> isOf(type, text) && wanted.test(new Event(0, StetProcess.parse(text))), LIMIT);
        return new Event(line.nanos(), StetProcess.parse(line.text()));
    }

    /// Waits until a file of the process has probes.
    Event awaitAttached(int from, long pid) {
        return await(from, "attached", event -> event.number("pid") == pid);
    }

    /// Waits until a policy is in force.
    Event awaitApplied(int from) {
        return await(from, "policy", event -> event.text("state").equals("applied"));
    }

    /// Waits for a verdict about a process.
    Event awaitVerdict(int from, long pid, String verdict) {
        return await(
                from,
                "verdict",
                event -> event.number("pid") == pid && event.text("verdict").equals(verdict));
    }

    /// Waits until calls of a process are reported.
    Event awaitCall(int from, long pid) {
        return await(from, "call", event -> event.number("pid") == pid);
    }

    /// Everything of a type that was said after the first `from` lines.
    List<Event> since(int from, String type) {
        List<Child.Line> lines = stet.lines();
        return lines.subList(from, lines.size()).stream()
                .filter(line -> isOf(type, line.text()))
                .map(line -> new Event(line.nanos(), StetProcess.parse(line.text())))
                .toList();
    }

    /// The calls of a process so far.
    List<Event> calls(int from, long pid) {
        return since(from, "call").stream()
                .filter(event -> event.number("pid") == pid)
                .toList();
    }

    /// Asserts that of calls traced with [LibraryUsers#SHARED_FN] none is missing, doubled or wrong.
    ///
    /// @return the argument of the last: how many calls its process had made before
    static long assertEveryCall(List<Event> calls) {
        assertThat(calls).isNotEmpty();
        List<Long> arguments = calls.stream()
                .map(call -> call.json().path("args").path("arg1").asLong())
                .toList();
        long first = arguments.getFirst();
        List<Long> expected =
                IntStream.range(0, calls.size()).mapToObj(i -> first + i).toList();
        assertThat(arguments).isEqualTo(expected);
        assertThat(calls)
                .allSatisfy(call -> assertThat(
                                call.json().path("results").path("ret").asLong())
                        .isEqualTo(2 * call.json().path("args").path("arg1").asLong() + 1));
        return arguments.getLast();
    }

    private static boolean isOf(String type, String line) {
        return line.startsWith("{\"type\":\"" + type + "\"");
    }
}
