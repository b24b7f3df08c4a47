package dev.stet.binary.golang;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Makes ELF files of some segments of data, each at an address of its own, for lies about what they hold.
final class TinyProgram {
    private static final int PAGE = 4096;

    private static final class Data {
        private final long address;
        private final byte[] bytes;

        Data(long address, byte[] bytes) {
            this.address = address;
            this.bytes = bytes;
        }
    }

    private final List<Data> segments = new ArrayList<>();
    private boolean named;

    /// The next writable segment, at a page of the file of its own.
    TinyProgram segment(long address, byte[] bytes) {
        segments.add(new Data(address, bytes));
        return this;
    }

    /// Adds section headers that call the first segment `.go.buildinfo`.
    TinyProgram named() {
        named = true;
        return this;
    }

    byte[] build() {
        ByteBuffer file = ByteBuffer.allocate(PAGE * 16).order(ByteOrder.LITTLE_ENDIAN);
        byte[] ident = {0x7f, 'E', 'L', 'F', 2, 1, 1};
        file.put(0, ident).putShort(16, (short) 2).putShort(18, (short) 62).putLong(32, 64);
        file.putShort(54, (short) 56).putShort(56, (short) segments.size());
        int end = PAGE;
        for (int i = 0; i < segments.size(); i++) {
            Data data = segments.get(i);
            int at = 64 + 56 * i;
            int offset = PAGE * (i + 1);
            file.putInt(at, 1).putInt(at + 4, 6).putLong(at + 8, offset).putLong(at + 16, data.address);
            file.putLong(at + 32, data.bytes.length).putLong(at + 40, data.bytes.length);
            file.put(offset, data.bytes);
            end = offset + data.bytes.length;
        }
        if (named) {
            sections(file);
        }
        byte[] bytes = new byte[end];
        file.get(0, bytes);
        return bytes;
    }

    /// Within the first page: none, the first segment, names.
    private void sections(ByteBuffer file) {
        byte[] names = "\0.go.buildinfo\0.shstrtab\0".getBytes(StandardCharsets.US_ASCII);
        file.put(1024, names);
        file.putLong(40, 2048).putShort(58, (short) 64).putShort(60, (short) 3).putShort(62, (short) 2);
        Data first = segments.getFirst();
        file.putInt(2112, 1).putInt(2116, 1).putLong(2128, first.address).putLong(2136, PAGE);
        file.putLong(2144, first.bytes.length);
        file.putInt(2176, 15).putInt(2180, 3).putLong(2200, 1024).putLong(2208, names.length);
    }

    /// Bytes one after the other: numbers as bytes, longs as 8, text as ISO 8859-1.
    static byte[] bytes(Object... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Object part : parts) {
            switch (part) {
                case Integer number -> all.write(number);
                case Long word ->
                    all.writeBytes(ByteBuffer.allocate(8)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(word)
                            .array());
                case String text -> all.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
                case byte[] more -> all.writeBytes(more);
                default -> throw new AssertionError(part);
            }
        }
        return all.toByteArray();
    }
}
