package dev.stet.probe.resolve;

import dev.stet.binary.BinaryException;
import dev.stet.binary.Type;
import dev.stet.binary.TypeRef;

/// Reads types, of which none is broken: one that is, is a type of which only that is known.
final class TypeReader {
    /// Names of names of a type.
    private static final int MAX_ALIASES = 64;

    private TypeReader() {}

    static Type read(TypeRef ref) {
        try {
            return ref.type();
        } catch (BinaryException broken) {
            return new Type.Opaque("", -1, "its description is broken: " + broken.getMessage());
        }
    }

    /// Without other names and qualifiers.
    static Type bare(TypeRef ref) {
        return bare(read(ref));
    }

    /// Without other names and qualifiers.
    static Type bare(Type type) {
        Type at = type;
        for (int hops = 0; at instanceof Type.Alias alias; hops++) {
            if (hops == MAX_ALIASES) {
                return new Type.Opaque(type.name(), type.size(), "it is another name of itself");
            }
            at = read(alias.target());
        }
        return at;
    }

    /// What a pointer of C to it points to is text: plain, signed or unsigned `char`, but no name for bytes
    /// such as `uint8_t`.
    static boolean isCharacter(TypeRef ref) {
        Type at = read(ref);
        for (int hops = 0; at instanceof Type.Alias alias && hops < MAX_ALIASES; hops++) {
            if (alias.qualifier().isEmpty() && meansByte(alias.name())) {
                return false;
            }
            at = read(alias.target());
        }
        return at instanceof Type.Base base
                && base.size() == 1
                && base.encoding() == Type.Encoding.CHARACTER
                && base.name().contains("char");
    }

    private static boolean meansByte(String name) {
        return name.contains("8") || name.toLowerCase(java.util.Locale.ROOT).contains("byte");
    }

    /// One byte of data that says nothing else: `unsigned char`, `uint8`, `u8`.
    static boolean isByte(Type bare) {
        return bare instanceof Type.Base base
                && base.size() == 1
                && switch (base.encoding()) {
                    case UNSIGNED -> true;
                    case CHARACTER -> base.name().startsWith("unsigned");
                    case BOOLEAN, SIGNED, FLOAT, COMPLEX, UTF, OTHER -> false;
                };
    }

    /// Plain `char`, or C++ `char8_t`.
    static boolean isPlainCharacter(Type bare) {
        return bare instanceof Type.Base base
                && base.size() == 1
                && switch (base.encoding()) {
                    case CHARACTER -> base.name().equals("char");
                    case UTF -> true;
                    case BOOLEAN, SIGNED, UNSIGNED, FLOAT, COMPLEX, OTHER -> false;
                };
    }
}
