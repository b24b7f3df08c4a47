package dev.stet.binary.packed;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The XXH64 checksum with seed 0, of which zstd frames carry the lower half (RFC 8878, 3.1.1;
/// the xxHash specification).
final class XxHash64 {
    private static final long P1 = 0x9E3779B185EBCA87L;
    private static final long P2 = 0xC2B2AE3D27D4EB4FL;
    private static final long P3 = 0x165667B19E3779F9L;
    private static final long P4 = 0x85EBCA77C2B2AE63L;
    /// Which overflows, as it shall.
    private static final long P1_PLUS_P2 = 0x60EA27EEADC0B5D6L;

    private static final long P5 = 0x27D4EB2F165667C5L;
    private static final int STRIPE_BYTES = 32;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] stripe = new byte[STRIPE_BYTES];
    private int pending;
    private long total;
    private long a;
    private long b;
    private long c;
    private long d;

    void begin() {
        pending = 0;
        total = 0;
        a = P1_PLUS_P2;
        b = P2;
        c = 0;
        d = -P1;
    }

    void add(byte[] bytes, int from, int length) {
        total += length;
        int at = from;
        int end = from + length;
        if (pending > 0) {
            int count = Math.min(length, STRIPE_BYTES - pending);
            System.arraycopy(bytes, at, stripe, pending, count);
            pending += count;
            at += count;
            if (pending < STRIPE_BYTES) {
                return;
            }
            mix(stripe, 0);
        }
        for (; end - at >= STRIPE_BYTES; at += STRIPE_BYTES) {
            mix(bytes, at);
        }
        pending = end - at;
        System.arraycopy(bytes, at, stripe, 0, pending);
    }

    private void mix(byte[] bytes, int at) {
        a = round(a, word(bytes, at));
        b = round(b, word(bytes, at + 8));
        c = round(c, word(bytes, at + 16));
        d = round(d, word(bytes, at + 24));
    }

    long value() {
        long h = P5;
        if (total >= STRIPE_BYTES) {
            h = Long.rotateLeft(a, 1) + Long.rotateLeft(b, 7) + Long.rotateLeft(c, 12) + Long.rotateLeft(d, 18);
            h = merge(merge(merge(merge(h, a), b), c), d);
        }
        h += total;
        int at = 0;
        for (; pending - at >= 8; at += 8) {
            h = Long.rotateLeft(h ^ round(0, word(stripe, at)), 27) * P1 + P4;
        }
        if (pending - at >= 4) {
            long half = (stripe[at] & 0xffL)
                    | (stripe[at + 1] & 0xffL) << 8
                    | (stripe[at + 2] & 0xffL) << 16
                    | (stripe[at + 3] & 0xffL) << 24;
            h = Long.rotateLeft(h ^ half * P1, 23) * P2 + P3;
            at += 4;
        }
        for (; at < pending; at++) {
            h = Long.rotateLeft(h ^ (stripe[at] & 0xff) * P5, 11) * P1;
        }
        h = (h ^ h >>> 33) * P2;
        h = (h ^ h >>> 29) * P3;
        return h ^ h >>> 32;
    }

    private static long merge(long h, long lane) {
        return (h ^ round(0, lane)) * P1 + P4;
    }

    private static long round(long lane, long word) {
        return Long.rotateLeft(lane + word * P2, 31) * P1;
    }

    private static long word(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }
}
