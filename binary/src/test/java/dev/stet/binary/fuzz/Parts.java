package dev.stet.binary.fuzz;

import dev.stet.testkit.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Several sections in one input: the length of each but the last in two bytes, then all of them.
final class Parts {
    private Parts() {}

    /// Whatever the bytes are, there are so many parts, some of them empty.
    static List<byte[]> split(byte[] input, int count) {
        int headerBytes = 2 * (count - 1);
        List<byte[]> parts = new ArrayList<>();
        int at = Math.min(headerBytes, input.length);
        for (int i = 0; i < count - 1; i++) {
            int length = 2 * i + 1 < input.length ? (input[2 * i] & 0xff) | (input[2 * i + 1] & 0xff) << 8 : 0;
            int end = Math.min(input.length, at + length);
            parts.add(Arrays.copyOfRange(input, at, end));
            at = end;
        }
        parts.add(Arrays.copyOfRange(input, at, input.length));
        return parts;
    }

    static byte[] join(byte[]... parts) {
        Bytes joined = new Bytes();
        for (int i = 0; i < parts.length - 1; i++) {
            joined.u16(parts[i].length);
        }
        for (byte[] part : parts) {
            joined.add(part);
        }
        return joined.toArray();
    }
}
