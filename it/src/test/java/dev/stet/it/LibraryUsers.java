package dev.stet.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Programs of different names, in one directory, that all use one and the same libstetdemo.so.
///
/// @param directory where the programs are, and nothing else
record LibraryUsers(Path directory) {
    /// Its functions, as `stet trace` wants them: each line has the argument, which counts up from 0, and
    /// the result.
    static final String SHARED_FN = "libstetdemo.so:shared_fn(int(arg1)) -> int(ret)";

    /// f000 to f199.
    static final String ALL_200 = "libstetdemo.so:f[0-9][0-9][0-9]";

    /// Makes an empty directory for them.
    static LibraryUsers in(Path parent) {
        try {
            return new LibraryUsers(Files.createDirectory(parent.resolve("users")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Matches every program in it, and nothing else on this machine.
    String glob() {
        return directory + "/*";
    }

    /// A program of that name.
    Path program(String name) {
        Path program = directory.resolve(name);
        try {
            if (Files.notExists(program)) {
                Files.copy(Targets.uselib(), program);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return program;
    }

    /// What it takes to run it, after the program.
    ///
    /// @param arguments as `uselib` has them
    static List<String> arguments(String... arguments) {
        List<String> all =
                new ArrayList<>(List.of("--lib", Targets.libstetdemo().toString()));
        all.addAll(List.of(arguments));
        return all;
    }

    /// Starts a program of that name and waits until it has opened the library.
    TargetProcess start(String name, String... arguments) {
        return TargetProcess.startReady(program(name), arguments(arguments).toArray(String[]::new));
    }

    /// Starts Stet on all of them, and waits until it has looked at each.
    StetProcess trace(PolicyFiles policy, String... functions) {
        List<String> arguments =
                new ArrayList<>(List.of("trace", "--exe", glob(), "--policy", policy.option(), "--json"));
        arguments.addAll(List.of(functions));
        StetProcess stet = StetProcess.start(arguments.toArray(String[]::new));
        try {
            var _ = Events.of(stet).await(0, "policy", event -> true);
            return stet;
        } catch (AssertionError e) {
            stet.close();
            throw e;
        }
    }
}
