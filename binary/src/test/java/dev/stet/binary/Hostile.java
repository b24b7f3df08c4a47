package dev.stet.binary;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;

/// Changes a sound file in every way that is likely to hurt, and asks everything of each result.
public final class Hostile {
    /// No analysis of a file of some kilobytes may take as long, even on a machine that is busy with
    /// something else.
    private static final long MAX_NANOS = 5_000_000_000L;

    /// Offsets and lengths that have bitten others.
    private static final long[] NASTY = {
        0, 1, 0x7fff_ffffL, 0x8000_0000L, 0xffff_fffdL, 0xffff_ffffL, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE, -1, -8
    };

    private final byte[] sound;
    private final Parser parser;

    /// Reads bytes that may be anything.
    @FunctionalInterface
    public interface Parser {
        /// @throws BinaryException which is the one failure that is expected
        void parse(byte[] bytes) throws IOException;
    }

    /// Whole files, of which everything is asked.
    Hostile(byte[] sound) {
        this(sound, bytes -> {
            var ignored = Everything.ask(bytes);
        });
    }

    private Hostile(byte[] sound, Parser parser) {
        this.sound = sound;
        this.parser = parser;
    }

    /// All that a parser of some format has to bear, in one line: every truncation, flipped bits, numbers that lie,
    /// noise. The parser must accept the sound bytes.
    ///
    /// @param sound up to some kilobytes
    public static void bytes(byte[] sound, Parser parser) throws IOException {
        parser.parse(sound);
        Hostile hostile = new Hostile(sound, parser);
        hostile.truncations(2048, 500);
        hostile.flips(3000, sound.length);
        hostile.lies(3000, 0, sound.length);
        hostile.noise(1000);
        new Hostile(new byte[256], parser).noise(500);
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

    private void check(byte[] bytes, String how) {
        long before = System.nanoTime();
        try {
            parser.parse(bytes);
        } catch (BinaryException refused) {
            // what callers plan for
        } catch (Throwable escaped) {
            throw new AssertionError(how, escaped);
        }
        long nanos = System.nanoTime() - before;
        if (nanos > MAX_NANOS) {
            throw new AssertionError(how + ": took " + nanos / 1_000_000 + " ms");
        }
    }

    /// Asks everything there is to ask. Refusals are fine, wherever they come from; nothing else may escape.
    static void analyse(ByteSource source) throws IOException {
        var ignored = Everything.askUnreliable(source);
    }
}
