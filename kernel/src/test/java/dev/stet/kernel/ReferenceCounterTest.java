package dev.stet.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stet.bpf.Assembler;
import dev.stet.bpf.Helper;
import dev.stet.bpf.Register;
import dev.stet.bpf.Size;
import dev.stet.kernel.Bpf.MapType;
import dev.stet.kernel.Bpf.ProgramKind;
import dev.stet.kernel.GuardedTarget.State;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Reference counters, which USDT calls semaphores: a program that skips its probes unless they are wanted.
class ReferenceCounterTest {
    @TempDir
    private static Path directory;

    private static Path program;
    private static long[] places;
    private static long[] counters;

    @BeforeAll
    static void compile() throws IOException, InterruptedException {
        Needs.root();
        program = GuardedTarget.compile(directory);
        places = offsets("first_place", "second_place");
        counters = offsets("first_counter", "second_counter");
    }

    private static long[] offsets(String... symbols) throws IOException, InterruptedException {
        long[] offsets = new long[symbols.length];
        for (int i = 0; i < symbols.length; i++) {
            offsets[i] = GuardedTarget.offsetOf(program, symbols[i]);
        }
        return offsets;
    }

    /// A program that counts in the first element of an array.
    private static byte[] counting(Descriptor map) {
        return new Assembler()
                .store(Size.WORD, Register.FP, -4, 0)
                .map(Register.R1, "m")
                .stack(Register.R2, -4)
                .call(Helper.MAP_LOOKUP_ELEM)
                .jump(dev.stet.bpf.Test.EQ, Register.R0, 0, "none")
                .move(Register.R1, 1)
                .atomicAdd(Register.R0, 0, Register.R1)
                .label("none")
                .exit(0)
                .finish()
                .encode(_ -> map.fd());
    }

    private static Descriptor map() throws IOException {
        return Bpf.createMap("stet_test", MapType.ARRAY, 4, 8, 1, true);
    }

