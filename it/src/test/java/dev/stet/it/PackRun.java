package dev.stet.it;

import dev.stet.it.Events.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/// A `stet run` that looks at one program only: the rest of the machine is left alone.
///
/// @param stet runs with `--json`
record PackRun(StetProcess stet) implements AutoCloseable {
    private static final long LOOK_MILLIS = 50;

    /// Starts it.
    ///
    /// @param program the executable, or a link to it
    /// @param options more of them
    static PackRun on(Path program, String... options) {
        List<String> arguments = new ArrayList<>(List.of("run", "--json", "--exe", real(program)));
        arguments.addAll(List.of(options));
        return new PackRun(StetProcess.start(arguments.toArray(String[]::new)));
    }

    private static String real(Path program) {
        try {
            return program.toRealPath().toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Events events() {
        return Events.of(stet);
    }

    /// Waits until it is ready to see programs start.
    PackRun ready() {
        var _ = events().awaitApplied(0);
        return this;
    }

    /// All events of a kind so far, once there are so many.
    List<Event> await(String kind, int atLeast) {
        return await(kind, atLeast, _ -> true);
    }

    /// All wanted events of a kind so far, once there are so many.
    List<Event> await(String kind, int atLeast, Predicate<Event> wanted) {
        long deadline = System.nanoTime() + Events.LIMIT.toNanos();
        while (true) {
            List<Event> found = events().since(0, "call").stream()
                    .filter(event -> event.text("kind").equals(kind) && wanted.test(event))
                    .toList();
            if (found.size() >= atLeast) {
                return found;
            }
            if (System.nanoTime() > deadline || !stet.isAlive()) {
                throw new AssertionError("%d of %d events of kind %s%n-- stdout, last lines:%n%s%n-- stderr:%n%s"
                        .formatted(found.size(), atLeast, kind, tail(stet.stdout()), tail(stet.stderr())));
            }
            sleep();
        }
    }

    private static String tail(List<String> lines) {
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
    }

    private static void sleep() {
        try {
            Thread.sleep(LOOK_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /// What was taken at the entry.
    static JsonNode arg(Event call, String name) {
        return call.json().path("args").path(name);
    }

    /// What was taken at the return.
    static JsonNode result(Event call, String name) {
        return call.json().path("results").path(name);
    }

    /// A text that was taken at the entry; empty if it is none.
    static String text(Event call, String name) {
        return arg(call, name).asString("");
    }

    @Override
    public void close() {
        stet.close();
    }
}
