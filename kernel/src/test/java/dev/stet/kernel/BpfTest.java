package dev.stet.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stet.bpf.Alu;
import dev.stet.bpf.Assembler;
import dev.stet.bpf.Helper;
import dev.stet.bpf.Register;
import dev.stet.bpf.Size;
import dev.stet.kernel.Bpf.MapType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BpfTest {
    @BeforeEach
    void needs() throws IOException {
        Needs.root();
    }

    private static Descriptor load(Assembler assembler, int map) throws IOException {
        return Bpf.loadSyscallProgram("stet_test", assembler.finish().encode(_ -> map));
    }

    /// The program sees the context, may change it, and its answer comes back.
    @Test
    void aProgramRunsOnAContext() throws IOException {
        Assembler add = new Assembler()
                .load(Size.DOUBLE, Register.R2, Register.R1, 0)
                .load(Size.DOUBLE, Register.R3, Register.R1, 8)
                .alu(Alu.ADD, Register.R2, Register.R3)
                .store(Size.DOUBLE, Register.R1, 16, Register.R2)
                .exit(-7);
        try (Descriptor program = load(add, 0);
                Arena arena = Arena.ofConfined()) {
            MemorySegment context = arena.allocate(24, 8);
            context.set(ValueLayout.JAVA_LONG, 0, Long.MAX_VALUE);
            context.set(ValueLayout.JAVA_LONG, 8, 3);
            assertThat(Bpf.testRun(program, context)).isEqualTo(-7);
            assertThat(context.get(ValueLayout.JAVA_LONG, 16)).isEqualTo(Long.MIN_VALUE + 2);
        }
    }

    /// Every element is found once, whatever room a step has, and nothing in an empty map.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 5000})
    void aWalkFindsEveryElement(int count) throws IOException {
        try (Descriptor map = Bpf.createMap("stet_walk", MapType.PERCPU_HASH, 8, 8, 8192, false);
                Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(8, 8);
            int cpus = PerCpu.possible();
            MemorySegment values = arena.allocate(PerCpu.bytes(8), 8);
            for (int i = 0; i < count; i++) {
                key.set(ValueLayout.JAVA_LONG, 0, i);
                values.setAtIndex(ValueLayout.JAVA_LONG, cpus - 1, 3L * i);
                Bpf.update(map, key, values);
            }
            Bpf.Walk walk = new Bpf.Walk(arena, map, 8, 8L * cpus, 64);
            Set<Long> found = new HashSet<>();
            while (!walk.isDone()) {
                int step = walk.step();
                for (int i = 0; i < step; i++) {
                    long each = walk.keys.getAtIndex(ValueLayout.JAVA_LONG, i);
                    assertThat(found.add(each)).as("%d, once", each).isTrue();
                    assertThat(walk.values.getAtIndex(ValueLayout.JAVA_LONG, (long) i * cpus + cpus - 1))
                            .isEqualTo(3 * each);
                }
            }
            assertThat(found).hasSize(count);
        }
    }

    /// A trap costs between a tenth of a microsecond and a millisecond on any machine, and is gone afterwards.
    @Test
    void aTrapHasItsPrice() throws IOException {
        Needs.need(Bpf.uprobeMultiRefusal().isEmpty(), "uprobe_multi");
        Duration cost = TrapCost.measure();
        assertThat(cost).isBetween(Duration.ofNanos(100), Duration.ofMillis(1));
    }

    /// The kernel refuses a context that ends before what the program reads.
    @Test
    void aShortContextIsRefused() throws IOException {
        Assembler read =
                new Assembler().load(Size.DOUBLE, Register.R2, Register.R1, 8).exit(0);
        try (Descriptor program = load(read, 0);
                Arena arena = Arena.ofConfined()) {
            MemorySegment context = arena.allocate(8, 8);
            assertThatThrownBy(() -> Bpf.testRun(program, context))
                    .isInstanceOf(SyscallException.class)
                    .hasMessageContaining("EINVAL");
            assertThatThrownBy(() -> Bpf.testRun(program, MemorySegment.ofArray(new byte[16])))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    /// It may read its own process's memory, sleeping and not, as programs of uprobes do.
    @ParameterizedTest
    @ValueSource(strings = {"COPY_FROM_USER", "PROBE_READ_USER"})
    void aProgramReadsMemory(String helper) throws IOException {
        Assembler read = new Assembler()
                .move(Register.R6, Register.R1)
                .load(Size.DOUBLE, Register.R3, Register.R1, 0)
                .stack(Register.R1, -8)
                .store(Size.DOUBLE, Register.FP, -8, 0)
                .move(Register.R2, 8)
                .call(Helper.valueOf(helper))
                .load(Size.DOUBLE, Register.R2, Register.FP, -8)
                .store(Size.DOUBLE, Register.R6, 0, Register.R2)
                .store(Size.DOUBLE, Register.R6, 8, Register.R0)
                .exit(0);
        try (Descriptor program = load(read, 0);
                Arena arena = Arena.ofConfined()) {
            MemorySegment there = arena.allocateFrom(ValueLayout.JAVA_LONG, 0x1122334455667788L);
            MemorySegment context = arena.allocate(16, 8);
            context.set(ValueLayout.JAVA_LONG, 0, there.address());
            assertThat(Bpf.testRun(program, context)).isZero();
            assertThat(context.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(0x1122334455667788L);
            assertThat(context.get(ValueLayout.JAVA_LONG, 8)).isZero();
            context.set(ValueLayout.JAVA_LONG, 0, 16L);
            var ignored = Bpf.testRun(program, context);
            assertThat(context.get(ValueLayout.JAVA_LONG, 8)).isEqualTo(-14);
        }
    }

    @Test
    void aWrongProgramIsRejectedWithTheLog() {
        Assembler wild = new Assembler()
                .load(Size.DOUBLE, Register.R2, Register.R1, 0)
                .load(Size.DOUBLE, Register.R3, Register.R2, 0)
                .exit(0);
        assertThatThrownBy(() -> load(wild, 0).close())
                .isInstanceOf(VerifierException.class)
                .hasMessageContaining("invalid mem access");
    }

    /// Every map type takes and gives a value.
    @ParameterizedTest
    @EnumSource(
            value = MapType.class,
            names = {"HASH", "ARRAY", "LRU_HASH"})
    void mapsKeepWhatTheyAreGiven(MapType type) throws IOException {
        try (Descriptor map = Bpf.createMap("stet_test", type, 4, 8, 4, false);
                Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocateFrom(ValueLayout.JAVA_INT, 3);
            MemorySegment value = arena.allocateFrom(ValueLayout.JAVA_LONG, 42);
            Bpf.update(map, key, value);
            value.fill((byte) 0);
            assertThat(Bpf.lookup(map, key, value)).isTrue();
            assertThat(value.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(42);
        }
    }

    /// A program's sums on this CPU are found, and the other CPUs' are zero, with a value size that needs
    /// padding.
    @ParameterizedTest
    @CsvSource({"PERCPU_ARRAY, 0", "PERCPU_HASH, 7", "LRU_PERCPU_HASH, 7"})
    void valuesOfAllCpusAreRead(MapType type, int key) throws IOException {
        int valueBytes = 12;
        Assembler count = new Assembler()
                .store(Size.WORD, Register.FP, -4, key)
                .map(Register.R1, "m")
                .stack(Register.R2, -4)
                .call(Helper.MAP_LOOKUP_ELEM)
                .jump(dev.stet.bpf.Test.EQ, Register.R0, 0, "none")
                .move(Register.R1, 1)
                .atomicAdd(Register.R0, 0, Register.R1)
                .label("none")
                .exit(0);
        try (Descriptor map = Bpf.createMap("stet_test", type, 4, valueBytes, 8, false);
                Descriptor program = load(count, map.fd());
                Arena arena = Arena.ofConfined()) {
            MemorySegment at = arena.allocateFrom(ValueLayout.JAVA_INT, key);
            MemorySegment values = arena.allocate(PerCpu.bytes(valueBytes), 8);
            Bpf.update(map, at, values);
            for (int i = 0; i < 1000; i++) {
                assertThat(Bpf.testRun(program, MemorySegment.NULL)).isZero();
            }
            values.fill((byte) -1);
            assertThat(Bpf.lookupPerCpu(map, at, valueBytes, values)).isTrue();
            long sum = 0;
            for (int cpu = 0; cpu < PerCpu.possible(); cpu++) {
                sum += values.get(ValueLayout.JAVA_LONG, (long) cpu * PerCpu.stride(valueBytes));
            }
            assertThat(sum).isEqualTo(1000);
            MemorySegment small = values.asSlice(0, values.byteSize() - 1);
            assertThatThrownBy(() -> Bpf.lookupPerCpu(map, at, valueBytes, small))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"0; 1", "0-1; 2", "0-3,8-11,16; 9", "0-255; 256"})
    void listsOfCpusAreCounted(String list, int count) throws IOException {
        assertThat(PerCpu.count(list + "\n")).isEqualTo(count);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "3-1", "0-99999999", "0,,1", "x"})
    void whatIsNoListOfCpusIsRefused(String list) {
        assertThatThrownBy(() -> PerCpu.count(list)).isInstanceOf(IOException.class);
    }
}
