package dev.stet.binary.packed;

import dev.stet.binary.MalformedBinaryException;

/// How much may be unpacked from one file, in all. A packed file that claims to be small can take hours
/// and terabytes; honest debug sections end far below. Not for several threads.
public final class UnpackingBudget {
    /// Debug sections of a kubelet with everything in it unpack to some 150 MB, and are gone through two or
    /// three times. Zeros, the fastest bomb, take about half a second for as much.
    private static final long MAX_BYTES = 1L << 30;

    /// Packed bytes can be made to unpack a hundred times slower than honest ones do, which no number of
    /// bytes tells, so here a clock decides. A file's whole analysis has two seconds.
    private static final long MAX_NANOS = 1_500_000_000L;

    private long bytes;
    private long nanos;
    private long since;

    /// From now on the time counts.
    public void start() {
        since = System.nanoTime();
    }

    /// The time counts no longer, and this is what came out.
    public void stop(long unpacked) {
        bytes += unpacked;
        nanos += System.nanoTime() - since;
    }

    /// May it go on?
    ///
    /// @param fileOffset for the refusal
    public void check(long fileOffset) throws MalformedBinaryException {
        if (bytes > MAX_BYTES) {
            throw new MalformedBinaryException("more than " + MAX_BYTES + " bytes to unpack", fileOffset);
        }
        if (nanos + (System.nanoTime() - since) > MAX_NANOS) {
            throw new MalformedBinaryException(
                    "takes more than " + MAX_NANOS / 1_000_000 + " ms to unpack", fileOffset);
        }
    }
}
