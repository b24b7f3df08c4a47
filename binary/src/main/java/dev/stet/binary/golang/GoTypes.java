package dev.stet.binary.golang;

import dev.stet.binary.BinaryException;
import dev.stet.binary.GoItab;
import dev.stet.binary.GoMethod;
import dev.stet.binary.Type;
import dev.stet.binary.Type.Composite;
import dev.stet.binary.Type.Encoding;
import dev.stet.binary.TypeRef;
import dev.stet.binary.elf.Memo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Types of a Go program by its run time's own descriptions of them, which survive stripping. Names of
/// fields that the language makes up are those of Go's DWARF. Safe for use by several threads.
final class GoTypes {
    /// hugo has 3,600, Kubernetes 10,000.
    private static final int MAX_ITABS = 1 << 16;

    /// Characters of names of interface tables together.
    private static final long MAX_TEXT = 8L << 20;

    private static final TypeRef NOTHING = new Fixed(new Type.Nothing());
    private static final TypeRef INT = new Fixed(new Type.Base("int", 8, Encoding.SIGNED));
    private static final TypeRef UINT8 = new Fixed(new Type.Base("uint8", 1, Encoding.UNSIGNED));
    private static final TypeRef ADDRESS = pointer("unsafe.Pointer", NOTHING);

    private final TypeData data;
    private final Memo<TypeIndex> index;

    GoTypes(TypeData data) {
        this.data = data;
        this.index = new Memo<>(() -> TypeIndex.of(data));
    }

    /// A type that needs not be read.
    private record Fixed(Type type) implements TypeRef {}

    /// A type by the address of its description.
    private record Described(GoTypes types, long address) implements TypeRef {
        @Override
        public Type type() throws BinaryException {
            return types.read(address);
        }
    }

    private static TypeRef pointer(String name, TypeRef target) {
        return new Fixed(new Type.Pointer(name, 8, Type.Pointer.Kind.POINTER, target));
    }

    private static TypeRef opaque(String name, String why) {
        return new Fixed(new Type.Opaque(name, -1, why));
    }

    private TypeRef ref(long address) {
        return new Described(this, address);
    }

    /// @param name with the whole path of the package: `net/http.Request`; a pointer to such begins with a star
    /// @return empty if nothing that the run time needs to know of has such a type
    synchronized Optional<TypeRef> named(String name) throws BinaryException {
        data.memory().begin();
        OptionalLong found = address(name);
        return found.isPresent() ? Optional.of(ref(found.getAsLong())) : Optional.empty();
    }

    private OptionalLong address(String name) throws BinaryException {
        // Symbols and DWARF escape dots of a package's last element.
        List<Long> found = index.get().named(name.replace("%2e", "."));
        return found.isEmpty() ? OptionalLong.empty() : OptionalLong.of(found.getFirst());
    }

    /// @return empty if no type can be described at the address
    synchronized Optional<TypeRef> at(long address) {
        return data.holds(address) ? Optional.of(ref(address)) : Optional.empty();
    }

    /// Methods of a type, as [#named] takes it.
    synchronized List<GoMethod> methods(String name) throws BinaryException {
        data.memory().begin();
        OptionalLong type = address(name);
        List<GoMethod> methods = new ArrayList<>();
        if (type.isEmpty()) {
            return methods;
        }
        if (data.kind(type.getAsLong()) == TypeKind.INTERFACE) {
            int count = data.interfaceMethodCount(type.getAsLong());
            for (int i = 0; i < count; i++) {
                methods.add(method(data.interfaceMethod(type.getAsLong(), i), OptionalLong.empty()));
            }
            return methods;
        }
        int count = data.methodCount(type.getAsLong());
        for (int i = 0; i < count; i++) {
            long at = data.method(type.getAsLong(), i);
            long code = data.memory().u32(at + 12);
            methods.add(
                    method(at, isPlace(code) ? OptionalLong.of(data.module().text() + code) : OptionalLong.empty()));
        }
        return methods;
    }

    private GoMethod method(long at, OptionalLong code) throws BinaryException {
        long types = data.module().types();
        long name = types + data.memory().u32(at);
        long signature = data.memory().u32(at + 4);
        return new GoMethod(
                data.names().text(name),
                data.names().isExported(name),
                isPlace(signature) ? Optional.of(ref(types + signature)) : Optional.empty(),
                code);
    }

    /// Linkers write -1 or 0 for what they left out.
    private static boolean isPlace(long distance) {
        return distance != 0 && distance != 0xffff_ffffL;
    }

