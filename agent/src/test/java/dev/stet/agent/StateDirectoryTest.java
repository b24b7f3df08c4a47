package dev.stet.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDirectoryTest {
    @TempDir
    private Path parent;

    @Test
    void itIsMadeForItsOwnerAlone() throws IOException {
        Path path = parent.resolve("var/lib/stet");
        assertThat(StateDirectory.open(path).path()).isEqualTo(path);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rwx------");
        assertThat(StateDirectory.open(path).auditLog()).isEqualTo(path.resolve("audit.log"));
    }

    /// Whoever can write there can put a policy in force.
    @Test
    void oneThatOthersMayWriteToIsRefused() throws IOException {
        Path path = Files.createDirectory(parent.resolve("open"));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatThrownBy(() -> StateDirectory.open(path))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("chmod go-w");
    }

    @Test
    void whatIsNoDirectoryIsRefused() throws IOException {
        Path file = Files.writeString(parent.resolve("file"), "");
        assertThatThrownBy(() -> StateDirectory.open(file)).hasMessageContaining("not a directory");
    }

    @Test
    void aFileIsReplacedWhole() throws IOException {
        StateDirectory state = StateDirectory.open(parent.resolve("s"));
        for (String text : new String[] {"one", "another, longer", ""}) {
            StateDirectory.replace(state.ruleLog(), text.getBytes(StandardCharsets.UTF_8));
            assertThat(state.ruleLog()).hasContent(text);
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state.ruleLog())))
                .isEqualTo("rw-------");
        try (Stream<Path> files = Files.list(state.path())) {
            assertThat(files).containsExactly(state.ruleLog());
        }
    }
}
