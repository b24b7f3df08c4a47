package dev.stet.probe.resolve;

import dev.stet.binary.CallingConvention;
import dev.stet.probe.compile.Word;
import java.util.List;
import java.util.Optional;

/// What conventions keep in the registers that a probe sees on x86-64.
final class Registers {
    /// Arguments: System V AMD64 psABI, section 3.2.3.
    private static final List<String> C_ARGUMENTS = List.of("rdi", "rsi", "rdx", "rcx", "r8", "r9");

    private static final List<String> C_RESULTS = List.of("rax", "rdx");

    /// Go: `src/cmd/compile/abi-internal.md`.
    private static final List<String> GO = List.of("rax", "rbx", "rcx", "rdi", "rsi", "r8", "r9", "r10", "r11");

    static final Word STACK_POINTER = new Word.Register(152);

    private Registers() {}

    /// @return empty if probes do not see it
    static Optional<Word> named(String name) {
        try {
            return Optional.of(X86Register.named(name).word());
        } catch (UsdtOperand.Refused e) {
            return Optional.empty();
        }
    }

    /// The n-th argument word at the entry of a function.
    ///
    /// @param n from 1
    /// @return empty if only the function's types would tell
    static Optional<Word> argument(CallingConvention convention, int n) {
        return switch (convention) {
            case C ->
                n <= C_ARGUMENTS.size()
                        ? named(C_ARGUMENTS.get(n - 1))
                        : Optional.of(STACK_POINTER
                                .plus(8L * (n - C_ARGUMENTS.size()))
                                .load());
            case GO_REGISTERS -> n <= GO.size() ? named(GO.get(n - 1)) : Optional.empty();
            case GO_STACK -> Optional.of(STACK_POINTER.plus(8L * n).load());
            case GO_UNKNOWN -> Optional.empty();
        };
    }

    /// The n-th result word when a function returns.
    ///
    /// @param n from 1
    /// @return empty if only the function's types would tell, or there cannot be so many
    static Optional<Word> result(CallingConvention convention, int n) {
        List<String> names = switch (convention) {
            case C -> C_RESULTS;
            case GO_REGISTERS -> GO;
            case GO_STACK, GO_UNKNOWN -> List.<String>of();
        };
        return n <= names.size() ? named(names.get(n - 1)) : Optional.empty();
    }
}
