package dev.stet.binary.code;

import dev.stet.binary.BinaryException;
import dev.stet.binary.Code;
import dev.stet.binary.FunctionTable;
import dev.stet.binary.Machine;
import dev.stet.binary.elf.Elf;
import dev.stet.facts.Function;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/// Reads the instructions of one function.
public final class CodeReader {
    /// `nopl 0(%rax,%rax,1)`, the only one that the kernel looks for.
    private static final byte[] NOP_5 = {0x0f, 0x1f, 0x44, 0, 0};

    private CodeReader() {}

    public static Code read(Elf elf, FunctionTable functions, Function function) throws BinaryException {
        Parts parts = new Parts(elf, functions, CodeWindow.ONE);
        Optional<String> refused = parts.sweepAlone(function);
        if (refused.isPresent()) {
            return new Code.Unknown(refused.get());
        }
        Part part = parts.get(0);
        Code.Frame frame = elf.machine() == Machine.AARCH64 ? armFrame(part) : x86Frame(part);
        return new Listing(elf.machine(), part, frame);
    }

    /// The function that begins at the address, also if only the unwinder's table says so: then without a name.
    ///
    /// @return empty if none does, or only a stub that jumps to one in a library
    public static Optional<Function> functionAt(Elf elf, FunctionTable functions, long virtualAddress)
            throws BinaryException {
        return new Parts(elf, functions, CodeWindow.ONE).functionAt(virtualAddress);
    }

    /// Does the function begin where by another one around it no instruction does? A symbol is text like any other, and
    /// a breakpoint in the middle of an instruction makes another one of it.
    ///
    /// @return why there must be no probe, with the place as the subject
    public static Optional<String> overlap(Elf elf, FunctionTable functions, Function function) throws BinaryException {
        long at = function.fileOffset();
        Optional<Function> around = at == 0 ? Optional.empty() : functions.at(at - 1);
        if (around.isEmpty() || at - around.get().fileOffset() >= around.get().size()) {
            return Optional.empty();
        }
        int offset = Math.toIntExact(at - around.get().fileOffset());
        return read(elf, functions, around.get()) instanceof Code.Instructions code
                        && offset < code.end()
                        && !code.begins(offset)
                ? Optional.of(
                        "is in the middle of an instruction of " + around.get().name())
                : Optional.empty();
    }

    /// The length of a nop that the function begins with and that a probe is better put behind: the
    /// kernel makes a system call of a probed nop of five bytes (Linux 6.18). Not if what comes next can
    /// be come to in another way, or is a way out.
    ///
    /// @return in bytes; 0 if there is none
    public static int nopAtEntry(Elf elf, FunctionTable functions, Function function) throws BinaryException {
        int cap = NOP_5.length + X86Decoder.MAX_INSTRUCTION_BYTES;
        byte[] code = elf.image()
                .readUpTo(function.fileOffset(), function.size(), cap, "first instructions")
                .copy(cap, "first instructions");
        X86Decoder next = new X86Decoder();
        if (code.length <= NOP_5.length
                || Arrays.mismatch(code, NOP_5) != NOP_5.length
                || !next.decode(code, NOP_5.length, code.length)
                || next.kind() != X86Decoder.Kind.OTHER
                || X86Refusal.of(next).isPresent()) {
            return 0;
        }
        Parts parts = new Parts(elf, functions, CodeWindow.ONE);
        return parts.sweepAlone(function).isEmpty() && parts.get(0).isJumpedTo(NOP_5.length) ? 0 : NOP_5.length;
    }

    /// What the frame looks like, by following the stack pointer.
    private static Code.Frame x86Frame(Part part) {
        if (part.decoded > Jumps.MAX_BYTES) {
            return new Code.Frame(OptionalInt.empty(), OptionalInt.empty(), true);
        }
        FrameOf frame = new FrameOf();
        new X86Stack().follow(part, frame);
        return new Code.Frame(place(frame.lowered), place(frame.pointed), frame.redZone);
    }

    private static OptionalInt place(int offset) {
        return offset < 0 ? OptionalInt.empty() : OptionalInt.of(offset);
    }

    private static final class FrameOf implements X86Stack.Visitor {
        private int lowered = -1;
        private int pointed = -1;
        private boolean redZone;

        @Override
        public void visit(X86Decoder it, StackState stack, int at) {
            redZone |= X86Stack.usesRedZone(it, stack);
            if (lowered < 0 && stack.depth() > 0) {
                lowered = at;
            }
            if (pointed < 0 && stack.frame() != StackState.UNKNOWN) {
                pointed = at;
            }
        }
    }

    /// The ABI of aarch64 has no red zone (AAPCS64 6.4.5).
    private static Code.Frame armFrame(Part part) {
        int lowered = -1;
        int pointed = -1;
        for (int at = 0; at + ArmCode.BYTES < part.decoded; at += ArmCode.BYTES) {
            int word = ArmCode.word(part.code, part.from + at);
            boolean storesPair = (word & 0x3bc003e0) == 0x298003e0;
            boolean storesOne = (word & 0x3be00fe0) == 0x38000fe0;
            boolean subtracts = (word & 0xff8003ff) == 0xd10003ff;
            if (lowered < 0 && (storesPair || storesOne || subtracts)) {
                lowered = at + ArmCode.BYTES;
            }
            if (pointed < 0 && (word & 0xff8003ff) == 0x910003fd) {
                pointed = at + ArmCode.BYTES;
            }
        }
        return new Code.Frame(place(lowered), place(pointed), false);
    }
}
