package dev.stet.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every way in which people and programs change a directory of files is noticed.
class DirectoryWatcherTest {
    /// Well under the time after which files are compared anyhow: what is noticed within it was notified.
    private static final long SOON_MILLIS = 2000;

    @TempDir
    private Path parent;

    private Path directory;
    private final LinkedBlockingQueue<Long> told = new LinkedBlockingQueue<>();

    @BeforeEach
    void prepare() throws IOException {
        directory = Files.createDirectory(parent.resolve("policy.d"));
    }

    private interface Change {
        void make() throws IOException;
    }

    private DirectoryWatcher watch() {
        DirectoryWatcher watcher = new DirectoryWatcher(directory, "test-watch", told::add);
        watcher.start();
        return watcher;
    }

    private void assertNoticed(String what, Change change) throws IOException, InterruptedException {
        told.clear();
        change.make();
        assertThat(told.poll(SOON_MILLIS, TimeUnit.MILLISECONDS)).as(what).isNotNull();
        while (told.poll(100, TimeUnit.MILLISECONDS) != null) {
            // a change of several steps may be told of several times
        }
    }

    private Path file(String name) {
        return directory.resolve(name);
    }

    @Test
    void editorsSaveInManyWays() throws Exception {
        Files.writeString(file("a.yaml"), "1\n");
        try (DirectoryWatcher _ = watch()) {
            assertNoticed("written in place", () -> Files.writeString(file("a.yaml"), "2\n"));
            assertNoticed("appended", () -> Files.writeString(file("a.yaml"), "3\n", StandardOpenOption.APPEND));
            assertNoticed("moved over it", () -> {
                Files.writeString(file(".a.yaml.swp"), "4\n");
                Files.move(file(".a.yaml.swp"), file("a.yaml"), StandardCopyOption.ATOMIC_MOVE);
            });
            assertNoticed("moved over it from another directory", () -> {
                Path other = Files.writeString(parent.resolve("new"), "5\n");
                Files.move(other, file("a.yaml"), StandardCopyOption.ATOMIC_MOVE);
            });
            assertNoticed("kept as a backup, then written anew", () -> {
                Files.move(file("a.yaml"), file("a.yaml~"));
                Files.writeString(file("a.yaml"), "6\n");
                Files.delete(file("a.yaml~"));
            });
            assertNoticed("linked in its place", () -> {
                Files.writeString(file("b.tmp"), "7\n");
                Files.createLink(file("b.yaml"), file("b.tmp"));
            });
            assertNoticed("deleted", () -> Files.delete(file("b.yaml")));
        }
    }

    /// As the kubelet does it: the files are links into a directory that is exchanged as a whole.
    @Test
    void aConfigMapIsExchanged() throws Exception {
        Path first = Files.createDirectory(directory.resolve("..2026_1"));
        Files.writeString(first.resolve("a.yaml"), "1\n");
        Files.createSymbolicLink(directory.resolve("..data"), Path.of("..2026_1"));
        Files.createSymbolicLink(file("a.yaml"), Path.of("..data/a.yaml"));
        try (DirectoryWatcher _ = watch()) {
            for (int i = 2; i < 5; i++) {
                Path next = Files.createDirectory(directory.resolve("..2026_" + i));
                Files.writeString(next.resolve("a.yaml"), i + "\n");
                Path link = Files.createSymbolicLink(directory.resolve("..data_tmp"), next.getFileName());
                Thread.sleep(100);
                assertNoticed(
                        "exchanged",
                        () -> Files.move(link, directory.resolve("..data"), StandardCopyOption.ATOMIC_MOVE));
                assertThat(Files.readString(file("a.yaml"))).isEqualTo(i + "\n");
            }
        }
    }

    @Test
    void filesElsewhereThatLinksLeadToAreWatched() throws Exception {
        Path elsewhere = Files.createDirectory(parent.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("real.yaml"), "1\n");
        Files.createSymbolicLink(file("a.yaml"), elsewhere.resolve("real.yaml"));
        try (DirectoryWatcher _ = watch()) {
            assertNoticed("written behind a link", () -> Files.writeString(elsewhere.resolve("real.yaml"), "22\n"));
        }
    }

    @Test
    void theDirectoryGoesAndComes() throws Exception {
        try (DirectoryWatcher _ = watch()) {
            assertNoticed("deleted", () -> Files.delete(directory));
            assertNoticed("back", () -> Files.createDirectory(directory));
            assertNoticed("written", () -> Files.writeString(file("a.yaml"), "1\n"));
            assertNoticed("replaced as a whole", () -> {
                Path next = Files.createDirectory(parent.resolve("next"));
                Files.writeString(next.resolve("a.yaml"), "2\n");
                Files.move(directory, parent.resolve("old"));
                Files.move(next, directory);
            });
            assertNoticed("written in the new one", () -> Files.writeString(file("a.yaml"), "3\n"));
        }
    }

    @Test
    void aLinkToTheDirectoryIsTurned() throws Exception {
        Path v1 = Files.createDirectory(parent.resolve("v1"));
        Path v2 = Files.createDirectory(parent.resolve("v2"));
        Files.writeString(v1.resolve("a.yaml"), "1\n");
        Files.writeString(v2.resolve("a.yaml"), "2\n");
        Files.delete(directory);
        Files.createSymbolicLink(directory, v1);
        try (DirectoryWatcher _ = watch()) {
            assertNoticed("turned", () -> {
                Files.createSymbolicLink(parent.resolve("tmp"), v2);
                Files.move(parent.resolve("tmp"), directory, StandardCopyOption.ATOMIC_MOVE);
            });
            assertNoticed("written", () -> Files.writeString(v2.resolve("a.yaml"), "33\n"));
        }
    }

    /// As on NFS, where nobody is told of what another machine does.
    @Test
    void withoutNotificationsFilesAreCompared() throws Exception {
        Files.writeString(file("a.yaml"), "1\n");
        try (DirectoryWatcher watcher = new DirectoryWatcher(directory, "test-watch", false, 50, told::add)) {
            watcher.start();
            assertNoticed("written", () -> Files.writeString(file("a.yaml"), "22\n"));
            assertNoticed("deleted", () -> Files.delete(file("a.yaml")));
            assertNoticed("directory gone", () -> Files.delete(directory));
            assertNoticed("directory back", () -> Files.createDirectory(directory));
            told.clear();
            assertThat(told.poll(400, TimeUnit.MILLISECONDS)).isNull();
        }
    }

    @Test
    void aThousandFiles() throws Exception {
        for (int i = 0; i < 1000; i++) {
            Files.writeString(file("f" + i + ".yaml"), i + "\n");
        }
        try (DirectoryWatcher _ = watch()) {
            assertNoticed("one of them", () -> Files.writeString(file("f500.yaml"), "x\n"));
            assertNoticed("all of them", () -> {
                for (int i = 0; i < 1000; i++) {
                    Files.writeString(file("f" + i + ".yaml"), -i + "\n");
                }
            });
        }
    }
}
