package dev.stet.testkit;

import java.nio.charset.StandardCharsets;

/// The blob of `.go.buildinfo` (Go: `src/debug/buildinfo/buildinfo.go`).
public final class GoBuildInfoBuilder {
    /// What it begins with.
    public static final String MAGIC = "\u00ff Go buildinf:";

    private static final int HEADER_BYTES = 32;

    /// Stand before and behind the module information (Go: `src/cmd/go/internal/modload/build.go`).
    private static final int[] START = {
        0x30, 0x77, 0xaf, 0x0c, 0x92, 0x74, 0x08, 0x02, 0x41, 0xe1, 0xc1, 0x07, 0xe6, 0xd6, 0x18, 0xe6
    };

    private static final int[] END = {
        0xf9, 0x32, 0x43, 0x31, 0x86, 0x18, 0x20, 0x72, 0x00, 0x82, 0x42, 0x10, 0x41, 0x16, 0xd8, 0xf2
    };

    private GoBuildInfoBuilder() {}

    /// Since Go 1.18: the texts are in the blob.
    ///
    /// @param modules as `go version -m` shows them, with `path`, `mod`, `dep` and `build` at the line starts
    public static Bytes inline(String version, String modules) {
        byte[] text = version.getBytes(StandardCharsets.UTF_8);
        byte[] wrapped = wrap(modules);
        return header(8, 2).uleb(text.length).add(text).uleb(wrapped.length).add(wrapped);
    }

    /// Before Go 1.18: the blob points to headers of strings, which here lie behind it.
    ///
    /// @param address virtual, of the blob
    public static Bytes pointers(long address, String version, String modules) {
        byte[] text = version.getBytes(StandardCharsets.UTF_8);
        byte[] wrapped = wrap(modules);
        long headers = address + HEADER_BYTES;
        long texts = headers + 32;
        return header(8, 0)
                .set(16, 8, headers)
                .set(24, 8, headers + 16)
                .u64(texts)
                .u64(text.length)
                .u64(texts + text.length)
                .u64(wrapped.length)
                .add(text)
                .add(wrapped);
    }

    /// The header alone, its last 16 bytes zeros.
    ///
    /// @param flags 1: big-endian, 2: inline
    public static Bytes header(int pointerBytes, int flags) {
        return new Bytes()
                .add(MAGIC.getBytes(StandardCharsets.ISO_8859_1))
                .u8(pointerBytes)
                .u8(flags)
                .zeros(16);
    }

    private static byte[] wrap(String modules) {
        return modules.isEmpty()
                ? new byte[0]
                : new Bytes().add(START).chars(modules).add(END).toArray();
    }
}
