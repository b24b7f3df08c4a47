package dev.stet.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.facts.Container;
import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.facts.Pod;
import dev.stet.facts.ProcessFacts;
import dev.stet.facts.ProcessIdentity;
import dev.stet.procfs.ProcReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Facts of processes that really are in the states that the facts are about.
class MachineFactsTest {
    @TempDir
    private static Path directory;

    private static Path program;

    private final ProcReader proc = new ProcReader(Path.of("/proc"));
    private final MachineFacts source = new MachineFacts(proc, new Binaries(proc), Metadata.NONE);

    @BeforeAll
    static void build() throws Exception {
        program = States.build(directory);
    }

    private ProcessFacts all(int pid) {
        return source.read(proc.facts(pid).orElseThrow(), Set.copyOf(FactKey.ALL));
    }

    private static String sha256(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    /// There is no kind of fact that is never answered: the judge would ask for it for ever.
    @Test
    void everyKindIsAnswered() throws Exception {
        try (States it = States.start(program, "wait")) {
            ProcessFacts facts = all(it.pid());
            assertThat(FactKey.ALL).allSatisfy(key -> assertThat(facts.get(key)).isNotInstanceOf(Fact.NotRead.class));
            assertThat(facts.get(FactKey.HOST_EXE)).isEqualTo(Fact.of(program.toString()));
            assertThat(facts.get(FactKey.SHA256)).isEqualTo(Fact.of(sha256(program)));
            assertThat(facts.get(FactKey.LANGUAGE)).isEqualTo(Fact.of("c"));
            assertThat(facts.get(FactKey.SECTIONS).known().orElseThrow()).contains(".text", ".note.gnu.build-id");
            assertThat(facts.get(FactKey.MODULES)).isEqualTo(Fact.absent());
            assertThat(facts.get(FactKey.LINKS)).isEqualTo(Fact.of(Set.of(program.toString())));
            assertThat(facts.get(FactKey.HAZARDS).known().orElseThrow())
                    .doesNotContain("seccomp", "debugger-attached", "text-remapped", "syscall-dispatch");
            assertThat(facts.get(FactKey.PARENT).known().orElseThrow().pid())
                    .isEqualTo((int) ProcessHandle.current().pid());
            assertThat(facts.get(FactKey.ANCESTORS).known().orElseThrow().getFirst())
                    .isEqualTo(facts.get(FactKey.PARENT).known().orElseThrow());
            assertThat(facts.get(FactKey.ENV)).isEqualTo(Fact.of(System.getenv()));
        }
    }

    @Test
    void onlyWhatIsWanted() throws Exception {
        try (States it = States.start(program, "wait")) {
            ProcessFacts facts = source.read(proc.facts(it.pid()).orElseThrow(), Set.of(FactKey.CGROUP));
            assertThat(facts.get(FactKey.CGROUP)).isInstanceOf(Fact.Known.class);
            assertThat(facts.get(FactKey.ENV)).isEqualTo(Fact.notRead());
            assertThat(facts.buildId()).isEqualTo(Fact.notRead());
        }
    }

    @Test
    void environments() throws Exception {
        try (States it = States.start(program, "hostile-env")) {
            assertThat(all(it.pid()).get(FactKey.ENV)).isEqualTo(Fact.of(Map.of("\ufffd", "\ufffd\nB=1", "A", "1")));
        }
        try (States it = States.start(program, "huge-env")) {
            assertThat(all(it.pid()).get(FactKey.ENV)).isEqualTo(Fact.unreadable("more than 20000 variables"));
        }
        try (States it = States.start(program, "no-env")) {
            assertThat(all(it.pid()).get(FactKey.ENV)).isEqualTo(Fact.of(Map.of()));
        }
        try (States it = States.start(program, "title")) {
            ProcessFacts facts = all(it.pid());
            assertThat(facts.get(FactKey.ENV)).isInstanceOf(Fact.Unreadable.class);
            assertThat(facts.args().known().orElseThrow().getFirst()).startsWith("shop: a title");
        }
    }

    /// A program that never had a file, and one whose file is gone, are read like any other.
    @Test
    void programsWithoutAPath(@TempDir Path other) throws Exception {
        String buildId;
        try (States it = States.start(program, "wait")) {
            buildId = all(it.pid()).buildId().known().orElseThrow().hex();
        }
        try (States it = States.start(program, "memfd")) {
            ProcessFacts facts = all(it.pid());
            assertThat(facts.exe()).isEqualTo(Fact.of("/memfd:a program"));
            assertThat(facts.get(FactKey.HOST_EXE)).isEqualTo(Fact.absent());
            sameFile(facts, buildId);
        }
        Path copy = Files.copy(program, other.resolve("gone"));
        assertThat(copy.toFile().setExecutable(true)).isTrue();
        try (States it = States.start(copy, "wait")) {
            Files.delete(copy);
            ProcessFacts facts = all(it.pid());
            assertThat(facts.exe()).isEqualTo(Fact.of(copy.toString()));
            assertThat(facts.get(FactKey.HOST_EXE)).isEqualTo(Fact.of(copy.toString()));
            sameFile(facts, buildId);
        }
    }

    private static void sameFile(ProcessFacts facts, String buildId) throws Exception {
        assertThat(facts.buildId().known().orElseThrow().hex()).isEqualTo(buildId);
        assertThat(facts.get(FactKey.SHA256)).isEqualTo(Fact.of(sha256(program)));
        assertThat(facts.get(FactKey.SECTIONS).known().orElseThrow()).contains(".text");
    }

    @Test
    void hazardsOfARunningProcess() throws Exception {
        for (var state : Map.of("traced", "debugger-attached", "seccomp", "seccomp", "remapped", "text-remapped")
                .entrySet()) {
            try (States it = States.start(program, state.getKey())) {
                assertThat(all(it.pid()).get(FactKey.HAZARDS).known().orElseThrow())
                        .contains(state.getValue());
            }
        }
    }

    @Test
    void otherRoots() throws Exception {
        States.root();
        try (States it = States.start(program, "chroot", directory.toString())) {
            ProcessFacts facts = all(it.pid());
            assertThat(facts.exe()).isEqualTo(Fact.of("/states"));
            assertThat(facts.get(FactKey.HOST_EXE)).isEqualTo(Fact.of(program.toString()));
            assertThat(facts.get(FactKey.LINKS)).isEqualTo(Fact.of(Set.of("/states")));
        }
        try (States it = States.start(program, "unshare", directory.toString())) {
            ProcessFacts facts = all(it.pid());
            assertThat(facts.exe()).isEqualTo(Fact.of("/mnt/states"));
            assertThat(facts.get(FactKey.HOST_EXE)).isEqualTo(Fact.of(program.toString()));
        }
    }

    /// Of a process that has ended, or has another's pid, nothing is said.
    @Test
    void anotherProcess() throws Exception {
        ProcessFacts facts;
        try (States it = States.start(program, "wait")) {
            facts = proc.facts(it.pid()).orElseThrow();
            ProcessFacts older = ProcessFacts.of(new ProcessIdentity(it.pid(), 1), 1, false);
            assertThat(source.read(older, Set.of(FactKey.EXE)).exe()).isInstanceOf(Fact.Unreadable.class);
        }
        assertThat(source.read(facts, Set.of(FactKey.CGROUP, FactKey.BUILD_ID)).get(FactKey.CGROUP))
                .isInstanceOf(Fact.Unreadable.class);
    }

    /// Only processes in containers are asked about.
    @Test
    void metadataOfContainersOnly() throws Exception {
        List<String> asked = new java.util.ArrayList<>();
        Metadata metadata = new Metadata() {
            @Override
            public Fact<Container> container(String containerId) {
                asked.add(containerId);
                return Fact.unreadable("on its way");
            }

            @Override
            public Fact<Pod> pod(String containerId) {
                asked.add(containerId);
                return Fact.absent();
            }
        };
        try (States it = States.start(program, "wait")) {
            ProcessFacts facts = proc.facts(it.pid()).orElseThrow();
            Set<FactKey<?>> wanted = Set.of(FactKey.CONTAINER, FactKey.POD);
            ProcessFacts outside = new MachineFacts(proc, new Binaries(proc), metadata).read(facts, wanted);
            if (all(it.pid()).get(FactKey.CONTAINER_ID) instanceof Fact.Absent<String>) {
                assertThat(outside.get(FactKey.CONTAINER)).isEqualTo(Fact.absent());
                assertThat(asked).isEmpty();
            } else {
                assertThat(outside.get(FactKey.CONTAINER)).isEqualTo(Fact.unreadable("on its way"));
            }
        }
    }

    /// What a file's hazards are called is what rules may write.
    @Test
    void hazardsHaveTheNamesOfRules() {
        assertThat(FactKey.HAZARD_NAMES).containsAll(FileFacts.names().toList());
        assertThat(FactKey.HAZARD_NAMES).containsAll(ProcessHazards.OF_LIBRARIES);
    }
}
