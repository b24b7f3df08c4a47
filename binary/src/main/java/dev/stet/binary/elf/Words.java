package dev.stet.binary.elf;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Searches and hashes bytes eight at a time. Names of symbols are most of what is read of a large binary.
final class Words {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long TOPS = 0x8080_8080_8080_8080L;
    private static final long ODD = 0x9E37_79B9_7F4A_7C15L;

    private Words() {}

    /// Where the byte is first found.
    ///
    /// @return `to` if nowhere
    static int find(byte wanted, byte[] in, int from, int to) {
        long pattern = (wanted & 0xff) * ONES;
        int i = from;
        for (; i <= to - 8; i += 8) {
            long differing = (long) LONG.get(in, i) ^ pattern;
            long zeros = (differing - ONES) & ~differing & TOPS;
            if (zeros != 0) {
                // Only bits above the lowest one may be false.
                return i + (Long.numberOfTrailingZeros(zeros) >> 3);
            }
        }
        while (i < to && in[i] != wanted) {
            i++;
        }
        return i;
    }

    /// A hash that nobody can foretell who does not know the seed.
    static long hash(long seed, byte[] of, int from, int to) {
        long hash = seed + (to - from) * ODD;
        int i = from;
        for (; i <= to - 8; i += 8) {
            hash = mix(hash, (long) LONG.get(of, i));
        }
        long rest = 0;
        for (int shift = 0; i < to; i++, shift += 8) {
            rest |= (of[i] & 0xffL) << shift;
        }
        return mix(mix(hash, rest), seed);
    }

    private static long mix(long hash, long word) {
        long product = (hash ^ word) * ODD;
        return (product ^ (product >>> 29) ^ (product >>> 47)) * (ODD ^ 0x5555_5555_5555_5554L);
    }
}
