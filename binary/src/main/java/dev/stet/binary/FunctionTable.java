package dev.stet.binary;

import dev.stet.binary.elf.CodeMap;
import dev.stet.binary.elf.Memo;
import dev.stet.binary.elf.NameReader;
import dev.stet.binary.elf.Names;
import dev.stet.binary.elf.SymbolVersions;
import dev.stet.facts.Function;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// The functions of one binary, by name and by place. Safe for use by several threads. Kept as packed
/// columns, 12 to 18 bytes for each, since some binaries have millions; names are read from the file when
/// they are asked for. So all that deals with names throws
///
/// - [MalformedBinaryException] if the file has changed and the names are gone, or they overlap beyond
///   measure;
/// - [UnreadableBinaryException] if the file cannot be read any more;
/// - [UnsupportedFormatException] if the answer were longer than [#MAX_FOUND].
public final class FunctionTable {
    /// How many functions an answer may list, some 200 bytes each. For more there is [#forEach].
    public static final int MAX_FOUND = 1 << 18;

    /// How many functions before an offset are tried as the one that contains it: as many may be nested in
    /// it.
    private static final int MAX_NESTED = 64;

    /// Names of this many bytes are held by the pages of a reader, so they may be read in any order.
    private static final long CACHED_BYTES = 8 << 20;

    private final CodeMap code;
    private final Names names;
    private final FunctionColumns columns;
    private final Demangling demangling;
    private final Memo<int[]> byName;
    private final Memo<NameIndex> index;

    FunctionTable(CodeMap code, Names names, FunctionColumns columns, Demangling demangling) {
        this.code = code;
        this.names = names;
        this.columns = columns;
        this.demangling = demangling;
        this.byName = new Memo<>(this::sortByName);
        this.index = new Memo<>(() -> NameIndex.read(this));
    }

    /// How many functions there are. One that has several names counts as often.
    public int size() {
        return columns.count();
    }

    /// All functions with exactly this name: local ones may share it. A name with a version, `f@V` or `f@@V`,
    /// stands for those of this version only. Resolvers ([FunctionKind#RESOLVER]) are not among them: their
    /// code is not the function's.
    ///
    /// @return those of a default version or none first, then by address, each place once; empty if there is
    ///     none
    public List<Function> named(String name) throws BinaryException {
        return places(symbolsNamed(name));
    }

    /// All that the tables of the binary have under this name, resolvers too: see [#named].
    ///
    /// @return those of a default version or none first, then by address
    public List<FunctionSymbol> symbolsNamed(String name) throws BinaryException {
        List<FunctionSymbol> found = new ArrayList<>(new NameLookup(name).find(this));
        found.sort(Comparator.comparing(symbol -> !symbol.isDefault()));
        return found;
    }

    /// All functions of this name, which may also be written as people do: exactly as the binary spells it, or
    /// else as C++ or Rust do, with parameters (`ns::f(int)`), or else without (`ns::f`).
    ///
    /// @return as [#named], of the first of these ways that finds any; empty if none does
    public List<Function> find(String name) throws BinaryException {
        List<Function> exact = named(name);
        return exact.isEmpty() ? new DemangledLookup(demangling, name).find(this) : exact;
    }

    /// What is known of a name whose function is picked when the program starts (STT_GNU_IFUNC).
    ///
    /// @return empty if no resolver has this name
    public Optional<RunTimeChoice> chosenAtRunTime(String name) throws BinaryException {
        return RunTimeChoice.find(this, name);
    }

    /// All functions whose name the predicate accepts, as the binary spells it.
    ///
    /// @return by address; a place that has several such names comes once for each
    public List<Function> matching(Predicate<String> name) throws BinaryException {
        return functions(scan((reader, _) -> name.test(reader.text())));
    }

    /// As [#matching], but names of C++ and Rust may also be accepted as people write them, with parameters
    /// or without.
    ///
    /// @param part some of what each accepted name has: only mangled names that contain it are demangled;
    ///     empty to demangle all
    public List<Function> matchingEither(Predicate<String> name, String part) throws BinaryException {
        return functions(scan(new DemangledLookup(demangling, part).either(name)));
    }

    /// Visits all names of all functions, by address. Nothing is kept of them.
    public void forEach(Consumer<FunctionSymbol> visitor) throws BinaryException {
        NameReader reader = new NameReader(names);
        for (int i = 0; i < size(); i++) {
            visitor.accept(symbol(reader, i));
        }
    }

    /// Names that somebody who wrote `name` may have meant: those that contain it, whatever the case,
    /// shortest first, then those that a few typing mistakes turn into it.
    ///
    /// @return at most `count`, best first, each once
    public List<String> closest(String name, int count) throws BinaryException {
        return new Suggestions(this, name, count).find();
    }

    /// The function that contains the byte at this file offset.
    ///
    /// @return of several, the one that begins last; empty if there is none
    public Optional<Function> at(long fileOffset) throws BinaryException {
        long address = code.addressOf(fileOffset);
        int i = address < 0 ? -1 : lastAtOrBefore(address);
        for (int tried = 0; i >= 0 && tried < MAX_NESTED; i--, tried++) {
            if (address - address(i) < Math.max(1, columns.size(i))) {
                return Optional.of(symbol(new NameReader(names), spokesman(i)).function());
            }
        }
        return Optional.empty();
    }

