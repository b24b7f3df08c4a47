package dev.stet.probe.compile;

import static dev.stet.bpf.Register.FP;
import static dev.stet.bpf.Register.R0;
import static dev.stet.bpf.Register.R1;
import static dev.stet.bpf.Register.R2;
import static dev.stet.bpf.Register.R3;
import static dev.stet.bpf.Register.R4;
import static dev.stet.bpf.Register.R7;
import static dev.stet.bpf.Size.DOUBLE;
import static dev.stet.bpf.Size.WORD;

import dev.stet.bpf.Alu;
import dev.stet.bpf.Assembler;
import dev.stet.bpf.Helper;
import dev.stet.bpf.Test;

/// Counts values by powers of two, for each cookie and processor apart:
///
/// ```
///  0 u64 count | 8 u64 sum | 16 u64 greatest | 24 u64[64] buckets
/// ```
///
/// Bucket 0 has 0 and what is negative, bucket n from 2^(n-1) to below 2^n.
public final class HistogramWriter {
    public static final int COUNT = 0;
    public static final int SUM = 8;
    public static final int GREATEST = 16;
    public static final int BUCKETS = 24;
    public static final int BUCKET_COUNT = 64;
    public static final int VALUE_BYTES = BUCKETS + 8 * BUCKET_COUNT;
    /// Where a value goes for which there is no room.
    static final String FULL = "no_room";

    private HistogramWriter() {}

    /// @param cookie where the stack has the key
    /// @param value where it has the value, 8 bytes
    /// @param index where there are 4 bytes to work with
    static void write(Assembler out, int cookie, int value, int index) {
        out.map(R1, ProgramWriter.HISTOGRAMS).stack(R2, cookie).call(Helper.MAP_LOOKUP_ELEM);
        out.jump(Test.NE, R0, 0, "counting");
        out.store(WORD, FP, index, 0).map(R1, ProgramWriter.NO_HISTOGRAM).stack(R2, index);
        out.call(Helper.MAP_LOOKUP_ELEM).jump(Test.EQ, R0, 0, FULL).move(R3, R0);
        // If another processor has made it meanwhile, all the better.
        out.map(R1, ProgramWriter.HISTOGRAMS).stack(R2, cookie).move(R4, 1).call(Helper.MAP_UPDATE_ELEM);
        out.map(R1, ProgramWriter.HISTOGRAMS).stack(R2, cookie).call(Helper.MAP_LOOKUP_ELEM);
        out.jump(Test.EQ, R0, 0, FULL);
        out.label("counting")
                .load(DOUBLE, R7, FP, value)
                .jump(Test.SGE, R7, 0, "positive")
                .move(R7, 0);
        out.label("positive").move(R1, 1).atomicAdd(R0, COUNT, R1).atomicAdd(R0, SUM, R7);
        out.load(DOUBLE, R1, R0, GREATEST).jump(Test.LE, R7, R1, "lesser").store(DOUBLE, R0, GREATEST, R7);
        out.label("lesser");
        bucket(out);
        out.alu(Alu.AND, R2, BUCKET_COUNT - 1).alu(Alu.LSH, R2, 3).alu(Alu.ADD, R0, R2);
        out.move(R1, 1).atomicAdd(R0, BUCKETS, R1);
    }

    /// R2 = how many bits the number in R7 has; it is lost.
    private static void bucket(Assembler out) {
        out.move(R2, 0);
        for (int bits = 32; bits > 0; bits /= 2) {
            String below = out.fresh("below");
            out.move(R1, R7).alu(Alu.RSH, R1, bits).jump(Test.EQ, R1, 0, below);
            out.move(R7, R1).alu(Alu.ADD, R2, bits).label(below);
        }
        String none = out.fresh("none");
        out.jump(Test.EQ, R7, 0, none).alu(Alu.ADD, R2, 1).label(none);
    }
}
