package dev.stet.binary.golang;

import dev.stet.binary.BinaryException;
import java.nio.charset.StandardCharsets;

/// Names in Go's descriptions of types (Go: `src/internal/abi/type.go`, type Name):
///
/// ```
/// 0  flags: 1 exported, 2 a tag follows, 4 a package follows, 8 embedded (1.19)
/// 1  length: a varint, before 1.17 two bytes, big-endian
///    text
/// ```
final class TypeNames {
    private static final int EXPORTED = 1;
    private static final int EMBEDDED = 8;

    /// Names of generic types repeat those of their arguments and have some kilobytes.
    static final int MAX_NAME_BYTES = 16 << 10;

    private final Memory memory;
    private final boolean varints;

    TypeNames(Memory memory, boolean varints) {
        this.memory = memory;
        this.varints = varints;
    }

    boolean isExported(long address) throws BinaryException {
        return (memory.u8(address) & EXPORTED) != 0;
    }

    boolean isEmbedded(long address) throws BinaryException {
        return (memory.u8(address) & EMBEDDED) != 0;
    }

    String text(long address) throws BinaryException {
        long at = address + 1;
        long length = 0;
        if (varints) {
            int shift = 0;
            int b;
            do {
                memory.require(shift < 21, "name of a type is too long", address);
                b = memory.u8(at++);
                length |= (long) (b & 0x7f) << shift;
                shift += 7;
            } while (b >= 0x80);
        } else {
            length = (long) memory.u8(at) << 8 | memory.u8(at + 1);
            at += 2;
        }
        byte[] bytes =
                memory.small(at, length, MAX_NAME_BYTES, "name of a type").copy(MAX_NAME_BYTES, "name of a type");
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /// The part of a type's name behind its package; type arguments may have packages of their own.
    static String withoutPackage(String name) {
        int depth = 0;
        for (int i = name.length() - 1; i >= 0; i--) {
            char c = name.charAt(i);
            depth += c == ']' ? 1 : c == '[' ? -1 : 0;
            if (c == '.' && depth == 0) {
                return name.substring(i + 1);
            }
        }
        return name;
    }
}
