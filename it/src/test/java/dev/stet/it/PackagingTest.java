package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.it.Packages.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// What people install is made, and works where there is nothing but it.
class PackagingTest {
    /// Java of the machine is hidden, and the environment empty: what runs then, runs by itself.
    private static final String WITHOUT_JAVA = "for d in /usr/lib/jvm /root/.sdkman /opt; do"
            + " [ ! -d $d ] || mount -t tmpfs tmpfs $d; done; exec env -i \"$0\" \"$@\"";

    @TempDir
    static Path scratch;

    @BeforeAll
    static void needs() {
        Requires.root();
    }

    @Test
    void sumsHold() throws IOException {
        Path out = Packages.directory();
        assertThat(Packages.run(out, "sha256sum", "--check", "--strict", "SHA256SUMS")
                        .code())
                .isZero();
        assertThat(Files.readAllLines(out.resolve("SHA256SUMS"))).hasSize(4);
        for (Path file : List.of(Packages.archive(), Packages.deb(), Packages.image())) {
            Figure.print("packaging: %s has %.1f MB".formatted(file.getFileName(), Files.size(file) / 1e6));
        }
    }

    /// The same installation is packed to the same bytes.
    @Test
    void packsAlike() throws IOException {
        Path again = scratch.resolve("again");
        Packages.build(again, "--home", Packages.directory().resolve("home").toString());
        for (Path file : List.of(Packages.archive(), Packages.deb(), Packages.image())) {
            assertThat(Files.mismatch(file, again.resolve(file.getFileName())))
                    .as(file.toString())
                    .isEqualTo(-1);
        }
    }

    @Test
    void archiveNeedsNoJavaAndNoPlace() throws IOException {
        Path first = unpacked("first");
        assertThat(bare(first, "--version").text()).startsWith("stet ");
        assertThat(bare(first, "policy", "check", "docs/examples").code()).isZero();
        Path link = Files.createSymbolicLink(scratch.resolve("link"), first);
        assertThat(bare(link, "inspect", "/bin/ls").code()).isZero();
    }

    /// The cache of classes is used wherever the archive is: without it Java would refuse to start here.
    @Test
    void cacheIsUsedAnywhere() throws IOException {
        Path stet = unpacked("elsewhere");
        Outcome outcome =
                Packages.run(StetProcess.HOME, "env", "-i", "STET_JAVA_OPTS=-Xshare:on", stet.toString(), "--version");
        assertThat(outcome.code()).as(outcome.text()).isZero();
    }

    @Test
    void startTimes() throws IOException {
        Path stet = unpacked("timed");
        for (List<String> verb : List.of(List.of("--version"), List.of("policy", "check", "docs/examples"))) {
            Figure.print("packaging: `%s` took %.0f ms, without its cache of classes %.0f ms (medians of 5)"
                    .formatted(String.join(" ", verb), median(stet, "", verb), median(stet, "-Xshare:off", verb)));
        }
    }

    /// Everything that is shipped is named, with a licence, by its sum.
    @Test
    void billNamesEverything() throws IOException {
        Path home = Packages.directory().resolve("home");
        JsonNode bill = new ObjectMapper().readTree(Files.readString(home.resolve("share/doc/stet/sbom.cdx.json")));
        assertThat(bill.get("bomFormat").asString()).isEqualTo("CycloneDX");
        Set<String> sums = new TreeSet<>();
        for (JsonNode component : bill.get("components")) {
            assertThat(component.get("licenses")).as(component.toString()).isNotEmpty();
            component
                    .path("hashes")
                    .forEach(hash -> sums.add(hash.get("content").asString()));
        }
        try (Stream<Path> jars = Files.list(home.resolve("lib"))) {
            for (Path jar :
                    jars.filter(file -> file.toString().endsWith(".jar")).toList()) {
                String sum = Packages.run(home, "sha256sum", jar.toString()).text();
                assertThat(sums).as(jar.toString()).contains(sum.substring(0, 64));
            }
        }
    }

    @Test
    void debInstallsUpgradesAndLeavesNothing() {
        Requires.uprobeMulti();
        Outcome outcome = Packages.run(
                StetProcess.HOME, "packaging/try-deb", Packages.deb().toString());
        assertThat(outcome.code()).as(outcome.text()).isZero();
        assertThat(outcome.text())
                .contains("installed: stet", "upgraded: the running Stet detached", "purged: nothing left");
    }

    @Test
    void unitIsClosed() {
        Requires.tool("systemd-analyze");
        Outcome outcome = Packages.run(
                StetProcess.HOME,
                "systemd-analyze",
                "security",
                "--no-pager",
                "--offline=true",
                "--threshold=35",
                "packaging/systemd/stet.service");
        assertThat(outcome.code()).as(outcome.text()).isZero();
        Figure.print("packaging: " + outcome.text().strip().lines().toList().getLast());
    }

