package dev.stet.bpf;

/// The eleven registers of the BPF machine (kernel `Documentation/bpf/standardization/instruction-set.rst`).
/// A call takes R1 to R5, answers in R0 and leaves R6 to R9 as they were.
public enum Register {
    R0,
    R1,
    R2,
    R3,
    R4,
    R5,
    R6,
    R7,
    R8,
    R9,
    /// The frame pointer: read only; 512 bytes below it are the stack.
    FP
}
