package dev.stet.probe.decode;

import dev.stet.probe.compile.Take;
import dev.stet.probe.resolve.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Reads takes within their bounds.
final class TakenBytes {
    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final List<Take> takes;
    private final Taken taken;
    private final List<Optional<Region>> regions;

    TakenBytes(List<Take> takes, Taken taken) {
        this.takes = takes;
        this.taken = taken;
        this.regions = new ArrayList<>(takes.size());
        for (int i = 0; i < takes.size(); i++) {
            regions.add(find(i));
        }
    }

    /// Bytes of a take that are there.
    ///
    /// @param begin in the record
    /// @param size in bytes
    /// @param full how many there are in the target; -1 if that is not known
    record Region(MemorySegment record, long begin, int size, long full) {
        byte at(int index) {
            return record.get(ValueLayout.JAVA_BYTE, begin + index);
        }

        byte[] copy() {
            byte[] bytes = new byte[size];
            MemorySegment.copy(record, ValueLayout.JAVA_BYTE, begin, bytes, 0, size);
            return bytes;
        }

        /// Some of it, as far as they are there.
        ///
        /// @param full as of the whole
        Optional<Region> part(int offset, int count, long full) {
            return offset >= 0 && offset <= size
                    ? Optional.of(new Region(record, begin + offset, Math.min(count, size - offset), full))
                    : Optional.empty();
        }
    }

    /// @return empty if the take failed, or is not in the record
    Optional<Region> region(int take) {
        return take >= 0 && take < regions.size() ? regions.get(take) : Optional.empty();
    }

    private Optional<Region> find(int take) {
        if (taken.failed(take)) {
            return Optional.empty();
        }
        long at = taken.offset(take);
        return switch (takes.get(take)) {
            case Take.Number _ -> region(at, 8, 8, 8);
            case Take.Text(var ignored, var max) -> {
                OptionalLong read = word(at);
                yield read.isPresent() ? region(at + 8, read.getAsLong(), max, -1) : Optional.empty();
            }
            case Take.Block(var ignored, var ignoredToo, var max) -> {
                OptionalLong read = word(at);
                OptionalLong full = word(at + 8);
                yield read.isPresent() && full.isPresent() && full.getAsLong() >= 0
                        ? region(at + 16, Math.min(read.getAsLong(), full.getAsLong()), max, full.getAsLong())
                        : Optional.empty();
            }
            case Take.Stack(var frames) -> {
                OptionalLong written = word(at);
                yield written.isPresent() ? region(at + 8, written.getAsLong(), 8 * frames, -1) : Optional.empty();
            }
        };
    }

    private Optional<Region> region(long begin, long size, int max, long full) {
        if (size < 0 || size > max) {
            return Optional.empty();
        }
        MemorySegment record = taken.record();
        return begin >= 0 && begin <= record.byteSize() && size <= record.byteSize() - begin
                ? Optional.of(new Region(record, begin, (int) size, full))
                : Optional.empty();
    }

    private OptionalLong word(long at) {
        MemorySegment record = taken.record();
        return at >= 0 && at <= record.byteSize() - 8 ? OptionalLong.of(record.get(WORD, at)) : OptionalLong.empty();
    }

    /// @return zero-extended; empty if not all of the bits are there
    OptionalLong bits(Shape.Bits bits) {
        Optional<Region> region = region(bits.take());
        if (region.isEmpty() || bits.size() < 1 || bits.size() > 8) {
            return OptionalLong.empty();
        }
        return bits(region.get(), bits.offset(), bits.size());
    }

    /// @return zero-extended; empty if not all of the bits are there
    static OptionalLong bits(Region region, int offset, int size) {
        if (offset < 0 || offset > region.size() - size) {
            return OptionalLong.empty();
        }
        if (size == 8) {
            return OptionalLong.of(region.record().get(WORD, region.begin() + offset));
        }
        long value = 0;
        for (int i = size - 1; i >= 0; i--) {
            value = (value << 8) | (region.at(offset + i) & 0xff);
        }
        return OptionalLong.of(value);
    }
}
