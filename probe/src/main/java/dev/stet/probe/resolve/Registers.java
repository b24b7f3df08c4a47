package dev.stet.probe.resolve;

import java.util.List;
import java.util.Map;

/// Offsets of registers in struct pt_regs, x86-64 (kernel `arch/x86/include/asm/ptrace.h`).
final class Registers {
    static final int RSP = 152;
    /// System V ABI, 3.2.3.
    static final List<Integer> C_ARGUMENTS = List.of(112, 104, 96, 88, 72, 64);
    static final List<Integer> C_RESULTS = List.of(80, 96);
    /// Go `src/cmd/compile/abi-internal.md`.
    static final List<Integer> GO = List.of(80, 40, 88, 112, 104, 72, 64, 56, 48);

    private static final Map<String, Integer> OFFSETS = Map.ofEntries(
            Map.entry("r15", 0),
            Map.entry("r14", 8),
            Map.entry("r13", 16),
            Map.entry("r12", 24),
            Map.entry("rbp", 32),
            Map.entry("rbx", 40),
            Map.entry("r11", 48),
            Map.entry("r10", 56),
            Map.entry("r9", 64),
            Map.entry("r8", 72),
            Map.entry("rax", 80),
            Map.entry("rcx", 88),
            Map.entry("rdx", 96),
            Map.entry("rsi", 104),
            Map.entry("rdi", 112),
            Map.entry("rip", 128),
            Map.entry("rsp", RSP));

    private Registers() {}

    /// The offset of a register; -1 if the kernel does not show it.
    static int offset(String name) {
        return OFFSETS.getOrDefault(name, -1);
    }
}
