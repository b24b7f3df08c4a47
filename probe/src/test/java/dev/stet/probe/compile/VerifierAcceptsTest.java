package dev.stet.probe.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stet.bpf.Program;
import dev.stet.kernel.Bpf;
import dev.stet.kernel.Descriptor;
import dev.stet.probe.compile.Recording.Histogram;
import dev.stet.probe.compile.Recording.Owner;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The running kernel's verifier is the judge of every program that Stet can write.
class VerifierAcceptsTest {
    private static final Word FIRST = new Word.Register(112);

    private final Map<String, Descriptor> maps = new HashMap<>();

    @BeforeEach
    void needBpf() throws Exception {
        NeedsBpf.check();
    }

    @AfterEach
    void closeMaps() {
        maps.values().forEach(Descriptor::close);
    }

    /// Loads both programs as an uprobe_multi link's, which may sleep, and as a perf event's, which may not.
    private void load(Recording recording) throws Exception {
        map(ProgramWriter.RING, Bpf.MapType.RINGBUF, 0, 0, 1 << 16);
        map(ProgramWriter.COUNTERS, Bpf.MapType.PERCPU_ARRAY, 4, 8, Counter.values().length);
        map(ProgramWriter.CALLS, Bpf.MapType.HASH, ProgramWriter.KEY_BYTES, recording.bytes(), 16);
        map(ProgramWriter.ZEROS, Bpf.MapType.ARRAY, 4, recording.bytes(), 1);
        map(ProgramWriter.RATES, Bpf.MapType.LRU_HASH, 8, ProgramWriter.RATE_VALUE_BYTES, 16);
        map(ProgramWriter.HISTOGRAMS, Bpf.MapType.PERCPU_HASH, 8, HistogramWriter.VALUE_BYTES, 16);
        map(ProgramWriter.NO_HISTOGRAM, Bpf.MapType.ARRAY, 4, HistogramWriter.VALUE_BYTES, 1);
        map(ProgramWriter.HITS, Bpf.MapType.PERCPU_HASH, 8, 8, 16);
        for (boolean multi : new boolean[] {true, false}) {
            OptionalLong cookie = multi ? OptionalLong.empty() : OptionalLong.of(7L << 32 | 3);
            var settings = new ProgramWriter.Settings(multi, cookie, OptionalInt.of(4000));
            load(ProgramWriter.entry(recording, settings), multi);
            if (recording.follow()) {
                load(ProgramWriter.exit(recording, settings), multi);
            }
        }
    }

    private void load(Program program, boolean multi) throws Exception {
        byte[] bytes = program.encode(name -> maps.get(name).fd());
        Bpf.loadProgram("stet_test", new Bpf.ProgramKind(multi, multi), bytes).close();
    }

    private void map(String name, Bpf.MapType type, int key, int value, int entries) throws Exception {
        Descriptor old = maps.put(name, Bpf.createMap(name, type, key, value, entries, type == Bpf.MapType.LRU_HASH));
        if (old != null) {
            old.close();
        }
    }

    private static Recording plain(Owner owner, boolean follow, List<Take> entry, List<Take> atReturn) {
        return new Recording(
                owner,
                entry,
                atReturn,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                follow,
                false,
                Optional.empty(),
                1,
                0);
    }

    @Test
    void everyOwnerAndEveryTake() throws Exception {
        List<Take> takes = List.of(
                new Take.Number(FIRST),
                new Take.Text(FIRST, 100),
                new Take.Block(FIRST, new Word.Register(104), 33),
                new Take.Block(FIRST, Word.of(24), 24),
                new Take.Stack(16));
        for (Owner owner : Owner.values()) {
            load(plain(owner, true, takes, takes));
            load(plain(owner, false, takes, List.of()));
            load(plain(owner, true, List.of(), List.of()));
        }
    }

    @Test
    void asMuchAsARecordingMayHave() throws Exception {
        List<Take> numbers = new ArrayList<>(IntStream.range(0, 63)
                .<Take>mapToObj(i -> new Take.Number(FIRST.plus(8L * i).load().load()))
                .toList());
        numbers.add(new Take.Text(FIRST, Take.MAX_BYTES));
        Recording recording = plain(Owner.STACK, true, numbers, List.of());
        assertThat(recording.excess()).isEmpty();
        load(recording);
        numbers.add(new Take.Number(FIRST));
        assertThat(plain(Owner.STACK, true, numbers, List.of()).excess())
                .get()
                .asString()
                .contains("65 values");
    }

