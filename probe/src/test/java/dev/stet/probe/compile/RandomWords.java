package dev.stet.probe.compile;

import dev.stet.probe.compile.Word.Operator;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;

/// Random words, and a random target for them: registers, and memory full of pointers into itself. Bad
/// addresses are among them.
final class RandomWords {
    private static final int MEMORY_BYTES = 4096;
    /// What is around it is as good, and of zeros: sums of pointers and numbers lead there.
    private static final int AROUND = 1 << 20;
    private static final List<Integer> REGISTERS = List.of(8, 40, 64, 72, 80, 88, 96, 104, 112, 152);
    private static final List<Long> AWKWARD = List.of(
            0L,
            1L,
            -1L,
            2L,
            7L,
            63L,
            64L,
            255L,
            4096L,
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            1L << 31,
            -1L << 31,
            0x123456789aL);

    /// Nothing is mapped below (vm.mmap_min_addr), nor above (TASK_SIZE of four levels of page tables).
    private static final long LOWEST_MAPPED = 1 << 16;

    private static final long HIGHEST_MAPPED = 1L << 47;

    private final MemorySegment around;
    private final MemorySegment memory;
    private final Random random;
    private boolean strayed;

    RandomWords(Random random, Arena arena) {
        this.random = random;
        around = arena.allocate(2L * AROUND + MEMORY_BYTES, 8);
        memory = around.asSlice(AROUND, MEMORY_BYTES);
        for (int at = 0; at < MEMORY_BYTES; at += 8) {
            memory.set(ValueLayout.JAVA_LONG, at, number());
        }
    }

    /// A pointer into the memory, most often; else any number.
    long number() {
        return switch (random.nextInt(6)) {
            case 0 -> AWKWARD.get(random.nextInt(AWKWARD.size()));
            case 1 -> random.nextLong();
            case 2 -> random.nextInt(1000);
            default -> memory.address() + random.nextInt(MEMORY_BYTES - 64);
        };
    }

    Word word(int depth) {
        if (depth == 0) {
            return leaf();
        }
        return switch (random.nextInt(10)) {
            case 0, 1, 2 -> new Word.Load(address(depth - 1), 1 << random.nextInt(4), random.nextBoolean());
            case 3, 4, 5 -> {
                Operator[] all = Operator.values();
                yield new Word.Calculation(all[random.nextInt(all.length)], word(depth - 1), word(depth - 1));
            }
            case 6 -> new Word.Both(word(depth - 1), word(depth - 1));
            case 7 -> new Word.Either(word(depth - 1), word(depth - 1));
            case 8 -> new Word.Choice(word(depth - 1), word(depth - 1), word(depth - 1));
            default -> leaf();
        };
    }

    /// What is an address more often than not.
    private Word address(int depth) {
        return random.nextInt(4) == 0 ? word(depth) : pointer(depth).plus(8L * random.nextInt(5));
    }

    private Word pointer(int depth) {
        return depth <= 0 || random.nextBoolean()
                ? new Word.Register(REGISTERS.get(random.nextInt(REGISTERS.size())))
                : new Word.Load(pointer(depth - 1), 8, false);
    }

    private Word leaf() {
        return switch (random.nextInt(5)) {
            case 0 -> Word.of(AWKWARD.get(random.nextInt(AWKWARD.size())));
            case 1 -> Word.of(random.nextInt(300) - 100);
            default -> new Word.Register(REGISTERS.get(random.nextInt(REGISTERS.size())));
        };
    }

    /// What the kernel would read there: this memory and nothing else, for no other address that comes up is any good.
    /// Was an address asked for at which this process may have something mapped, of which nothing
    /// is known here? The parts of pointers make such ones, now and then.
    boolean strayed() {
        return strayed;
    }

    OptionalLong read(long address, int bytes) {
        long at = address - around.address();
        if (at < 0 || at > around.byteSize() - bytes) {
            strayed |= address > LOWEST_MAPPED - bytes && address < HIGHEST_MAPPED;
            return OptionalLong.empty();
        }
        long value = 0;
        for (int i = bytes - 1; i >= 0; i--) {
            value = (value << 8) | (around.get(ValueLayout.JAVA_BYTE, at + i) & 0xff);
        }
        return OptionalLong.of(value);
    }
}
