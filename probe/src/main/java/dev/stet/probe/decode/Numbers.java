package dev.stet.probe.decode;

import dev.stet.probe.Value;
import dev.stet.probe.resolve.Shape;
import java.util.Map;
import java.util.OptionalLong;
import java.util.StringJoiner;

/// Bits as numbers.
final class Numbers {
    private Numbers() {}

    /// The number's own bits, zero-extended.
    static OptionalLong raw(TakenBytes bytes, Shape.Number number) {
        OptionalLong bits = bytes.bits(number.bits());
        int width = number.width();
        if (bits.isEmpty() || width < 1 || number.shift() < 0 || number.shift() > 63) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(low(bits.getAsLong() >>> number.shift(), width));
    }

    private static long low(long bits, int width) {
        return width >= 64 ? bits : bits & ((1L << width) - 1);
    }

    private static long signed(long bits, int width) {
        int unused = 64 - Math.min(width, 64);
        return bits << unused >> unused;
    }

    /// @param bits zero-extended
    static Value value(long bits, int width, Shape.Kind kind) {
        return switch (kind) {
            case SIGNED -> new Value.Signed(signed(bits, width));
            case UNSIGNED -> new Value.Unsigned(bits);
            case WORD -> new Value.Word(bits);
            case HEX -> new Value.Hex(bits);
            case ADDRESS -> bits == 0 ? new Value.Nil() : new Value.Address(bits);
            case TRUTH -> new Value.Truth(bits != 0);
            case CHARACTER -> new Value.Character((int) Math.min(bits, Integer.MAX_VALUE));
            case DURATION -> new Value.Duration(signed(bits, width));
            case REAL -> real(bits, width);
        };
    }

    private static Value real(long bits, int width) {
        return switch (width) {
            case 32 -> new Value.Real(Float.intBitsToFloat((int) bits), true);
            case 64 -> new Value.Real(Double.longBitsToDouble(bits), false);
            default -> new Value.Hex(bits);
        };
    }

    static Value named(long bits, Shape.Number number, Map<Long, String> names) {
        boolean signed = number.kind() == Shape.Kind.SIGNED;
        long value = signed ? signed(bits, number.width()) : bits;
        String name = names.get(value);
        if (name != null) {
            return new Value.Named(name, value);
        }
        return value != 0 && areFlags(names)
                ? flags(value, names, value(bits, number.width(), number.kind()))
                : value(bits, number.width(), number.kind());
    }

    /// Each is one bit of its own, and they are not simply 0, 1, 2 or 1, 2.
    private static boolean areFlags(Map<Long, String> names) {
        long all = 0;
        for (long each : names.keySet()) {
            if (Long.bitCount(each) > 1) {
                return false;
            }
            all |= each;
        }
        return Long.bitCount(all) >= 2 && (all & ~3) != 0;
    }

    private static Value flags(long value, Map<Long, String> names, Value otherwise) {
        StringJoiner joined = new StringJoiner("|");
        long rest = value;
        for (Map.Entry<Long, String> each : names.entrySet()) {
            if ((rest & each.getKey()) != 0) {
                joined.add(each.getValue());
                rest &= ~each.getKey();
            }
        }
        if (rest == value) {
            return otherwise;
        }
        return new Value.Named((rest == 0 ? joined : joined.add("0x" + Long.toHexString(rest))).toString(), value);
    }
}
