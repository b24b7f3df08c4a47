package dev.stet.agent;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/// The program of `states.c`, running in one of its states. Closed, it ends.
final class States implements AutoCloseable {
    private final Process process;
    private final int pid;

    private States(Process process, int pid) {
        this.process = process;
        this.pid = pid;
    }

    /// Builds the program.
    static Path build(Path directory) throws Exception {
        Path source = directory.resolve("states.c");
        try (var in = States.class.getResourceAsStream("states.c")) {
            Files.write(source, in.readAllBytes());
        }
        Path program = directory.resolve("states");
        Process gcc;
        try {
            gcc = new ProcessBuilder(
                            "gcc", "-O1", "-static-pie", "-Wl,--build-id", "-o", program.toString(), source.toString())
                    .inheritIO()
                    .start();
        } catch (IOException e) {
            missing("gcc");
            throw e;
        }
        if (gcc.waitFor() != 0) {
            throw new AssertionError("gcc failed");
        }
        return program;
    }

    /// What is missing fails with `CI=true`, where everything has to be there.
    static void missing(String what) {
        if ("true".equals(System.getenv("CI"))) {
            throw new AssertionError("needs " + what + ", which must be there as CI=true");
        }
        Assumptions.abort("needs " + what);
    }

    static void root() throws IOException {
        if (!Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
            missing("root");
        }
    }

    /// Starts it and waits until it is in the state.
    static States start(Path program, String state, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of(program.toString(), state));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader out = process.inputReader();
        String line = out.readLine();
        if (line == null || !line.startsWith("ready ")) {
            process.destroyForcibly();
            throw new AssertionError(state + ": " + line);
        }
        if (state.equals("seccomp") && !"strict".equals(out.readLine())) {
            throw new AssertionError("not strict");
        }
        return new States(process, Integer.parseInt(line.substring(6)));
    }

    int pid() {
        return pid;
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        boolean ended =
                process.onExit().completeOnTimeout(null, 10, TimeUnit.SECONDS).join() != null;
        if (!ended) {
            process.destroyForcibly();
            throw new AssertionError("it does not end");
        }
    }
}
