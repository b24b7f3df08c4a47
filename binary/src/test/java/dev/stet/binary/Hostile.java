package dev.stet.binary;

import dev.stet.facts.Function;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Changes a sound file in every way that is likely to hurt, and asks everything of each result.
final class Hostile {
    /// No analysis of a file of some kilobytes may take as long, even on a machine that is busy with
    /// something else.
    private static final long MAX_NANOS = 5_000_000_000L;

    /// Offsets and lengths that have bitten others.
    private static final long[] NASTY = {
        0, 1, 0x7fff_ffffL, 0x8000_0000L, 0xffff_fffdL, 0xffff_ffffL, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE, -1, -8
    };

    private final byte[] sound;

    Hostile(byte[] sound) {
        this.sound = sound;
    }

    /// Every beginning of the file: at each byte of the first `dense`, then at about `sparse` places.
    void truncations(int dense, int sparse) {
        int step = Math.max(1, sound.length / sparse);
        for (int length = 0; length < sound.length; length += length < dense ? 1 : step) {
            check(Arrays.copyOf(sound, length), "truncated to " + length);
        }
    }

    /// @param within only the first bytes are changed
    void flips(int rounds, int within) {
        mutations(rounds, within, (bytes, random) -> {
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                bytes[random.nextInt(Math.min(within, bytes.length))] ^= (byte) (1 << random.nextInt(8));
            }
        });
    }

    /// Words replaced by numbers that overflow, wrap, or point outside.
    void lies(int rounds, int from, int to) {
        mutations(rounds, to, (bytes, random) -> {
            int at = (from + random.nextInt(to - from)) & ~3;
            long lie = random.nextInt(4) == 0 ? bytes.length - random.nextInt(9) : NASTY[random.nextInt(NASTY.length)];
            int width = random.nextBoolean() ? 8 : 4;
            for (int i = 0; i < width && at + i < bytes.length; i++) {
                bytes[at + i] = (byte) (lie >> (8 * i));
            }
        });
    }

    /// A run of random bytes anywhere.
    void noise(int rounds) {
        mutations(rounds, sound.length, (bytes, random) -> {
            byte[] noise = new byte[1 + random.nextInt(256)];
            random.nextBytes(noise);
            int at = random.nextInt(bytes.length);
            System.arraycopy(noise, 0, bytes, at, Math.min(noise.length, bytes.length - at));
        });
    }

    private interface Mutation {
        void apply(byte[] bytes, Random random);
    }

    private void mutations(int rounds, int within, Mutation mutation) {
        long seed = Long.getLong("stet.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < rounds; round++) {
            byte[] bytes = sound.clone();
            mutation.apply(bytes, random);
            check(bytes, "replay: -Dstet.seed=%d, round %d, within %d".formatted(seed, round, within));
        }
    }

    private static void check(byte[] bytes, String how) {
        long before = System.nanoTime();
        try {
            analyse(ByteSource.of(bytes));
        } catch (Throwable escaped) {
            throw new AssertionError(how, escaped);
        }
        long nanos = System.nanoTime() - before;
        if (nanos > MAX_NANOS) {
            throw new AssertionError(how + ": took " + nanos / 1_000_000 + " ms");
        }
    }

    private interface Question {
        void ask() throws IOException;
    }

    /// Asks everything there is to ask. The two refusals are fine, wherever they come from; nothing else may
    /// escape.
    static void analyse(ByteSource source) throws IOException {
        Executable executable;
        try {
            executable = Executable.parse(source);
        } catch (MalformedBinaryException | UnsupportedFormatException refused) {
            return;
        }
        List<Question> questions = List.of(
                executable::buildId,
                executable::language,
                executable::origin,
                executable::hazards,
                executable::linkage,
                executable::notes,
                executable::usdt,
                () -> executable.companions().debugFile(),
                () -> executable.companions().alternate(),
                () -> executable.companions().debugData(),
                executable::goVersion,
                executable::debugInfo,
                () -> executable.type("conn"),
                () -> executable.inlined("square"),
                () -> executable.functions().closest("handel", 5),
                () -> {
                    for (Function function : executable.functions().matching(_ -> true)) {
                        executable.functions().named(function.name());
                        executable.functions().at(function.fileOffset());
                        executable.entryRefusal(function);
                        executable.exits(function);
                        executable.signature(function);
                        if (function.fileOffset() % 3 == 0) { // as slow as exits(), and much the same
                            executable.code(function);
                        }
                    }
                });
        var _ = executable.hasSection(".text");
        for (Question question : questions) {
            for (int again = 0; again < 2; again++) {
                try {
                    question.ask();
                } catch (MalformedBinaryException | UnsupportedFormatException refused) {
                    // what callers plan for
                }
            }
        }
    }
}
