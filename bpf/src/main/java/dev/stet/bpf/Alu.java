package dev.stet.bpf;

/// A 64-bit operation `dst = dst op src`, with the kernel's code.
public enum Alu {
    ADD(0x00, "+="),
    SUB(0x10, "-="),
    MUL(0x20, "*="),
    /// Unsigned; by 0 it gives 0.
    DIV(0x30, "/="),
    OR(0x40, "|="),
    AND(0x50, "&="),
    LSH(0x60, "<<="),
    RSH(0x70, ">>="),
    /// Unsigned; by 0 it leaves `dst`.
    MOD(0x90, "%="),
    XOR(0xa0, "^="),
    MOV(0xb0, "="),
    ARSH(0xc0, "s>>=");

    final int code;
    final String sign;

    Alu(int code, String sign) {
        this.code = code;
        this.sign = sign;
    }
}
