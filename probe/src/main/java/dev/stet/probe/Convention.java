package dev.stet.probe;

import dev.stet.binary.Executable;
import dev.stet.binary.GoVersion;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Where x86-64 code keeps a call's arguments and results, as offsets in struct pt_regs
/// (kernel `arch/x86/include/asm/ptrace.h`), and who owns a call.
public enum Convention {
    /// C, C++ and Rust's extern functions: System V ABI. A call belongs to its thread.
    SYSTEM_V,
    /// Go from 1.17: ABIInternal (Go `src/cmd/compile/abi-internal.md`). A call belongs to its goroutine, in
    /// R14.
    GO_REGISTERS,
    /// Go before 1.17: ABI0, everything on the stack. The goroutine is in thread-local storage.
    GO_STACK;

    /// Offsets in struct pt_regs.
    static final class Registers {
        static final int R14 = 8;
        static final int RBX = 40;
        static final int R11 = 48;
        static final int R10 = 56;
        static final int R9 = 64;
        static final int R8 = 72;
        static final int RAX = 80;
        static final int RCX = 88;
        static final int RDX = 96;
        static final int RSI = 104;
        static final int RDI = 112;
        static final int RSP = 152;
        static final List<Integer> C_ARGUMENTS = List.of(RDI, RSI, RDX, RCX, R8, R9);
        static final List<Integer> C_RESULTS = List.of(RAX, RDX);
        static final List<Integer> GO = List.of(RAX, RBX, RCX, RDI, RSI, R8, R9, R10, R11);

        private Registers() {}
    }

    /// The convention of a binary's functions.
    public static Convention of(Executable executable) throws IOException {
        Optional<GoVersion> go = executable.goVersion();
        if (go.isEmpty()) {
            return SYSTEM_V;
        }
        return go.get().isAtLeast(17) ? GO_REGISTERS : GO_STACK;
    }

    /// Where a word is when the program runs.
    sealed interface Place {
        /// In a register, at this offset of pt_regs.
        record Register(int offset) implements Place {}

        /// On the stack, at this distance from the stack pointer, in bytes.
        record Stack(int offset) implements Place {}
    }

    /// Where the `index`-th argument word (from 1) is at entry; empty if only the function's types tell.
    Optional<Place> argument(int index) {
        return switch (this) {
            case SYSTEM_V ->
                register(Registers.C_ARGUMENTS, index)
                        .or(() -> Optional.of(new Place.Stack(8 * (index - Registers.C_ARGUMENTS.size()))));
            case GO_REGISTERS -> register(Registers.GO, index);
            case GO_STACK -> Optional.of(new Place.Stack(8 * index));
        };
    }

    /// Where the `index`-th result word (from 1) is at a RET; empty if only the function's types tell.
    Optional<Place> result(int index) {
        return switch (this) {
            case SYSTEM_V -> register(Registers.C_RESULTS, index);
            case GO_REGISTERS -> register(Registers.GO, index);
            case GO_STACK -> Optional.empty();
        };
    }

    private static Optional<Place> register(List<Integer> registers, int index) {
        return index <= registers.size() ? Optional.of(new Place.Register(registers.get(index - 1))) : Optional.empty();
    }

    boolean isGo() {
        return this != SYSTEM_V;
    }
}
