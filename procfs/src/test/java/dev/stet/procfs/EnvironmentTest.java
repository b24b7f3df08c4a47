package dev.stet.procfs;

import static dev.stet.procfs.FakeProc.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.facts.Fact;
import dev.stet.facts.ProcessFacts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentTest {
    private FakeProc proc;

    @BeforeEach
    void process(@TempDir Path root) throws IOException {
        proc = new FakeProc(root).process(7, "/x");
    }

    private Fact<Map<String, String>> env(String environ) throws IOException {
        proc.write(7, "environ", bytes(environ));
        ProcessFacts facts = proc.reader().facts(7).orElseThrow();
        return proc.reader().files(facts).env();
    }

    @Test
    void anyBytes() throws IOException {
        assertThat(env("A=1\0B=x=y\nz\0A=2\0nothing\0=empty\0C=\0\u00ff=\u00c3\u00a9\u00fe\0\0"))
                .isEqualTo(Fact.of(Map.of("A", "1", "B", "x=y\nz", "C", "", "\ufffd", "\u00e9\ufffd")));
        assertThat(env("A=no end")).isEqualTo(Fact.of(Map.of("A", "no end")));
    }

    /// What is too much is not cut: that would say of a variable that it is not there.
    @Test
    void tooMuchIsUnreadable() throws IOException {
        int limit = Environment.MAX_BYTES;
        assertThat(env("A=" + "x".repeat(limit - 2)).known()).isPresent();
        assertThat(env("A=" + "x".repeat(limit - 1))).isEqualTo(Fact.unreadable("longer than 1048576 bytes"));
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            many.append('v').append(i).append("=\0");
        }
        assertThat(env(many.toString()).known().orElseThrow()).hasSize(20_000);
        assertThat(env(many + "w=\0")).isEqualTo(Fact.unreadable("more than 20000 variables"));
    }

    /// nginx and PostgreSQL write their titles over arguments and environment.
    @Test
    void aTitleOverItIsUnreadable() throws IOException {
        assertThat(env("ker process\0\0\0\0")).isInstanceOf(Fact.Unreadable.class);
        assertThat(env("\0\0\0\0")).isInstanceOf(Fact.Unreadable.class);
        assertThat(env("\0A=1\0")).isInstanceOf(Fact.Unreadable.class);
    }

    /// Of a process that was forked and wrote its title over it, as PostgreSQL's, the one above it may still tell.
    @Test
    void whoWasForkedHasThatOfTheOneAbove() throws IOException {
        proc.process(5, "/x").write(5, "environ", bytes("STET_EXEMPT=all\0"));
        places(5, 1, "7001");
        places(7, 5, "7001");
        assertThat(env(": walwriter\0\0")).isEqualTo(Fact.of(Map.of("STET_EXEMPT", "all")));
        places(7, 5, "8001"); // it has executed something since
        assertThat(env(": walwriter\0\0")).isInstanceOf(Fact.Unreadable.class);
        places(7, 5, "0"); // the kernel does not tell
        assertThat(env(": walwriter\0\0")).isInstanceOf(Fact.Unreadable.class);
        places(7, 5, "7001");
        proc.write(5, "environ", bytes("a title, too\0"));
        assertThat(env(": walwriter\0\0")).isInstanceOf(Fact.Unreadable.class);
    }

    private void places(int pid, int parent, String place) throws IOException {
        String stat = FakeProc.stat(pid, "x", 'S', 0, 1).strip().replace(" S 1 ", " S " + parent + " ");
        proc.write(pid, "stat", bytes(stat + (" " + place).repeat(60) + "\n"));
    }

    @Test
    void noneIsNotNoneYet() throws IOException {
        String stat = FakeProc.stat(7, "x", 'S', 0, 1).strip();
        proc.write(7, "stat", bytes(stat + " 1".repeat(23) + " 0 0 0\n"));
        assertThat(env("")).isInstanceOf(Fact.Unreadable.class);
        proc.write(7, "stat", bytes(stat + " 1".repeat(23) + " 94 94 0\n"));
        assertThat(env("")).isEqualTo(Fact.of(Map.of()));
    }
}
