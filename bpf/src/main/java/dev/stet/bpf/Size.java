package dev.stet.bpf;

/// How much a load or store moves. The code is `BPF_W`, `BPF_H`, `BPF_B` or `BPF_DW`.
public enum Size {
    BYTE(0x10, 1),
    HALF(0x08, 2),
    WORD(0x00, 4),
    DOUBLE(0x18, 8);

    final int code;
    private final int bytes;

    Size(int code, int bytes) {
        this.code = code;
        this.bytes = bytes;
    }

    /// 1, 2, 4 or 8.
    public int bytes() {
        return bytes;
    }

    /// The size of so many bytes.
    ///
    /// @throws IllegalArgumentException if it is not 1, 2, 4 or 8
    public static Size of(int bytes) {
        for (Size size : values()) {
            if (size.bytes == bytes) {
                return size;
            }
        }
        throw new IllegalArgumentException("no BPF size of " + bytes + " bytes");
    }
}
