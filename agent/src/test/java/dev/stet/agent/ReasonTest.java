package dev.stet.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

/// The JDK's exceptions about files have the path for a message, and no reason.
class ReasonTest {
    @Test
    void everyFailureHasAReason() {
        assertThat(Reason.of(new AccessDeniedException("/proc/1/maps"))).isEqualTo("permission denied");
        assertThat(Reason.of(new NoSuchFileException("/proc/1/maps"))).isEqualTo("it is gone");
        assertThat(Reason.of(new IOException("not a regular file"))).isEqualTo("not a regular file");
        assertThat(Reason.of(new EOFException())).isEqualTo("EOFException");
    }
}
