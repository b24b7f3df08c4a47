package dev.stet.procfs;

import static dev.stet.procfs.FakeProc.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.facts.Fact;
import dev.stet.facts.ProcessIdentity;
import dev.stet.facts.Relative;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineageTest {
    private FakeProc proc;

    @BeforeEach
    void tree(@TempDir Path root) {
        proc = new FakeProc(root);
    }

    private void process(int pid, int parent, long start) throws IOException {
        if (!java.nio.file.Files.exists(proc.root().resolve(pid + "/exe"), java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
            proc.process(pid, "/bin/p" + pid);
        }
        String stat = FakeProc.stat(pid, "x", 'S', 0, start).replace(") S 1 ", ") S " + parent + " ");
        proc.write(pid, "stat", bytes(stat));
    }

    private Lineage lineage() {
        return new Lineage(proc.reader());
    }

    @Test
    void upToTheFirst() throws IOException {
        process(1, 0, 1);
        process(5, 1, 50);
        process(9, 5, 90);
        Relative five = new Relative(5, Fact.of("/bin/p5"), Fact.of("comm"));
        assertThat(lineage().parent(new ProcessIdentity(9, 90))).isEqualTo(Fact.of(five));
        assertThat(lineage().ancestors(new ProcessIdentity(9, 90)).known().orElseThrow())
                .extracting(Relative::pid)
                .containsExactly(5, 1);
        assertThat(lineage().parent(new ProcessIdentity(1, 1))).isEqualTo(Fact.absent());
        assertThat(lineage().ancestors(new ProcessIdentity(1, 1))).isEqualTo(Fact.absent());
    }

    /// The pid of a parent that has ended may be another's by now; and a child's too.
    @Test
    void pidsThatAreUsedAgain() throws IOException {
        process(5, 0, 100);
        process(9, 5, 90);
        assertThat(lineage().parent(new ProcessIdentity(9, 90))).isInstanceOf(Fact.Unreadable.class);
        assertThat(lineage().parent(new ProcessIdentity(9, 80))).isInstanceOf(Fact.Unreadable.class);
        process(5, 0, 90);
        assertThat(lineage().parent(new ProcessIdentity(9, 90))).isInstanceOf(Fact.Known.class);
    }

    @Test
    void loopsAndMissingParentsEnd() throws IOException {
        process(5, 9, 90);
        process(9, 5, 90);
        assertThat(lineage().ancestors(new ProcessIdentity(9, 90))).isEqualTo(Fact.unreadable("more than 256 of them"));
        process(7, 6, 90);
        assertThat(lineage().ancestors(new ProcessIdentity(7, 90))).isInstanceOf(Fact.Unreadable.class);
    }

    private void assertZombie(char state) throws IOException {
        proc.write(5, "stat", bytes(FakeProc.stat(5, "x", state, 0, 1).replace(" 1 2 3 ", " 0 2 3 ")));
    }

    /// A process whose main thread has ended is its children's parent still.
    @Test
    void aParentWhoseMainThreadHasEnded() throws IOException {
        process(5, 0, 1);
        process(9, 5, 90);
        assertZombie('Z');
        assertThat(lineage().parent(new ProcessIdentity(9, 90))).isInstanceOf(Fact.Known.class);
    }
}
