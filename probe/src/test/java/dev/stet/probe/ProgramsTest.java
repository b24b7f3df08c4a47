package dev.stet.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stet.probe.compile.NeedsBpf;
import dev.stet.probe.compile.Recording;
import dev.stet.probe.compile.Take;
import dev.stet.probe.compile.Word;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Against the running kernel.
class ProgramsTest {
    private Maps maps;

    @BeforeEach
    void open() throws IOException {
        NeedsBpf.check();
        maps = new Maps(false, 1 << 16);
    }

    @AfterEach
    void close() {
        if (maps != null) {
            maps.close();
        }
    }

    /// One of many that differ.
    private static Recording recording(int which, List<Take> takes) {
        return new Recording(
                Recording.Owner.STACK,
                takes,
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                true,
                false,
                Optional.empty(),
                1,
                which + 1);
    }

    private static Recording recording(int which) {
        return recording(which, List.of());
    }

    @Test
    void thousandsOfRecordingsTakeNoMoreDescriptorsThanAreKept() throws IOException {
        try (Programs programs = new Programs(maps, true, 16)) {
            programs.lease(recording(0)).close();
            long before = OpenDescriptors.ofPrograms();
            for (int i = 0; i < 2000; i++) {
                programs.lease(recording(i)).close();
                if (i % 100 == 0) {
                    assertThat(OpenDescriptors.ofPrograms()).isLessThanOrEqualTo(before + 2 * 15);
                }
            }
            assertThat(OpenDescriptors.ofPrograms()).isEqualTo(before + 2 * 15);
        }
        assertThat(OpenDescriptors.ofPrograms()).isZero();
    }

    @Test
    void whatIsWantedAgainIsNotLoadedAgain() throws IOException {
        try (Programs programs = new Programs(maps, true, 2)) {
            Programs.Outcome first = outcome(programs, 1);
            assertThat(outcome(programs, 2)).isNotSameAs(first);
            assertThat(outcome(programs, 1)).isSameAs(first);
            Programs.Outcome third = outcome(programs, 3);
            assertThat(outcome(programs, 1)).isSameAs(first);
            assertThat(outcome(programs, 3)).isSameAs(third);
            Programs.Outcome second = outcome(programs, 2); // the one wanted least lately had gone
            assertThat(outcome(programs, 2)).isSameAs(second);
            assertThat(outcome(programs, 1)).isNotSameAs(first);
        }
    }

    private static Programs.Outcome outcome(Programs programs, int which) throws IOException {
        try (Programs.Lease lease = programs.lease(recording(which))) {
            return lease.outcome();
        }
    }

    /// More recordings in use than are kept, by more threads than there are processors.
    @Test
    void noProgramIsClosedWhileItIsInUse() throws Exception {
        try (Programs programs = new Programs(maps, true, 1);
                ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<Integer>> all = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                Random random = new Random(thread);
                all.add(threads.submit(() -> {
                    int used = 0;
                    for (int i = 0; i < 100; i++) {
                        used += use(programs, random.nextInt(5));
                    }
                    return used;
                }));
            }
            for (Future<Integer> each : all) {
                assertThat(each.get()).isPositive();
            }
            assertThat(OpenDescriptors.ofPrograms()).isLessThanOrEqualTo(2);
        }
        assertThat(OpenDescriptors.ofPrograms()).isZero();
    }

    /// @throws IllegalStateException if the program is closed
    private static int use(Programs programs, int which) throws Exception {
        try (Programs.Lease lease = programs.lease(recording(which))) {
            Thread.sleep(1);
            return lease.outcome() instanceof Programs.Outcome.Loaded(var entry, var exit)
                    ? entry.fd() + exit.orElseThrow().fd()
                    : 0;
        }
    }

    @Test
    void whatIsInUseWhenAllEndsIsClosedByItsUser() throws IOException {
        Programs programs = new Programs(maps, true, 16);
        Programs.Lease lease = programs.lease(recording(1));
        programs.close();
        assertThat(OpenDescriptors.ofPrograms()).isEqualTo(2);
        lease.close();
        lease.close();
        assertThat(OpenDescriptors.ofPrograms()).isZero();
        assertThatThrownBy(() -> programs.lease(recording(1))).hasMessage("Stet is stopping");
    }

    @Test
    void aRefusalIsKept() throws IOException {
        Word many = Word.of(0);
        for (int i = 0; i < 60; i++) { // all of them have to wait for the last
            many = new Word.Register(112).plus(8L * i).load().calculate(Word.Operator.SUBTRACT, many);
        }
        Recording impossible = recording(1, List.of(new Take.Number(many)));
        try (Programs programs = new Programs(maps, true, 16)) {
            Programs.Outcome refused;
            try (Programs.Lease lease = programs.lease(impossible)) {
                refused = lease.outcome();
            }
            assertThat(refused).isNotInstanceOf(Programs.Outcome.Loaded.class);
            try (Programs.Lease lease = programs.lease(impossible)) {
                assertThat(lease.outcome()).isSameAs(refused);
            }
            assertThat(OpenDescriptors.ofPrograms()).isZero();
        }
    }

    /// Sizes of records are many, and maps are few.
    @Test
    void mapsAreOfADozenSizes() throws IOException {
        long before = OpenDescriptors.ofMaps();
        for (int takes = 1; takes <= 3; takes++) {
            for (int size = 1; size <= Take.MAX_BYTES; size += 80) {
                Take text = new Take.Text(new Word.Register(112), size);
                var ignored = maps.of(recording(1, Collections.nCopies(takes, text)));
            }
        }
        assertThat(maps.calls()).hasSizeBetween(8, 13);
        assertThat(OpenDescriptors.ofMaps() - before)
                .isEqualTo(2L * maps.calls().size());
    }
}
