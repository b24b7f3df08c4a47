package dev.stet.probe.decode;

import dev.stet.probe.compile.Interpreter;
import dev.stet.probe.compile.Take;
import dev.stet.probe.compile.Word;
import dev.stet.probe.resolve.Shown;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// Does what a probe's program does, by the word of [Take] and [Word].
final class Program {
    private final Memory memory;
    private final Map<Integer, Long> registers;

    Program(Memory memory, Map<Integer, Long> registers) {
        this.memory = memory;
        this.registers = registers;
    }

    /// A record with one capture's takes.
    record Filled(MemorySegment record, List<Take> takes, long failures) implements Taken {
        @Override
        public long offset(int take) {
            return 16 + takes.subList(0, take).stream().mapToLong(Take::bytes).sum();
        }

        @Override
        public boolean failed(int take) {
            return (failures >> take & 1) != 0;
        }
    }

    Filled run(Shown shown) {
        ByteBuffer bytes = ByteBuffer.allocate(
                        16 + shown.takes().stream().mapToInt(Take::bytes).sum())
                .order(ByteOrder.LITTLE_ENDIAN);
        int at = 16;
        long failures = 0;
        for (int i = 0; i < shown.takes().size(); i++) {
            Take take = shown.takes().get(i);
            if (!put(take, bytes.slice(at, take.bytes()).order(ByteOrder.LITTLE_ENDIAN))) {
                failures |= 1L << i;
            }
            at += take.bytes();
        }
        return new Filled(MemorySegment.ofArray(bytes.array()), shown.takes(), failures);
    }

    private boolean put(Take take, ByteBuffer into) {
        return switch (take) {
            case Take.Number(var word) -> {
                OptionalLong value = value(word);
                into.putLong(value.orElse(0));
                yield value.isPresent();
            }
            case Take.Text(var address, var max) -> text(value(address), max, into);
            case Take.Block(var address, var length, var max) -> block(value(address), value(length), max, into);
            case Take.Stack _ -> false;
        };
    }

    private boolean text(OptionalLong address, int max, ByteBuffer into) {
        if (address.isEmpty()) {
            return false;
        }
        into.position(8);
        int count = 0;
        while (count < max) {
            Optional<byte[]> next = memory.read(address.getAsLong() + count, 1);
            if (next.isEmpty()) {
                return false;
            }
            count++;
            byte each = count == max ? 0 : next.get()[0];
            into.put(each);
            if (each == 0) {
                break;
            }
        }
        into.putLong(0, count);
        return true;
    }

    private boolean block(OptionalLong address, OptionalLong length, int max, ByteBuffer into) {
        if (address.isEmpty() || length.isEmpty() || length.getAsLong() < 0) {
            return false;
        }
        int count = (int) Math.min(length.getAsLong(), max);
        Optional<byte[]> read = count == 0 ? Optional.of(new byte[0]) : memory.read(address.getAsLong(), count);
        into.putLong(count).putLong(length.getAsLong()).put(read.orElse(new byte[0]));
        return read.isPresent();
    }

    OptionalLong value(Word word) {
        return new Interpreter(registers::get, this::load, _ -> OptionalLong.empty(), 0, 0, 0).evaluate(word);
    }

    private OptionalLong load(long address, int bytes) {
        Optional<byte[]> read = memory.read(address, bytes);
        if (read.isEmpty()) {
            return OptionalLong.empty();
        }
        long value = 0;
        for (int i = bytes - 1; i >= 0; i--) {
            value = (value << 8) | (read.get()[i] & 0xff);
        }
        return OptionalLong.of(value);
    }
}
