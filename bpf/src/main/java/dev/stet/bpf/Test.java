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
    LE(0xb0, "<="),
    SLT(0xc0, "s<"),
    SLE(0xd0, "s<="),
    /// Have they a bit in common?
    SET(0x40, "&");

    final int code;
    final String sign;

    Test(int code, String sign) {
        this.code = code;
        this.sign = sign;
    }

    /// The test that holds when this one does not; none for [#SET].
    ///
    /// @throws IllegalArgumentException for SET
    public Test negated() {
        return switch (this) {
            case EQ -> NE;
            case NE -> EQ;
            case GT -> LE;
            case LE -> GT;
            case GE -> LT;
            case LT -> GE;
            case SGT -> SLE;
            case SLE -> SGT;
            case SGE -> SLT;
            case SLT -> SGE;
            case SET -> throw new IllegalArgumentException("no test for bits that are not in common");
        };
    }
}