    /// Many values behind the same pointers, with lengths that are compared: what the verifier knows of each must not
    /// multiply.
    @Test
    void manyValuesBehindSharedPointers() throws Exception {
        List<Take> takes = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            Word header = FIRST.plus(16L * (i % 4)).load();
            Word inside = Word.of(i)
                    .calculate(Word.Operator.LESS_UNSIGNED, header.plus(8).load());
            Word guarded = new Word.Choice(
                    inside, header.load(), Word.of(0).calculate(Word.Operator.DIVIDE_SIGNED, Word.of(0)));
            takes.add(
                    i % 2 == 0
                            ? new Take.Block(header.load(), header.plus(8).load(), 64)
                            : new Take.Number(guarded.plus(i).load()));
        }
        for (boolean follow : new boolean[] {true, false}) {
            load(plain(Owner.GOROUTINE_IN_REGISTER, follow, takes, List.of()));
        }
    }

    /// A sum of a hundred values that all come from memory: they wait on the stack, until that is full.
    @Test
    void whatFindsNoRegisterIsSpilled() throws Exception {
        load(plain(Owner.STACK, true, List.of(new Take.Number(deep(5))), List.of()));
        assertThatThrownBy(() -> load(plain(Owner.STACK, true, List.of(new Take.Number(wide(60))), List.of())))
                .isInstanceOf(TooComplexException.class);
    }

    private static Word deep(int depth) {
        return depth == 0
                ? FIRST.load()
                : deep(depth - 1)
                        .calculate(
                                Word.Operator.MULTIPLY, deep(depth - 1).plus(1).load());
    }

    /// Each left side waits while the right one is read.
    private static Word wide(int width) {
        Word sum = FIRST.load();
        for (int i = 0; i < width; i++) {
            sum = FIRST.plus(i).load().calculate(Word.Operator.ADD, sum.load());
        }
        return right(width, sum);
    }

    private static Word right(int width, Word last) {
        return width == 0 ? last : FIRST.plus(width).load().calculate(Word.Operator.XOR, right(width - 1, last));
    }

    @Test
    void histogramsOfLatencyResultsAndArguments() throws Exception {
        for (boolean follow : new boolean[] {true, false}) {
            for (Word word : List.of(FIRST, FIRST.load())) {
                load(histogram(follow, Optional.of(word)));
            }
        }
        load(histogram(true, Optional.empty()));
    }

    private static Recording histogram(boolean follow, Optional<Word> value) {
        return new Recording(
                Owner.STACK,
                List.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                follow,
                false,
                Optional.of(new Histogram(value)),
                1,
                0);
    }

    /// Random recordings of random words, with everything that may be asked for.
    @Test
    void randomRecordings() throws Exception {
        long seed = Long.getLong("stet.seed", System.nanoTime());
        Random random = new Random(seed);
        int refused = 0;
        int rounds = 150;
        try (Arena arena = Arena.ofConfined()) {
            RandomWords words = new RandomWords(random, arena);
            for (int round = 0; round < rounds; round++) {
                try {
                    load(recording(random, words));
                } catch (TooComplexException e) {
                    refused++;
                } catch (Exception e) {
                    throw new AssertionError("replay: -Dstet.seed=" + seed + ", round " + round, e);
                }
            }
        }
        assertThat(refused).isLessThan(rounds / 10);
    }

    private static Recording recording(Random random, RandomWords words) {
        boolean follow = random.nextInt(4) > 0;
        Owner[] owners = Owner.values();
        List<Word> saved = follow ? List.of(words.word(2), words.word(0)) : List.of();
        Word late = new Word.Saved(0)
                .calculate(Word.Operator.LESS_SIGNED, new Word.Latency())
                .calculate(Word.Operator.OR, new Word.Saved(1).load());
        return new Recording(
                owners[random.nextInt(owners.length)],
                takes(random, words),
                follow ? takes(random, words) : List.of(),
                saved,
                random.nextBoolean() ? Optional.of(words.word(3)) : Optional.empty(),
                follow && random.nextBoolean() ? Optional.of(late) : Optional.empty(),
                follow,
                !follow && random.nextBoolean(),
                Optional.empty(),
                random.nextBoolean() ? 1 : 10,
                random.nextBoolean() ? 0 : 1000);
    }

    private static List<Take> takes(Random random, RandomWords words) {
        return IntStream.range(0, random.nextInt(6))
                .<Take>mapToObj(_ -> switch (random.nextInt(5)) {
                    case 0 -> new Take.Text(words.word(2), 1 + random.nextInt(300));
                    case 1 -> new Take.Block(words.word(2), words.word(2), 1 + random.nextInt(300));
                    default -> new Take.Number(words.word(random.nextInt(5)));
                })
                .toList();
    }
}