    private static long hits(Descriptor map) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(8, 8);
            assertThat(Bpf.lookup(map, arena.allocate(4, 4), value)).isTrue();
            return value.get(ValueLayout.JAVA_LONG, 0);
        }
    }

    /// The place is passed and the program runs only while the link is there; then the counter is 0 again.
    @Test
    void theProbeFiresWhileItIsAttached() throws IOException {
        try (Descriptor map = map();
                Descriptor count = Bpf.loadProgram("stet_test", new ProgramKind(true, false), counting(map));
                GuardedTarget target = GuardedTarget.start(program)) {
            assertThat(target.tell("go")).isEqualTo(new State(0, 0, 0));
            for (int round = 1; round <= 3; round++) {
                try (Descriptor link = attach(count, target, places, counters)) {
                    assertThat(link.fd()).isPositive();
                    assertThat(target.tell("go")).isEqualTo(new State(101 * round, 1, 1));
                }
                assertThat(target.tell("go")).isEqualTo(new State(101 * round, 0, 0));
                assertThat(hits(map)).isEqualTo(2L * round);
            }
        }
    }

    private static Descriptor attach(Descriptor count, GuardedTarget target, long[] places, long[] counters)
            throws IOException {
        return UprobeMulti.attach(count, target.pid(), program.toString(), places, new long[places.length], counters);
    }

    /// Without the counter's offset nothing is passed; one link may have places with a counter and without.
    @Test
    void onlyTheCountersNamedAreRaised() throws IOException {
        try (Descriptor map = map();
                Descriptor count = Bpf.loadProgram("stet_test", new ProgramKind(true, false), counting(map));
                GuardedTarget target = GuardedTarget.start(program)) {
            try (Descriptor link = attach(count, target, places, new long[] {0, counters[1]})) {
                assertThat(link.fd()).isPositive();
                assertThat(target.tell("go")).isEqualTo(new State(100, 0, 1));
            }
            try (Descriptor link = attach(count, target, places, new long[0])) {
                assertThat(link.fd()).isPositive();
                assertThat(target.tell("go")).isEqualTo(new State(100, 0, 0));
            }
            assertThat(hits(map)).isEqualTo(1);
        }
    }

    /// Several processes of one program: each has its own counter. The kernel counts
    /// breakpoints there, so two links raise it by one, and it falls when the last of them goes.
    @Test
    void eachProcessHasItsOwnCounter() throws IOException {
        List<GuardedTarget> targets = new ArrayList<>();
        try (Descriptor map = map();
                Descriptor count = Bpf.loadProgram("stet_test", new ProgramKind(true, false), counting(map))) {
            for (int i = 0; i < 3; i++) {
                targets.add(GuardedTarget.start(program));
            }
            try (Descriptor one = attach(count, targets.get(0), places, counters);
                    Descriptor other = attach(count, targets.get(1), places, counters)) {
                try (Descriptor two = attach(count, targets.get(0), places, counters)) {
                    assertThat(List.of(one.fd(), two.fd(), other.fd())).doesNotHaveDuplicates();
                    assertThat(targets.get(0).tell("go")).isEqualTo(new State(101, 1, 1));
                    assertThat(targets.get(1).tell("go")).isEqualTo(new State(101, 1, 1));
                    assertThat(targets.get(2).tell("go")).isEqualTo(new State(0, 0, 0));
                }
                assertThat(targets.get(0).tell("go")).isEqualTo(new State(202, 1, 1));
            }
            assertThat(targets.get(0).tell("go")).isEqualTo(new State(202, 0, 0));
            assertThat(targets.get(1).tell("go")).isEqualTo(new State(101, 0, 0));
            // Two links and two places, then one link, then the other process.
            assertThat(hits(map)).isEqualTo(4 + 2 + 2);
        } finally {
            for (GuardedTarget target : targets) {
                target.close();
            }
        }
    }

    /// A child made while the link is there begins with the parent's counter; when the link goes it is 0 there
    /// too.
    @Test
    void aChildsCounterGoesBackToo() throws IOException {
        try (Descriptor map = map();
                Descriptor count = Bpf.loadProgram("stet_test", new ProgramKind(true, false), counting(map));
                GuardedTarget target = GuardedTarget.start(program)) {
            try (Descriptor link = attach(count, target, places, counters)) {
                assertThat(link.fd()).isPositive();
                assertThat(target.tell("fork")).isEqualTo(new State(101, 1, 1));
                assertThat(target.tell("child").first()).isEqualTo(1);
            }
            assertThat(target.tell("child").first()).isZero();
            assertThat(target.tell("go")).isEqualTo(new State(101, 0, 0));
        }
    }

    /// As on kernels below 6.6: one perf event for one thread.
    @Test
    void aPerfEventRaisesTheCounter() throws IOException {
        Needs.file(Path.of("/sys/bus/event_source/devices/uprobe/format/ref_ctr_offset"));
        try (Descriptor map = map();
                Descriptor count = Bpf.loadProgram("stet_test", new ProgramKind(false, false), counting(map));
                GuardedTarget target = GuardedTarget.start(program);
                GuardedTarget other = GuardedTarget.start(program)) {
            try (Descriptor event =
                    PerfUprobe.attach(count, target.pid(), program.toString(), places[0], counters[0])) {
                assertThat(event.fd()).isPositive();
                assertThat(target.tell("go")).isEqualTo(new State(1, 1, 0));
            }
            assertThat(target.tell("go")).isEqualTo(new State(1, 0, 0));
            assertThat(hits(map)).isEqualTo(1);
            assertThat(other.tell("go").passed()).isZero();
            assertThatThrownBy(() -> PerfUprobe.attach(count, target.pid(), program.toString(), places[0], 1L << 32)
                            .close())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("does not fit");
        }
    }

    /// Who probes the place with another counter, or none, keeps us out, and the kernel says so.
    @Test
    void twoCountersForOnePlaceAreRefused() throws IOException {
        try (Descriptor map = map();
                Descriptor count = Bpf.loadProgram("stet_test", new ProgramKind(true, false), counting(map));
                GuardedTarget target = GuardedTarget.start(program);
                Descriptor link = attach(count, target, places, new long[0])) {
            assertThat(link.fd()).isPositive();
            assertThatThrownBy(() -> attach(count, target, places, counters).close())
                    .isInstanceOf(SyscallException.class)
                    .hasMessageContaining("EINVAL");
        }
    }
}
