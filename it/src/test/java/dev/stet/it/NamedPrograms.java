package dev.stet.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Programs under the names that the guide's rules ask for, in a directory of their own, so that nothing else of
/// this machine is meant.
///
/// @param directory where they are, and nothing else
record NamedPrograms(Path directory) {
    /// Makes an empty directory for them.
    static NamedPrograms in(Path parent) {
        try {
            return new NamedPrograms(Files.createDirectory(parent.resolve("programs")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A copy of a program.
    Path copy(Path program, String name) {
        Path copy = directory.resolve(name);
        try {
            return Files.exists(copy) ? copy : Files.copy(program, copy);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Starts a copy of a program and waits until it is ready.
    TargetProcess start(Path program, String name, String... arguments) {
        return TargetProcess.startReady(copy(program, name), arguments);
    }

    /// Starts a copy of a program with more in its environment.
    TargetProcess startWith(String variable, Path program, String name, String... arguments) {
        List<String> all = new ArrayList<>(List.of(variable, copy(program, name).toString()));
        all.addAll(List.of(arguments));
        return TargetProcess.startReady(Requires.tool("env"), all.toArray(String[]::new));
    }

    /// Traces all of them, and waits until policy is in force.
    StetProcess trace(PolicyFiles policy, String... functions) {
        List<String> arguments =
                new ArrayList<>(List.of("trace", "--exe", directory + "/*", "--policy", policy.option(), "--json"));
        arguments.addAll(List.of(functions));
        StetProcess stet = StetProcess.start(arguments.toArray(String[]::new));
        try {
            var ignored = Events.of(stet).awaitApplied(0);
            return stet;
        } catch (AssertionError e) {
            stet.close();
            throw e;
        }
    }
}
