package dev.stet.binary.golang;

import dev.stet.binary.BinaryException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/// Finds types by name: those that the linker lists, those of interface tables, and all that these refer to.
/// Kept are 8 bytes for each type that has a name, and for each pointer to one.
final class TypeIndex {
    /// Of the memory that types are in; a bit for every 8 bytes of it is kept while the index is made.
    private static final long MAX_TYPES_BYTES = 256L << 20;

    /// Followed references. Large programs have half a million.
    private static final int MAX_REFERENCES = 6 << 20;

    /// Through the memory of types: dockerd needs two. Only a chain of references, each to a type before the last,
    /// makes it many.
    private static final int MAX_ROUNDS = 1000;

    /// Types that different functions declare by the same name.
    private static final int MAX_OF_A_NAME = 64;

    private final TypeData data;

    /// Hash of the name, then distance from the beginning of the types, ascending.
    private final long[] byHash;

    private TypeIndex(TypeData data, long[] byHash) {
        this.data = data;
        this.byHash = byHash;
    }

    static TypeIndex of(TypeData data) throws BinaryException {
        long bytes = data.module().etypes() - data.module().types();
        data.memory()
                .require(
                        bytes <= MAX_TYPES_BYTES,
                        "types of " + bytes + " bytes",
                        data.module().types());
        Walk walk = new Walk(data.larger());
        walk.all();
        long[] byHash = Arrays.copyOf(walk.named, walk.count);
        Arrays.sort(byHash);
        return new TypeIndex(data, byHash);
    }

    /// How many named types and pointers to such there are.
    int size() {
        return byHash.length;
    }

    /// @return addresses of the types of this name, of which functions may have several
    List<Long> named(String name) throws BinaryException {
        List<Long> found = new ArrayList<>();
        int hash = name.hashCode();
        int at = Arrays.binarySearch(byHash, (long) hash << 32);
        for (at = at < 0 ? -at - 1 : at; at < byHash.length && (int) (byHash[at] >> 32) == hash; at++) {
            long type = data.module().types() + (byHash[at] & 0xffff_ffffL);
            if (found.size() < MAX_OF_A_NAME && data.name(type).equals(name)) {
                found.add(type);
            }
        }
        return found;
    }

    /// Visits each type once, those that are found meanwhile in further rounds: each round goes through the memory
    /// in order.
    private static final class Walk {
        private final TypeData data;
        private final Memory memory;
        private final long types;
        private final BitSet seen = new BitSet();
        private final BitSet pending = new BitSet();
        private long[] named = new long[1024];
        private int count;
        private int references;

        Walk(TypeData data) {
            this.data = data;
            this.memory = data.memory();
            this.types = data.module().types();
        }

        private void begin() throws BinaryException {
            ModuleData.Slice links = data.module().typeLinks();
            for (long i = 0; i < links.count(); i++) {
                found(types + memory.u32(links.address() + 4 * i));
            }
            ModuleData.Slice tables = data.module().interfaceTables();
            for (long i = 0; i < tables.count(); i++) {
                long table = memory.u64(tables.address() + 8 * i);
                found(memory.u64(table));
                found(memory.u64(table + 8));
            }
        }

        private void found(long type) throws BinaryException {
            memory.require(references++ < MAX_REFERENCES, "types refer to each other too often", types);
            if (!data.holds(type) || seen.get((int) ((type - types) >> 3))) {
                return;
            }
            seen.set((int) ((type - types) >> 3));
            pending.set((int) ((type - types) >> 3));
        }

        void all() throws BinaryException {
            begin();
            for (int round = 0; !pending.isEmpty(); round++) {
                memory.require(round < MAX_ROUNDS, "types refer to each other in too long a chain", types);
                for (int at = pending.nextSetBit(0); at >= 0; at = pending.nextSetBit(at + 1)) {
                    pending.clear(at);
                    visit(types + ((long) at << 3));
                }
            }
        }

        private void visit(long type) throws BinaryException {
            follow(type);
            found(data.pointerTo(type));
            for (int i = data.methodCount(type) - 1; i >= 0; i--) {
                long signature = memory.u32(data.method(type, i) + 4);
                if (signature != 0 && signature != 0xffff_ffffL) {
                    found(types + signature);
                }
            }
            if (data.isNamed(type)
                    || (data.kind(type) == TypeKind.POINTER
                            && data.holds(data.element(type))
                            && data.isNamed(data.element(type)))) {
                if (count == named.length) {
                    named = Arrays.copyOf(named, 2 * count);
                }
                named[count++] = (long) data.name(type).hashCode() << 32 | (type - types);
            }
        }

        private void follow(long type) throws BinaryException {
            switch (data.kind(type)) {
                case BOOL, INT, INT8, INT16, INT32, INT64, UINT, UINT8, UINT16, UINT32, UINT64, UINTPTR -> {}
                case FLOAT32, FLOAT64, COMPLEX64, COMPLEX128, STRING, UNSAFE_POINTER -> {}
                case ARRAY, CHAN, POINTER, SLICE -> found(data.element(type));
                case MAP -> {
                    found(data.element(type));
                    found(memory.u64(type + 56));
                }
                case FUNC -> {
                    for (int i = data.parameterCount(type) + data.resultCount(type) - 1; i >= 0; i--) {
                        found(data.parameter(type, i));
                    }
                }
                case INTERFACE -> {
                    for (int i = data.interfaceMethodCount(type) - 1; i >= 0; i--) {
                        found(types + memory.u32(data.interfaceMethod(type, i) + 4));
                    }
                }
                case STRUCT -> {
                    for (int i = data.fieldCount(type) - 1; i >= 0; i--) {
                        found(memory.u64(memory.u64(type + 56) + 24L * i + 8));
                    }
                }
            }
        }
    }
}
