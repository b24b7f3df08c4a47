package dev.stet.testkit;

import java.io.ByteArrayOutputStream;
import java.util.zip.Deflater;

/// What goes into a section with SHF_COMPRESSED (gABI chapter 4, compressed sections): Elf64_Chdr and a stream.
public final class Compressed {
    public static final int ELFCOMPRESS_ZLIB = 1;
    public static final int ELFCOMPRESS_ZSTD = 2;

    /// The most that one block of Zstandard holds (RFC 8878, 3.1.1.2.4).
    private static final int ZSTD_BLOCK_BYTES = 128 << 10;

    private Compressed() {}

    /// @param type ELFCOMPRESS_...
    /// @param size ch_size: what it claims to inflate to
    public static Bytes section(int type, long size, byte[] stream) {
        return new Bytes().u32(type).u32(0).u64(size).u64(1).add(stream);
    }

    public static Bytes zlib(byte[] content) {
        return section(ELFCOMPRESS_ZLIB, content.length, deflate(Content.of(content)));
    }

    public static Bytes zstd(byte[] content) {
        return section(ELFCOMPRESS_ZSTD, content.length, zstdStored(content));
    }

    /// A stream of zlib's.
    public static byte[] deflate(Content content) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] in = new byte[1 << 16];
        byte[] buffer = new byte[1 << 16];
        for (long at = 0; !deflater.finished(); ) {
            if (deflater.needsInput()) {
                int count = content.read(at, in, 0, in.length);
                at += count;
                deflater.setInput(in, 0, count);
                if (at >= content.size()) {
                    deflater.finish();
                }
            }
            out.write(buffer, 0, deflater.deflate(buffer));
        }
        deflater.end();
        return out.toByteArray();
    }

    /// A frame of Zstandard's whose blocks hold the bytes as they are.
    public static byte[] zstdStored(byte[] content) {
        Bytes frame = zstdFrame(content.length);
        for (int at = 0; at == 0 || at < content.length; at += ZSTD_BLOCK_BYTES) {
            int count = Math.min(ZSTD_BLOCK_BYTES, content.length - at);
            boolean last = at + count == content.length;
            frame.word(3, (last ? 1 : 0) | (long) count << 3);
            for (int i = 0; i < count; i++) {
                frame.u8(content[at + i]);
            }
        }
        return frame.toArray();
    }

    /// A frame of Zstandard's that inflates to zeros, 32,768 times as many.
    ///
    /// @param claimed Frame_Content_Size
    /// @param blocks of 128 KiB each
    public static byte[] zstdBomb(long claimed, int blocks) {
        Bytes frame = zstdFrame(claimed);
        for (int i = 0; i < blocks; i++) {
            int rle = 1;
            frame.word(3, (i + 1 == blocks ? 1 : 0) | rle << 1 | (long) ZSTD_BLOCK_BYTES << 3)
                    .u8(0);
        }
        return frame.toArray();
    }

    /// Magic, a descriptor with an 8-byte size and no checksum, and a window of 8 MiB.
    private static Bytes zstdFrame(long size) {
        int sizeIn8Bytes = 3 << 6;
        int windowOf8MiB = 13 << 3;
        return new Bytes().u32(0xfd2fb528L).u8(sizeIn8Bytes).u8(windowOf8MiB).u64(size);
    }
}
