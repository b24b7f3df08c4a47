package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// `stet inspect`: what it says of a binary is so, and nothing that is given to it for one stops it.
class InspectTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    @Test
    void summary() {
        JsonNode it = json(Targets.goHotStripped().toString());
        assertThat(it.path("machine").asString()).isEqualTo("x86-64");
        assertThat(it.path("language").asString()).isEqualTo("go");
        assertThat(it.path("go").path("toolchain").asString()).startsWith("go1.");
        assertThat(it.path("functions").asInt()).isGreaterThan(1000);
        assertThat(it.path("debugInfo").path("state").asString()).isEqualTo("missing");
        assertThat(it.path("hazards").get(0).path("kind").asString()).isEqualTo("go_stacks");
        assertThat(it.path("refused")).isEmpty();

        List<String> text = run(0, Targets.goHotStripped().toString()).stdout();
        assertThat(text)
                .anyMatch(line -> line.matches("language +Go"))
                .anyMatch(line -> line.matches("functions +[0-9,]{5,}"))
                .anyMatch(line -> line.contains("go stacks"));
    }

    @Test
    void oneFunction() {
        JsonNode it = json(Targets.caller().toString(), "work");
        assertThat(it.path("name").asString()).isEqualTo("work");
        JsonNode parameters = it.path("signature").path("parameters");
        assertThat(parameters.get(0).path("type").asString()).isEqualTo("int");
        assertThat(parameters.get(0).path("location").get(0).path("register").asString())
                .isEqualTo("rdi");
        assertThat(it.path("signature").path("source").asString()).contains("caller.c:");
        assertThat(it.path("exits").get(0).path("kind").asString()).isEqualTo("return");
        JsonNode instructions = it.path("code").path("instructions");
        assertThat(instructions.get(0).path("offset").asInt()).isZero();
        long bytes = StreamSupport.stream(instructions.spliterator(), false)
                .mapToLong(each -> each.path("length").asLong())
                .sum();
        assertThat(bytes).isPositive().isLessThanOrEqualTo(it.path("size").asLong());

        assertThat(run(0, Targets.caller().toString(), "work").stdout())
                .anyMatch(line -> line.matches("signature +work\\(.*int.*"))
                .anyMatch(line -> line.matches("probes +entry and exits"));
    }

    @Test
    void namesOfCxxInBothForms() {
        String shapes = Targets.shapes().toString();
        JsonNode listed = StetProcess.parse(run(0, shapes, "--list", "functions", "--match", "*::*(*", "--json")
                .stdout()
                .getFirst());
        String mangled = listed.path("name").asString();
        String readable = listed.path("demangled").asString();
        assertThat(mangled).startsWith("_Z");
        assertThat(json(shapes, mangled).path("virtualAddress")).isEqualTo(listed.path("virtualAddress"));
        assertThat(json(shapes, readable).path("demangled").asString()).isEqualTo(readable);
    }

    @Test
    void typesOfStrippedGo() {
        JsonNode it = json(Targets.goHotStripped().toString(), "--type", "net/http.Request");
        assertThat(it.path("kind").asString()).isEqualTo("struct");
        JsonNode url = it.path("members").get(1);
        assertThat(url.path("name").asString()).isEqualTo("URL");
        assertThat(url.path("offset").asInt()).isEqualTo(16);
        assertThat(url.path("type").asString()).isEqualTo("*net/url.URL");
    }

    @Test
    void processByItsNumber() {
        Requires.root();
        try (TargetProcess target = TargetProcess.startReady(Targets.caller(), "1000", "0")) {
            assertThat(json("-p", "" + target.pid())
                            .path("debugInfo")
                            .path("state")
                            .asString())
                    .isEqualTo("present");
        }
    }

    @Test
    void unknownNamesAreAnswered() {
        StetProcess stet = run(1, Targets.caller().toString(), "wrok");
        assertThat(String.join("\n", stet.stderr())).contains("no function wrok", "work");
        stet = run(1, Targets.caller().toString(), "--type", "nonsense");
        assertThat(String.join("\n", stet.stderr())).contains("no type nonsense");
    }

    @Test
    void whatIsNoBinaryIsRefused() throws IOException {
        Path fifo = directory.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString())
                        .start()
                        .onExit()
                        .join()
                        .exitValue())
                .isZero();
        Path text = Files.writeString(directory.resolve("text"), "#!/bin/sh\n");
        Path empty = Files.createFile(directory.resolve("empty"));
        refused(66, fifo.toString(), "not a regular file");
        refused(66, directory.toString(), "not a regular file");
        refused(66, "/dev/zero", "not a regular file");
        refused(66, directory.resolve("none").toString(), "ENOENT");
        refused(65, text.toString(), "not an ELF file: begins with 23 21 2f 62");
        refused(65, empty.toString(), "it is empty");
        refused(65, Targets.goHot386().toString(), "32-bit ELF");
        assertThat(run(64, Targets.caller().toString(), "--match", "x").stderr().getFirst())
                .contains("--match filters a list");
    }

    /// Headers of a real program, and eight gigabytes of nothing behind them.
    @Test
    void hugeFileEndsSoon() throws IOException {
        Path huge = directory.resolve("huge");
        Files.copy(Targets.callerStripped(), huge);
        try (RandomAccessFile file = new RandomAccessFile(huge.toFile(), "rw")) {
            file.setLength(8L << 30);
        }
        assertThat(json(huge.toString()).path("size").asLong()).isEqualTo(8L << 30);
    }

    /// A name of a section, a file or a function is text, whatever bytes it has.
    @Test
    void hostileTextStaysText() throws IOException {
        Path evil = directory.resolve("evil\u001b[31m\nname");
        Files.copy(Targets.caller(), evil);
        List<String> lines = run(0, evil.toString()).stdout();
        assertThat(lines.getFirst()).doesNotContain("\u001b").contains("\\u001b[31m\\nname");
    }

    private static void refused(int exitCode, String file, String why) {
        assertThat(String.join("\n", run(exitCode, file).stderr())).contains(why);
    }

    private static JsonNode json(String... arguments) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = "--json";
        return StetProcess.parse(run(0, all).stdout().getFirst());
    }

    private static StetProcess run(int exitCode, String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "inspect";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        try (StetProcess stet = StetProcess.start(all)) {
            assertThat(stet.waitFor(LIMIT))
                    .as(() -> String.join(" ", all) + stet.stderr())
                    .isEqualTo(exitCode);
            return stet;
        }
    }
}