    @Test
    void containerTracesWhatIsOutside() throws IOException {
        Requires.uprobeMulti();
        Requires.tool("runc");
        try (TargetProcess target = TargetProcess.startReady(Targets.dnsUser(), "3000", "0")) {
            Outcome outcome = contained("traces", List.of(), tracing());
            assertThat(outcome.code()).as(outcome.text()).isZero();
            assertThat(outcome.text()).contains("\"type\":\"call\"", "\"pid\":" + target.pid() + ",", "\"left\":0");
        }
    }

    /// Neither can be spared.
    @ParameterizedTest
    @ValueSource(strings = {"CAP_SYS_ADMIN", "CAP_SYS_PTRACE"})
    void containerNeeds(String capability) throws IOException {
        Requires.uprobeMulti();
        Requires.tool("runc");
        Outcome outcome = contained("needs" + capability, List.of("--drop", capability), tracing());
        assertThat(outcome.code()).as(outcome.text()).isEqualTo(77);
    }

    /// The unit's filter of system calls, no new privileges, three capabilities, a root that is read only.
    @Test
    void sandboxForbidsWhatNoTracerNeeds() throws IOException {
        Requires.tool("runc");
        Path program = Targets.forbidden();
        assertThat(Packages.run(scratch, program.toString()).text())
                .as("the same, free")
                .doesNotContain(" 1\n");
        Path bundle = bundle("forbids", List.of("--program", "/usr/bin/forbidden"), List.of("-"));
        Files.copy(program, bundle.resolve("rootfs/usr/bin/forbidden"));
        assertThat(runc(bundle, "forbids").text())
                .contains("mount 1", "umount 1", "ptrace 1", "init_module 1", "setns 1", "unshare 1", "setuid 1")
                .contains("chroot 1", "reboot 1", "keyctl 1", "write 30");
    }

    private static List<String> tracing() {
        String program = Targets.dnsUser().toString();
        return List.of("run", "--strict", "--exe", program, "--duration", "2", "--json");
    }

    private static Outcome contained(String name, List<String> options, List<String> arguments) throws IOException {
        return runc(bundle(name, options, arguments), name);
    }

    private static Path bundle(String name, List<String> options, List<String> arguments) throws IOException {
        Path bundle = scratch.resolve("bundle-" + name);
        Path state = Files.createDirectory(scratch.resolve("state-" + name));
        List<String> command = new ArrayList<>(List.of(
                "packaging/bundle", Packages.image().toString(), bundle.toString(), "--state", state.toString()));
        command.addAll(options);
        command.add("--");
        command.addAll(arguments);
        Outcome outcome = Packages.run(StetProcess.HOME, command.toArray(String[]::new));
        assertThat(outcome.code()).as(outcome.text()).isZero();
        return bundle;
    }

    private static Outcome runc(Path bundle, String name) {
        String container = "stet-it-" + ProcessHandle.current().pid() + "-" + name;
        return Packages.run(scratch, "runc", "run", "-b", bundle.toString(), container);
    }

    private static Path unpacked(String name) throws IOException {
        Path directory = Files.createDirectory(scratch.resolve(name));
        Outcome outcome =
                Packages.run(directory, "tar", "-xzf", Packages.archive().toString(), "--strip-components=1");
        assertThat(outcome.code()).as(outcome.text()).isZero();
        return directory.resolve("bin/stet");
    }

    private static Outcome bare(Path stet, String... arguments) {
        List<String> command = new ArrayList<>(
                List.of("unshare", "--mount", "--propagation", "private", "sh", "-c", WITHOUT_JAVA, stet.toString()));
        command.addAll(List.of(arguments));
        Outcome outcome = Packages.run(StetProcess.HOME, command.toArray(String[]::new));
        assertThat(outcome.code()).as(outcome.text()).isZero();
        return outcome;
    }

    private static double median(Path stet, String option, List<String> verb) {
        List<Double> millis = new ArrayList<>();
        for (int round = 0; round < 5; round++) {
            List<String> command = new ArrayList<>(List.of("env", "-i", "STET_JAVA_OPTS=" + option, stet.toString()));
            command.addAll(verb);
            long begin = System.nanoTime();
            assertThat(Packages.run(StetProcess.HOME, command.toArray(String[]::new))
                            .code())
                    .isZero();
            millis.add(Figure.millis(System.nanoTime() - begin));
        }
        return Figure.median(millis);
    }
}
