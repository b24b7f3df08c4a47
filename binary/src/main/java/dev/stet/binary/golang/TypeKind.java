package dev.stet.binary.golang;

import java.util.List;
import java.util.Optional;

/// What sort of type a description is of, with its number (Go: `src/internal/abi/type.go`, type Kind).
///
/// A description begins with 48 bytes that all have; what its kind adds follows, and then, if it has a name or
/// methods, 16 bytes about those.
enum TypeKind {
    BOOL(48),
    INT(48),
    INT8(48),
    INT16(48),
    INT32(48),
    INT64(48),
    UINT(48),
    UINT8(48),
    UINT16(48),
    UINT32(48),
    UINT64(48),
    UINTPTR(48),
    FLOAT32(48),
    FLOAT64(48),
    COMPLEX64(48),
    COMPLEX128(48),
    /// Element, slice of it, length.
    ARRAY(72),
    /// Element, direction.
    CHAN(64),
    /// 2 bytes each: parameters, results, of which bit 15 says whether it is variadic. Their types are behind all
    /// else.
    FUNC(56),
    /// Package; name and type, 4 bytes each, of methods.
    INTERFACE(80),
    /// Key, element, and what differs between hash tables before Go 1.24 and since.
    MAP(88),
    POINTER(56),
    SLICE(56),
    STRING(48),
    /// Package; name, type and offset, 8 bytes each, of fields.
    STRUCT(80),
    UNSAFE_POINTER(48);

    /// Of a map since Go 1.24.
    static final int SWISS_MAP_BYTES = 112;

    private static final List<TypeKind> ALL = List.of(values());

    /// Of the description, before its name and methods.
    final int bytes;

    TypeKind(int bytes) {
        this.bytes = bytes;
    }

    /// @return empty if there is no such kind
    static Optional<TypeKind> of(int number) {
        return number >= 1 && number <= ALL.size() ? Optional.of(ALL.get(number - 1)) : Optional.empty();
    }
}
