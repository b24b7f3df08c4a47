package dev.stet.binary.golang;

import dev.stet.binary.BinaryException;
import dev.stet.binary.GoVersion;

/// The descriptions of types in a program, by address (Go: `src/internal/abi/type.go`, before 1.20
/// `src/runtime/type.go`):
///
/// ```
///  0  size of a value     8  of its part with pointers     16  hash     20  flags     23  kind, in 5 bits
/// 24  equality function  32  pointers of the value         40  name     44  pointer type
/// ```
///
/// Names and types are often given as 4 bytes, to add to the beginning of them all. Flags are 1: has a
/// package or methods, 2: the name has a star too many, 4: has a name. For one thread.
final class TypeData {
    private static final int UNCOMMON = 1;
    private static final int EXTRA_STAR = 2;
    private static final int NAMED = 4;

    /// Of type arguments within each other, in a name.
    private static final int MAX_DEPTH = 8;

    /// Generated structs have some thousand fields.
    private static final int MAX_MEMBERS = 1 << 16;

    private final Memory memory;
    private final ModuleData module;
    private final GoVersion version;
    private final TypeNames names;
    private final boolean embeddedInOffset;
    private final boolean swissMaps;

    TypeData(Memory memory, ModuleData module, GoVersion version) {
        this.memory = memory;
        this.module = module;
        this.version = version;
        this.names = new TypeNames(memory, version.isAtLeast(17));
        this.embeddedInOffset = !version.isAtLeast(19);
        this.swissMaps = version.isAtLeast(24) && !version.text().contains("noswissmap");
    }

    /// The same, with more memory for a question that reads all of it.
    TypeData larger() {
        return new TypeData(memory.larger(), module, version);
    }

    Memory memory() {
        return memory;
    }

    ModuleData module() {
        return module;
    }

    TypeNames names() {
        return names;
    }

    /// Can a description be here?
    boolean holds(long address) {
        return module.types() <= address && address < module.etypes() && address % 8 == 0;
    }

    TypeKind kind(long type) throws BinaryException {
        memory.require(holds(type), "address 0x%x is of no type".formatted(type), type);
        int number = memory.u8(type + 23) & 0x1f;
        return TypeKind.of(number).orElseThrow(() -> memory.malformed("type of kind " + number, type));
    }

    long size(long type) throws BinaryException {
        return memory.u64(type);
    }

    /// @return 0 if there is no description of it
    long pointerTo(long type) throws BinaryException {
        long distance = memory.u32(type + 44);
        return distance == 0 ? 0 : module.types() + distance;
    }

    boolean isNamed(long type) throws BinaryException {
        return (memory.u8(type + 20) & NAMED) != 0;
    }

    /// Where its package and methods are described.
    ///
    /// @return 0 if it has neither
    long uncommon(long type) throws BinaryException {
        if ((memory.u8(type + 20) & UNCOMMON) == 0) {
            return 0;
        }
        TypeKind kind = kind(type);
        return type + (kind == TypeKind.MAP && swissMaps ? TypeKind.SWISS_MAP_BYTES : kind.bytes);
    }

    /// The name, with the whole path of its package.
    String name(long type) throws BinaryException {
        return name(type, 0);
    }

    private String name(long type, int depth) throws BinaryException {
        String written = written(type);
        if (isNamed(type)) {
            long uncommon = uncommon(type);
            int path = uncommon == 0 ? 0 : memory.i32(uncommon);
            return path == 0 ? written : names.text(module.types() + path) + "." + TypeNames.withoutPackage(written);
        }
        if (depth == MAX_DEPTH) {
            return written;
        }
        return switch (kind(type)) {
            case POINTER -> "*" + name(element(type), depth + 1);
            case SLICE -> "[]" + name(element(type), depth + 1);
            case ARRAY -> "[" + memory.u64(type + 64) + "]" + name(element(type), depth + 1);
            case MAP -> "map[" + name(element(type), depth + 1) + "]" + name(memory.u64(type + 56), depth + 1);
            case BOOL, INT, INT8, INT16, INT32, INT64, UINT, UINT8, UINT16, UINT32, UINT64, UINTPTR -> written;
            case FLOAT32, FLOAT64, COMPLEX64, COMPLEX128, STRING, UNSAFE_POINTER -> written;
            case CHAN, FUNC, INTERFACE, STRUCT -> written;
        };
    }

    /// The name as the run time prints it, with the package's own name only.
    private String written(long type) throws BinaryException {
        String name = names.text(module.types() + memory.u32(type + 40));
        boolean star = (memory.u8(type + 20) & EXTRA_STAR) != 0 && name.startsWith("*");
        return star ? name.substring(1) : name;
    }

    /// Of a pointer, slice, array or channel; the key of a map.
    long element(long type) throws BinaryException {
        return memory.u64(type + 48);
    }

    /// One of a struct's fields.
    ///
    /// @param name its address
    record Field(long name, long type, long offset, boolean embedded) {}

    int fieldCount(long type) throws BinaryException {
        return count(type, 24);
    }

    Field field(long type, int index) throws BinaryException {
        long at = memory.u64(type + 56) + 24L * index;
        long name = memory.u64(at);
        long offset = memory.u64(at + 16);
        return embeddedInOffset
                ? new Field(name, memory.u64(at + 8), offset >>> 1, (offset & 1) != 0)
                : new Field(name, memory.u64(at + 8), offset, names.isEmbedded(name));
    }

    int interfaceMethodCount(long type) throws BinaryException {
        return count(type, 8);
    }

    /// Where the name and type of an interface's method are.
    long interfaceMethod(long type, int index) throws BinaryException {
        return memory.u64(type + 56) + 8L * index;
    }

    /// Of a list of fields or methods at 56.
    private int count(long type, int elementBytes) throws BinaryException {
        long count = memory.u64(type + 64);
        memory.require(
                0 <= count
                        && count <= MAX_MEMBERS
                        && (count == 0 || memory.has(memory.u64(type + 56), count * elementBytes)),
                "type of " + count + " members",
                type);
        return (int) count;
    }

    int parameterCount(long type) throws BinaryException {
        return memory.u16(type + 48);
    }

    int resultCount(long type) throws BinaryException {
        return memory.u16(type + 50) & 0x7fff;
    }

    /// A parameter's type, or, behind those, a result's.
    long parameter(long type, int index) throws BinaryException {
        int uncommon = (memory.u8(type + 20) & UNCOMMON) == 0 ? 0 : 16;
        return memory.u64(type + TypeKind.FUNC.bytes + uncommon + 8L * index);
    }

    /// Methods of a type that is no interface.
    int methodCount(long type) throws BinaryException {
        long uncommon = uncommon(type);
        return uncommon == 0 ? 0 : memory.u16(uncommon + 4);
    }

    /// Where a method's name, type and places of code are, 4 bytes each.
    long method(long type, int index) throws BinaryException {
        long uncommon = uncommon(type);
        return uncommon + memory.u32(uncommon + 8) + 16L * index;
    }
}
