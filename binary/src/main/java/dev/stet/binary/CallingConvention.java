package dev.stet.binary;

/// How a function takes its arguments and gives its results.
public enum CallingConvention {
    /// As the processor's ABI for C says: System V's on x86-64, AAPCS64 on aarch64.
    C,
    /// Go's ABI0: all on the stack. All functions of Go before 1.17 (aarch64: 1.18), and assembly.
    GO_STACK,
    /// Go's ABIInternal (Go: `src/cmd/compile/abi-internal.md`): in registers.
    GO_REGISTERS,
    /// One of Go's two, and only symbols, which are gone, would tell which.
    GO_UNKNOWN
}
