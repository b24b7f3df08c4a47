package dev.stet.probe;

/// What a capture computes, 64 bits wide. Text form: [CaptureParser].
public sealed interface Expression {
    /// The `index`-th argument word, from 1: `arg1`.
    record Argument(int index) implements Expression {}

    /// The `index`-th result word, from 1: `ret` is `ret1`.
    record Result(int index) implements Expression {}

    /// A value and a number added: `arg1 + 8`.
    record Plus(Expression value, long number) implements Expression {}

    /// Memory of the target: `u32(arg1 + 8)`; `*(arg1)` is `u64(arg1)`.
    ///
    /// @param bytes 1, 2, 4 or 8
    /// @param signed a value of less than 8 bytes is sign-extended
    record Memory(Expression address, int bytes, boolean signed) implements Expression {}

    /// Does it, or what it is made of, ask for a result, which there is at the return only?
    default boolean usesResult() {
        return switch (this) {
            case Argument _ -> false;
            case Result _ -> true;
            case Plus plus -> plus.value.usesResult();
            case Memory memory -> memory.address.usesResult();
        };
    }

    /// Does it, or what it is made of, ask for an argument, which there is at the entry only?
    default boolean usesArgument() {
        return switch (this) {
            case Argument _ -> true;
            case Result _ -> false;
            case Plus plus -> plus.value.usesArgument();
            case Memory memory -> memory.address.usesArgument();
        };
    }
}
