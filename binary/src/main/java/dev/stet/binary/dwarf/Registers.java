package dev.stet.binary.dwarf;

import dev.stet.binary.Location;
import dev.stet.binary.Machine;
import java.util.List;

/// The registers as DWARF numbers them (System V AMD64 psABI figure 3.36; AADWARF64 section 4.1).
final class Registers {
    private static final List<String> X86 = List.of(
            "rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp", "r8", "r9", "r10", "r11", "r12", "r13", "r14",
            "r15", "rip");
    private static final int XMM0 = 17;
    private static final int ST0 = 33;
    private static final int V0 = 64;

    private Registers() {}

    static Location.Register of(Machine machine, int number) {
        return new Location.Register(machine == Machine.X86_64 ? x86(number) : aarch64(number), number);
    }

    static Location.Register x86(String name) {
        return new Location.Register(name, X86.indexOf(name));
    }

    static Location.Register xmm(int i) {
        return of(Machine.X86_64, XMM0 + i);
    }

    static Location.Register st(int i) {
        return of(Machine.X86_64, ST0 + i);
    }

    static Location.Register x(int i) {
        return of(Machine.AARCH64, i);
    }

    static Location.Register v(int i) {
        return of(Machine.AARCH64, V0 + i);
    }

    static Location.Register stackPointer(Machine machine) {
        return of(machine, machine == Machine.X86_64 ? 7 : 31);
    }

    /// From the stack pointer at the first instruction to the canonical frame address: the return address.
    static int returnAddressBytes(Machine machine) {
        return machine == Machine.X86_64 ? 8 : 0;
    }

    private static String x86(int number) {
        if (number >= 0 && number < X86.size()) {
            return X86.get(number);
        }
        if (number >= XMM0 && number < ST0) {
            return "xmm" + (number - XMM0);
        }
        if (number >= ST0 && number < ST0 + 8) {
            return "st" + (number - ST0);
        }
        return number >= 67 && number < 83 ? "xmm" + (number - 67 + 16) : "register " + number;
    }

    private static String aarch64(int number) {
        if (number >= 0 && number < 31) {
            return "x" + number;
        }
        if (number == 31) {
            return "sp";
        }
        return number >= V0 && number < V0 + 32 ? "v" + (number - V0) : "register " + number;
    }
}
