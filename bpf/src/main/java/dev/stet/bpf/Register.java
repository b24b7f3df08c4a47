package dev.stet.bpf;

/// The eleven registers of the BPF machine (kernel `Documentation/bpf/standardization/instruction-set.rst`).
/// A call takes R1 to R5, answers in R0 and leaves R6 to R9 as they were.
public enum Register {
    R0(0),
    R1(1),
    R2(2),
    R3(3),
    R4(4),
    R5(5),
    R6(6),
    R7(7),
    R8(8),
    R9(9),
    /// The frame pointer: read only; 512 bytes below it are the stack.
    FP(10);

    final int number;

    Register(int number) {
        this.number = number;
    }
}
