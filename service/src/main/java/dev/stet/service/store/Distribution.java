package dev.stet.service.store;

/// Any numbers, in little memory: every power of two from 2^-64 to 2^64 has 32 buckets, on both sides of
/// 0. What comes out is at most 1.6 % away from a number that was put in; the smallest and the largest
/// are as they were.
final class Distribution {
    private static final int PARTS = 32;
    private static final int MIN_EXPONENT = -64;
    private static final int POWERS = 129;
    /// Bits of a double below those that tell its bucket.
    private static final int SHIFT = 52 - 5;

    private final Side above = new Side();
    private final Side below = new Side();
    private long zeros;
    private long count;
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;

    /// The numbers on one side of 0, by their distance from it.
    private static final class Side {
        private final long[][] powers = new long[POWERS][];
        private long count;

        void add(double size, long times) {
            long bits = Double.doubleToRawLongBits(size);
            int power = Math.clamp(Math.getExponent(size) - MIN_EXPONENT, 0, POWERS - 1);
            if (powers[power] == null) {
                powers[power] = new long[PARTS];
            }
            powers[power][(int) (bits >>> SHIFT) & (PARTS - 1)] += times;
            count += times;
        }

        /// @param rank from 1 on, counted from 0 outwards
        double at(long rank) {
            long before = 0;
            for (int power = 0; power < POWERS; power++) {
                for (int part = 0; powers[power] != null && part < PARTS; part++) {
                    before += powers[power][part];
                    if (before >= rank) {
                        return Math.scalb(1 + (part + 0.5) / PARTS, power + MIN_EXPONENT);
                    }
                }
            }
            return 0;
        }
    }

    /// @param number what is none is left out
    void add(double number, long times) {
        if (Double.isNaN(number)) {
            return;
        }
        count += times;
        min = Math.min(min, number);
        max = Math.max(max, number);
        if (number == 0) {
            zeros += times;
        } else if (number > 0) {
            above.add(number, times);
        } else {
            below.add(-number, times);
        }
    }

    long count() {
        return count;
    }

    /// The number that so many of a hundred are not above.
    ///
    /// @param percent 0: the smallest; 100: the largest
    double percentile(double percent) {
        long rank = Math.max(1, (long) Math.ceil(percent / 100 * (double) count));
        if (rank <= 1) {
            return min;
        }
        if (rank >= count) {
            return max;
        }
        double found;
        if (rank <= below.count) {
            found = -below.at(below.count - rank + 1);
        } else if (rank <= below.count + zeros) {
            found = 0;
        } else {
            found = above.at(rank - below.count - zeros);
        }
        return Math.clamp(found, min, max);
    }
}
