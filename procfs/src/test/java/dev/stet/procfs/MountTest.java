package dev.stet.procfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.facts.Fact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where another mount namespace's files are among Stet's; and the host's users.
class MountTest {
    private static final List<Mount> OURS = List.of(
            new Mount("8:1", "/", "/"),
            new Mount("0:50", "/", "/var/lib/docker/overlay2/ID/merged"),
            new Mount("8:2", "/data", "/srv"),
            new Mount("8:3", "/", "/srv/covered"));

    private static Optional<String> found(String path, Mount... theirs) {
        return Mount.of(path, List.of(theirs)).flatMap(mount -> mount.translate(path, OURS));
    }

    @Test
    void byDeviceAndDirectory() {
        assertThat(found("/bin/x", new Mount("0:50", "/", "/"))).contains("/var/lib/docker/overlay2/ID/merged/bin/x");
        assertThat(found("/app/x", new Mount("0:50", "/", "/"), new Mount("8:1", "/opt/app", "/app")))
                .contains("/opt/app/x");
        assertThat(found("/x", new Mount("8:2", "/data/sub", "/"))).contains("/srv/sub/x");
        assertThat(found("/f", new Mount("8:1", "/etc/f", "/f"))).contains("/etc/f");
        assertThat(found("/x", new Mount("8:2", "/database", "/"))).isEmpty();
        assertThat(found("/covered/x", new Mount("8:2", "/data", "/"))).isEmpty();
        assertThat(found("/x", new Mount("9:9", "/", "/"))).isEmpty();
        assertThat(found("/x")).isEmpty();
        assertThat(found("/mnt/x", new Mount("0:50", "/", "/mnt"), new Mount("8:1", "/a", "/mnt")))
                .contains("/a/x");
    }

    @Test
    void linesOfMountinfo() {
        String line = "36 35 98:0 /a\\040b /mnt\\134x rw,noatime master:1 - ext3 /dev/root rw";
        assertThat(Mount.parse(FakeProc.bytes(line), line.length())).contains(new Mount("98:0", "/a b", "/mnt\\x"));
        for (String bad : List.of("", "36", "36 35 98 / /", "36 35 98:0 a /b", "36 35 98:0 /a")) {
            assertThat(Mount.parse(FakeProc.bytes(bad), bad.length())).isEmpty();
        }
    }

    @Test
    void manyMountsTakeLittleTime() {
        List<Mount> many = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            many.add(new Mount("0:1", "/", "/m" + i));
        }
        long start = System.nanoTime();
        assertThat(new Mount("0:1", "/", "/").translate("/x", many)).contains("/m0/x");
        assertThat(System.nanoTime() - start).isLessThan(3_000_000_000L);
    }

    @Test
    void usersAreReadAgainWhenTheFileChanges(@TempDir Path directory) throws IOException {
        Path passwd = directory.resolve("passwd");
        HostUsers users = new HostUsers(passwd);
        assertThat(users.name(0)).isInstanceOf(Fact.Unreadable.class);
        Files.writeString(
                passwd, "root:x:0:0::/:/bin/sh\ntoor:x:0:\n+nis:x:7:\nbad\nx:x:99999999999:\nbig:x:4294967295:\n");
        assertThat(users.name(0)).isEqualTo(Fact.of("root"));
        assertThat(users.name(-1)).isEqualTo(Fact.of("big"));
        assertThat(users.name(7)).isEqualTo(Fact.absent());
        Files.writeString(passwd, "seven:x:7:\n");
        Files.setLastModifiedTime(passwd, FileTime.fromMillis(1));
        assertThat(users.name(7)).isEqualTo(Fact.of("seven"));
        assertThat(users.name(0)).isEqualTo(Fact.absent());
        Files.delete(passwd);
        assertThat(users.name(7)).isInstanceOf(Fact.Unreadable.class);
    }
}