    /// All names of the place at this file offset, at most 64 of them.
    ///
    /// @return empty if no function begins here
    public List<FunctionSymbol> symbolsAt(long fileOffset) throws BinaryException {
        long address = code.addressOf(fileOffset);
        int last = address < 0 ? -1 : lastAtOrBefore(address);
        int first = last;
        while (first >= 0 && address(first) == address && last - first < MAX_NESTED) {
            first--;
        }
        int[] indices = new int[last - first];
        for (int i = 0; i < indices.length; i++) {
            indices[i] = first + 1 + i;
        }
        return symbols(indices);
    }

    /// Does a function begin here?
    public boolean isEntry(long fileOffset) {
        long address = code.addressOf(fileOffset);
        int i = address < 0 ? -1 : lastAtOrBefore(address);
        return i >= 0 && address(i) == address;
    }

    /// Says of each name whether it is looked for.
    interface NameTest {
        /// @param name the present one; must not be moved
        /// @param index of the function that has it
        boolean test(NameReader name, int index) throws BinaryException;
    }

    /// @return indices of the functions whose names pass, ascending, which is by address
    int[] scan(NameTest test) throws BinaryException {
        return select(names.size() > CACHED_BYTES ? byName.get() : new int[0], size(), test);
    }

    /// As [#scan], but tests names that are exactly this, and perhaps others.
    int[] lookUp(byte[] name, NameTest test) throws BinaryException {
        if (size() > NameIndex.MAX_FUNCTIONS) {
            return scan(test);
        }
        int[] found = index.get().find(name);
        return select(found, found.length, test);
    }

    /// @param order indices of functions; empty for the first `count`
    private int[] select(int[] order, int count, NameTest test) throws BinaryException {
        int[] found = new int[16];
        int kept = 0;
        NameReader reader = new NameReader(names);
        for (int i = 0; i < count; i++) {
            int index = order.length == 0 ? i : order[i];
            reader.move(columns.nameAt()[index]);
            if (test.test(reader, index)) {
                if (kept == MAX_FOUND) {
                    throw new UnsupportedFormatException("more than " + MAX_FOUND + " functions have such a name");
                }
                found = kept < found.length ? found : Arrays.copyOf(found, 2 * kept);
                found[kept++] = index;
            }
        }
        int[] selected = Arrays.copyOf(found, kept);
        Arrays.sort(selected);
        return selected;
    }

    List<FunctionSymbol> symbols(int[] indices) throws BinaryException {
        NameReader reader = new NameReader(names);
        List<FunctionSymbol> symbols = new ArrayList<>(indices.length);
        for (int i : indices) {
            symbols.add(symbol(reader, i));
        }
        return symbols;
    }

    private List<Function> functions(int[] indices) throws BinaryException {
        List<Function> functions = new ArrayList<>(indices.length);
        NameReader reader = new NameReader(names);
        for (int i : indices) {
            if (columns.kind(i) != FunctionKind.RESOLVER) {
                functions.add(symbol(reader, i).function());
            }
        }
        return functions;
    }

    /// Each place once, and no resolver.
    static List<Function> places(List<FunctionSymbol> symbols) {
        List<Function> places = new ArrayList<>();
        Set<Long> seen = new HashSet<>();
        for (FunctionSymbol symbol : symbols) {
            Function function = symbol.function();
            if (symbol.kind() != FunctionKind.RESOLVER && seen.add(function.virtualAddress())) {
                places.add(function);
            }
        }
        return places;
    }

    /// The version of the present name.
    Optional<SymbolVersions.Version> version(NameReader name, int index) {
        return name.version(columns.version(index));
    }

    private FunctionSymbol symbol(NameReader reader, int i) throws BinaryException {
        reader.move(columns.nameAt()[i]);
        long address = address(i);
        Function function = new Function(reader.text(), address, code.fileOffsetOf(address), columns.size(i));
        Optional<SymbolVersions.Version> version = version(reader, i);
        return new FunctionSymbol(
                function,
                columns.kind(i),
                version.map(SymbolVersions.Version::name),
                version.isEmpty() || version.get().isDefault(),
                !columns.isSizeGuessed(i));
    }

    private long address(int i) {
        return code.start() + columns.start(i);
    }

    /// One place's names are together: the first of them speaks for it, but a function before a label.
    private int spokesman(int i) {
        int first = i;
        for (int other = i;
                other >= 0 && i - other < MAX_NESTED && columns.starts()[other] == columns.starts()[i];
                other--) {
            boolean better = columns.kind(other) != FunctionKind.LABEL || columns.kind(first) == FunctionKind.LABEL;
            first = better ? other : first;
        }
        return first;
    }

    private int lastAtOrBefore(long address) {
        int low = 0;
        int high = size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (address(middle) <= address) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    /// All functions in the order of their names' places, so that names are read from the beginning to the
    /// end.
    private int[] sortByName() {
        long[] keys = new long[size()];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = ((long) (columns.nameAt()[i] ^ Integer.MIN_VALUE) << 32) | i;
        }
        Arrays.sort(keys);
        int[] order = new int[keys.length];
        for (int i = 0; i < order.length; i++) {
            order[i] = (int) keys[i];
        }
        return order;
    }
}
