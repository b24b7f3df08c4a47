package dev.stet.binary.golang;

import dev.stet.binary.BinaryException;
import java.util.Arrays;

/// Values that hold for runs of instructions of a function (Go: `src/runtime/symtab.go`, step): pairs of
/// varints, the difference to the last value, its sign in bit 0, and the length of the run. The first value
/// counts from -1. A difference of 0 behind the first pair is the end.
final class InstructionTable {
    /// Functions of a megabyte exist, with a run every ten bytes.
    private static final int MAX_RUNS = 1 << 20;

    private int[] ends = new int[64];
    private int[] values = new int[64];
    private int count;

    /// Reads a table in place of the last one.
    ///
    /// @param at its address
    /// @param size of the function, in bytes
    /// @return how many runs were read
    int read(Pclntab table, long at, long size) throws BinaryException {
        Memory memory = table.memory();
        count = 0;
        int value = -1;
        long pc = 0;
        for (long next = at; pc < size; ) {
            long delta = varint(memory, next);
            next += delta >>> 32;
            int difference = (int) delta;
            if (difference == 0 && count > 0) {
                break;
            }
            value += (difference & 1) != 0 ? ~(difference >>> 1) : difference >>> 1;
            long length = varint(memory, next);
            next += length >>> 32;
            pc += (length & 0xffff_ffffL) * table.quantum();
            memory.require(
                    count < MAX_RUNS && pc <= Integer.MAX_VALUE, "pclntab: a table of a function does not end", at);
            add((int) pc, value);
        }
        return count;
    }

    /// @return the value in the lower half, how many bytes it took in the upper one
    private static long varint(Memory memory, long at) throws BinaryException {
        int value = 0;
        for (int i = 0; i < 5; i++) {
            int b = memory.u8(at + i);
            value |= (b & 0x7f) << (7 * i);
            if (b < 0x80) {
                return (long) (i + 1) << 32 | (value & 0xffff_ffffL);
            }
        }
        throw memory.malformed("pclntab: varint of more than 5 bytes", at);
    }

    private void add(int end, int value) {
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, 2 * count);
            values = Arrays.copyOf(values, 2 * count);
        }
        ends[count] = end;
        values[count] = value;
        count++;
    }

    int count() {
        return count;
    }

    int start(int run) {
        return run == 0 ? 0 : ends[run - 1];
    }

    int value(int run) {
        return values[run];
    }

    /// The value at a distance from the function's entry.
    ///
    /// @return -1 if it is behind the last run
    int at(int pc) {
        int found = Arrays.binarySearch(ends, 0, count, pc);
        int run = found < 0 ? -found - 1 : found + 1;
        return run < count ? values[run] : -1;
    }
}
