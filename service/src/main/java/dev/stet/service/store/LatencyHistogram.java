package dev.stet.service.store;

import java.io.ByteArrayOutputStream;
import java.util.Optional;

/// How many calls took how long. Memory is taken by the power of two, when the first such call is seen:
/// a function needs five or so.
final class LatencyHistogram {
    /// The first byte of [#bytes].
    private static final int FORMAT = 1;
    /// More than any has.
    private static final int MAX_BYTES = 64 * 1024;

    private final long[][] counts = new long[Buckets.COUNT / Buckets.PARTS][];

    void add(long nanos) {
        add(Buckets.of(nanos), 1);
    }

    private void add(int bucket, long count) {
        int power = bucket / Buckets.PARTS;
        long[] parts = counts[power];
        if (parts == null) {
            parts = new long[Buckets.PARTS];
            counts[power] = parts;
        }
        parts[bucket % Buckets.PARTS] += count;
    }

    /// Takes what is in it.
    @FunctionalInterface
    interface Visitor {
        /// @param nanos the middle of a bucket
        void visit(long nanos, long count);
    }

    void each(Visitor visitor) {
        for (int power = 0; power < counts.length; power++) {
            for (int part = 0; counts[power] != null && part < Buckets.PARTS; part++) {
                if (counts[power][part] > 0) {
                    visitor.visit(Buckets.middle(power * Buckets.PARTS + part), counts[power][part]);
                }
            }
        }
    }

    /// A 1, and then for each bucket that is not empty two numbers of seven bits a byte, the low ones
    /// first, the last byte below 128: how many buckets it is behind the one before (the first: behind
    /// -1), and its count.
    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(48);
        out.write(FORMAT);
        int last = -1;
        for (int bucket = 0; bucket < Buckets.COUNT; bucket++) {
            long[] parts = counts[bucket / Buckets.PARTS];
            long count = parts == null ? 0 : parts[bucket % Buckets.PARTS];
            if (count > 0) {
                number(out, bucket - last);
                number(out, count);
                last = bucket;
            }
        }
        return out.toByteArray();
    }

    private static void number(ByteArrayOutputStream out, long number) {
        long rest = number;
        while (rest >= 0x80) {
            out.write((int) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    /// What [#bytes] has made.
    ///
    /// @return empty if it has not made that
    static Optional<LatencyHistogram> of(byte[] bytes) {
        if (bytes.length == 0 || bytes.length > MAX_BYTES || bytes[0] != FORMAT) {
            return Optional.empty();
        }
        LatencyHistogram histogram = new LatencyHistogram();
        Reader in = new Reader(bytes);
        int last = -1;
        while (in.at < bytes.length) {
            long behind = in.number();
            long count = in.number();
            if (behind < 1 || behind >= Buckets.COUNT - last || count < 1) {
                return Optional.empty();
            }
            last += (int) behind;
            histogram.add(last, count);
        }
        return Optional.of(histogram);
    }

    private static final class Reader {
        private final byte[] bytes;
        private int at = 1;

        Reader(byte[] bytes) {
            this.bytes = bytes;
        }

        /// @return below 0 if there is none
        long number() {
            long number = 0;
            for (int shift = 0; shift < 63 && at < bytes.length; shift += 7) {
                int next = bytes[at];
                at++;
                number |= (long) (next & 0x7f) << shift;
                if (next >= 0) {
                    return number;
                }
            }
            return -1;
        }
    }
}
