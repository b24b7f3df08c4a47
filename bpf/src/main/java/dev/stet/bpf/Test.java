package dev.stet.bpf;

/// What a conditional jump compares, 64 bits wide, with the kernel's code. Without S the numbers are
/// unsigned.
public enum Test {
    EQ(0x10, "=="),
    GT(0x20, ">"),
    GE(0x30, ">="),
    NE(0x50, "!="),
    SGT(0x60, "s>"),
    SGE(0x70, "s>="),
    LT(0xa0, "<"),
    SLT(0xc0, "s<");

    final int code;
    final String sign;

    Test(int code, String sign) {
        this.code = code;
        this.sign = sign;
    }
}