    /// Interface tables, in the order of the binary.
    synchronized List<GoItab> itabs() throws BinaryException {
        TypeData all = data.larger();
        Memory memory = all.memory();
        ModuleData.Slice tables = data.module().interfaceTables();
        memory.require(tables.count() <= MAX_ITABS, tables.count() + " interface tables", tables.address());
        List<GoItab> itabs = new ArrayList<>();
        long bytes = 0;
        for (long i = 0; i < tables.count(); i++) {
            long table = memory.u64(tables.address() + 8 * i);
            long type = memory.u64(table + 8);
            GoItab itab = new GoItab(table, all.name(memory.u64(table)), all.name(type), ref(type));
            bytes += itab.interfaceName().length() + itab.typeName().length();
            memory.require(bytes <= MAX_TEXT, "names of interface tables are too long", tables.address());
            itabs.add(itab);
        }
        return itabs;
    }

    private synchronized Type read(long address) throws BinaryException {
        data.memory().begin();
        String name = data.name(address);
        long size = data.size(address);
        return switch (data.kind(address)) {
            case BOOL -> new Type.Base(name, size, Encoding.BOOLEAN);
            case INT, INT8, INT16, INT32, INT64 -> new Type.Base(name, size, Encoding.SIGNED);
            case UINT, UINT8, UINT16, UINT32, UINT64, UINTPTR -> new Type.Base(name, size, Encoding.UNSIGNED);
            case FLOAT32, FLOAT64 -> new Type.Base(name, size, Encoding.FLOAT);
            case COMPLEX64, COMPLEX128 -> new Type.Base(name, size, Encoding.COMPLEX);
            case ARRAY ->
                new Type.Array(name, size, element(address), data.memory().u64(address + 64));
            case CHAN -> pointer(name, size, Type.Pointer.Kind.CHANNEL, opaque("runtime.hchan", "a queue"));
            case FUNC -> pointer(name, size, Type.Pointer.Kind.FUNCTION, callable(address));
            case INTERFACE -> composite(name, size, Composite.Kind.INTERFACE, interfaceFields(address));
            case MAP -> pointer(name, size, Type.Pointer.Kind.MAP, opaque(name, "a hash table"));
            case POINTER -> pointer(name, size, Type.Pointer.Kind.POINTER, element(address));
            case SLICE -> composite(name, size, Composite.Kind.SLICE, sliceFields(element(address)));
            case STRING -> composite(name, size, Composite.Kind.STRING, stringFields());
            case STRUCT -> composite(name, size, Composite.Kind.STRUCT, fields(address));
            case UNSAFE_POINTER -> pointer(name, size, Type.Pointer.Kind.POINTER, NOTHING);
        };
    }

    private TypeRef element(long address) throws BinaryException {
        return ref(data.element(address));
    }

    private static Type pointer(String name, long size, Type.Pointer.Kind kind, TypeRef target) {
        return new Type.Pointer(name, size, kind, target);
    }

    private static Type composite(String name, long size, Composite.Kind kind, List<Type.Field> fields) {
        return new Composite(name, size, kind, fields);
    }

    private static List<Type.Field> stringFields() {
        return List.of(new Type.Field("str", pointer("*uint8", UINT8), 0), new Type.Field("len", INT, 8));
    }

    private static List<Type.Field> sliceFields(TypeRef element) {
        return List.of(
                new Type.Field("array", pointer("", element), 0),
                new Type.Field("len", INT, 8),
                new Type.Field("cap", INT, 16));
    }

    /// (Go: `src/runtime/runtime2.go`, types iface and eface.)
    private List<Type.Field> interfaceFields(long address) throws BinaryException {
        boolean empty = data.interfaceMethodCount(address) == 0;
        TypeRef first = empty
                ? pointer("*runtime._type", opaque("runtime._type", "a description of a type"))
                : pointer("*runtime.itab", opaque("runtime.itab", "an interface table"));
        return List.of(new Type.Field(empty ? "_type" : "tab", first, 0), new Type.Field("data", ADDRESS, 8));
    }

    private List<Type.Field> fields(long address) throws BinaryException {
        List<Type.Field> fields = new ArrayList<>();
        int count = data.fieldCount(address);
        for (int i = 0; i < count; i++) {
            TypeData.Field field = data.field(address, i);
            String name = data.names().text(field.name());
            fields.add(new Type.Field(name, ref(field.type()), field.offset(), 0, 0, field.embedded()));
        }
        return fields;
    }

    private TypeRef callable(long address) throws BinaryException {
        int parameters = data.parameterCount(address);
        int all = parameters + data.resultCount(address);
        List<TypeRef> types = new ArrayList<>();
        for (int i = 0; i < all; i++) {
            types.add(ref(data.parameter(address, i)));
        }
        return new Fixed(new Type.Callable("", types.subList(0, parameters), types.subList(parameters, all)));
    }
}
