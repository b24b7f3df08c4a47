package dev.stet.binary.code;

import dev.stet.binary.Code;
import dev.stet.binary.Machine;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// The bytes of a function, and where its instructions begin. Immutable. Instructions are decoded again when
/// they are asked for: there may be millions.
final class Listing implements Code.Instructions {
    /// The most instructions between an exclusive load and its store: loops of atomics have a handful.
    private static final int MAX_EXCLUSIVE = 16;

    private final Machine machine;
    private final long fileOffset;
    private final int size;
    private final int end;
    private final byte[] code;
    private final long[] boundaries;
    private final Frame frame;

    Listing(Machine machine, Part part, Frame frame) {
        this.machine = machine;
        this.fileOffset = part.fileOffset;
        this.size = part.size;
        this.end = part.padding;
        this.code = Arrays.copyOfRange(part.code, part.from, part.from + part.decoded);
        this.boundaries = part.boundaries();
        this.frame = frame;
    }

    @Override
    public long fileOffset() {
        return fileOffset;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int end() {
        return end;
    }

    @Override
    public int data() {
        return size - code.length;
    }

    @Override
    public Frame frame() {
        return frame;
    }

    @Override
    public boolean begins(int offset) {
        return offset >= 0 && offset < code.length && (boundaries[offset >> 6] >>> offset & 1) != 0;
    }

    @Override
    public IntStream offsets() {
        return IntStream.range(0, code.length).filter(this::begins);
    }

    @Override
    public OptionalInt length(int offset) {
        if (!begins(offset)) {
            return OptionalInt.empty();
        }
        if (machine == Machine.AARCH64) {
            return OptionalInt.of(ArmCode.BYTES);
        }
        X86Decoder decoder = new X86Decoder();
        return decoder.decode(code, offset, code.length) ? OptionalInt.of(decoder.length()) : OptionalInt.empty();
    }

    @Override
    public Optional<String> refusal(int offset) {
        if (!begins(offset)) {
            return Optional.of("is not the beginning of an instruction");
        }
        if (machine == Machine.AARCH64) {
            return armRefusal(offset);
        }
        X86Decoder decoder = new X86Decoder();
        if (!decoder.decode(code, offset, code.length)) {
            return Optional.of("cannot be decoded");
        }
        String refusal = X86Refusal.find(decoder);
        return Optional.ofNullable(refusal == null && offset > 0 ? X86Refusal.behindEntry(decoder) : refusal);
    }

    private Optional<String> armRefusal(int offset) {
        Optional<String> refusal = ArmCode.refusal(ArmCode.word(code, offset));
        if (refusal.isPresent()) {
            return refusal;
        }
        int first = Math.max(0, offset - MAX_EXCLUSIVE * ArmCode.BYTES);
        for (int at = offset - ArmCode.BYTES; at >= first; at -= ArmCode.BYTES) {
            int word = ArmCode.word(code, at);
            if (ArmCode.isExclusiveLoad(word)) {
                return Optional.of("is behind an exclusive load, whose store a probe would never let succeed");
            }
            if (ArmCode.isExclusiveStore(word)) {
                break;
            }
        }
        return Optional.empty();
    }
}
