package dev.stet.service.store;

/// Numbers from 0 on, put into buckets of which each is at most a sixteenth as wide as what is in it: 0
/// to 15 have one each, and from there on every power of two has 16. The middle of a bucket is at most
/// 3.2 % away from what is in it.
final class Buckets {
    /// Of every power of two.
    static final int PARTS = 16;
    /// All that 63 bits need.
    static final int COUNT = 60 * PARTS;

    private static final int BITS = 4;

    private Buckets() {}

    /// @param number what is below 0 counts as 0
    static int of(long number) {
        if (number < PARTS) {
            return (int) Math.max(0, number);
        }
        int shift = Long.SIZE - 1 - BITS - Long.numberOfLeadingZeros(number);
        return ((shift + 1) << BITS) + (int) ((number >>> shift) - PARTS);
    }

    /// The middle of a bucket.
    static long middle(int bucket) {
        if (bucket < PARTS) {
            return bucket;
        }
        int shift = (bucket >> BITS) - 1;
        return ((long) (PARTS + (bucket & (PARTS - 1))) << shift) + (1L << shift) / 2;
    }
}
