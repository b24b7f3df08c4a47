package dev.stet.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stet.binary.DebugFiles.Found;
import dev.stet.facts.BuildId;
import dev.stet.kernel.OpenFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DebugDirectoriesTest {
    @TempDir
    Path root;

    private DebugDirectories files;

    @BeforeEach
    void open() {
        files = new DebugDirectories(root, Path.of("/opt/app/bin/app"), _ -> {});
    }

    @AfterEach
    void close() {
        files.close();
    }

    private void write(String path) throws IOException {
        Path file = root.resolve(path.substring(1));
        Files.createDirectories(file.getParent());
        Files.writeString(file, path);
    }

    /// Each file holds its own path.
    private static String content(Optional<Found> found) throws IOException {
        byte[] bytes = new byte[200];
        int count = found.orElseThrow().bytes().read(0, bytes, 0, bytes.length);
        String text = new String(bytes, 0, count, StandardCharsets.UTF_8);
        assertThat(found.get().path()).isEqualTo(text);
        return text;
    }

    @Test
    void findsByBuildId() throws IOException {
        String path = "/usr/lib/debug/.build-id/ab/cdef.debug";
        assertThat(files.byBuildId(new BuildId("abcdef"))).isEmpty();
        write(path);
        assertThat(content(files.byBuildId(new BuildId("abcdef")))).isEqualTo(path);
        assertThat(files.byBuildId(new BuildId("ab"))).isEmpty();
    }

    @Test
    void triesThePlacesInOrder() throws IOException {
        assertThat(files.byName("app.debug")).isEmpty();
        for (String path : new String[] {
            "/usr/lib/debug/opt/app/bin/app.debug", "/opt/app/bin/.debug/app.debug", "/opt/app/bin/app.debug"
        }) {
            write(path);
            assertThat(content(files.byName("app.debug"))).isEqualTo(path);
        }
    }

    /// A link that has the binary's own name means another file.
    @Test
    void theBinaryIsNotItsOwnDebugFile() throws IOException {
        write("/opt/app/bin/app");
        assertThat(files.byName("app")).isEmpty();
        write("/opt/app/bin/.debug/app");
        assertThat(content(files.byName("app"))).isEqualTo("/opt/app/bin/.debug/app");
    }

    @Test
    void absolutePathsCountBelowTheDebugDirectoryOnly() throws IOException {
        write("/usr/lib/debug/.dwz/common.debug");
        write("/etc/shadow");
        assertThat(content(files.byName("/usr/lib/debug/.dwz/common.debug")))
                .isEqualTo("/usr/lib/debug/.dwz/common.debug");
        assertThat(files.byName("/etc/shadow")).isEmpty();
        assertThat(files.byName("/usr/lib/debug/../../../etc/shadow")).isEmpty();
        assertThat(files.byName("/usr/lib/debugger")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "../secret", "a/../../secret", "sub/app.debug", "a\0b", "\ud800", "//x"})
    void otherNamesLeadNowhere(String name) throws IOException {
        write("/opt/app/secret");
        write("/opt/app/bin/sub/app.debug");
        assertThat(files.byName(name)).isEmpty();
        assertThat(files.byName("x".repeat(5000))).isEmpty();
    }

    @Test
    @Timeout(10)
    void aFifoHoldsUpNobody() throws Exception {
        Files.createDirectories(root.resolve("opt/app/bin"));
        Process made = new ProcessBuilder(
                        "mkfifo", root.resolve("opt/app/bin/app.debug").toString())
                .start();
        assertThat(made.waitFor()).isZero();
        assertThatThrownBy(() -> files.byName("app.debug"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not a regular file");
        write("/usr/lib/debug/opt/app/bin/app.debug");
        assertThat(files.byName("app.debug")).isPresent();
    }

    @Test
    void mountsAreAskedFirst() throws IOException {
        write("/opt/app/bin/app.debug");
        OpenFile.MountCheck none = _ -> {
            throw new IOException("remote");
        };
        try (DebugDirectories refused = new DebugDirectories(root, Path.of("/opt/app/bin/app"), none)) {
            assertThatThrownBy(() -> refused.byName("app.debug")).hasMessageContaining("remote");
        }
    }
}
