package dev.stet.binary.traits;

import dev.stet.binary.MalformedBinaryException;
import dev.stet.binary.elf.ByteView;

/// Whose scheme a name is mangled by, told by its first and last bytes. Nothing is demangled.
final class Mangling {
    /// `17h`, 16 hex digits, `E`: the hash of rustc's old mangling.
    private static final int RUST_HASH_BYTES = 20;

    private Mangling() {}

    /// rustc's v0 (`_RNv...`, RFC 2603) or its old mangling, which is C++'s with a hash at the end.
    static boolean isRust(ByteView names, long at, int length) throws MalformedBinaryException {
        if (length < 4 || names.u8(at) != '_') {
            return false;
        }
        if (names.u8(at + 1) == 'R') {
            return "NICMXY".indexOf(names.u8(at + 2)) >= 0 && length > 6;
        }
        // ThinLTO appends `.llvm.` and a number to names that it makes public.
        int end = length;
        for (int i = length - 1; i > 4 && i > length - 30; i--) {
            end = names.u8(at + i) == '.' ? i : end;
        }
        return end > RUST_HASH_BYTES + 3
                && names.u8(at + 1) == 'Z'
                && names.u8(at + 2) == 'N'
                && isHash(names, at + end - RUST_HASH_BYTES);
    }

    private static boolean isHash(ByteView names, long at) throws MalformedBinaryException {
        if (names.u8(at) != '1' || names.u8(at + 1) != '7' || names.u8(at + 2) != 'h') {
            return false;
        }
        for (int i = 3; i < RUST_HASH_BYTES - 1; i++) {
            if (Character.digit(names.u8(at + i), 16) < 0) {
                return false;
            }
        }
        return names.u8(at + RUST_HASH_BYTES - 1) == 'E';
    }

    /// The Itanium C++ ABI's `_Z` and a name, a nested name or a special name; `_ZGVbN4v_sin` and its like are
    /// the C library's vector functions.
    static boolean isCxx(ByteView names, long at, int length) throws MalformedBinaryException {
        if (length < 4 || names.u8(at) != '_' || names.u8(at + 1) != 'Z') {
            return false;
        }
        int kind = names.u8(at + 2);
        boolean vector = kind == 'G' && names.u8(at + 3) == 'V';
        return !vector && (Character.isUpperCase(kind) || Character.isDigit(kind) || Character.isLowerCase(kind));
    }
}
