package dev.stet.binary.golang;

import dev.stet.binary.BinaryException;
import dev.stet.binary.GoBuild;
import dev.stet.binary.GoItab;
import dev.stet.binary.GoMethod;
import dev.stet.binary.GoVersion;
import dev.stet.binary.Inlined;
import dev.stet.binary.TypeRef;
import dev.stet.binary.UnsupportedFormatException;
import dev.stet.binary.elf.Elf;
import dev.stet.binary.elf.FunctionSink;
import dev.stet.binary.elf.Memo;
import dev.stet.binary.elf.Section;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// What the tables of Go's run time say of a program. They are part of the program and survive stripping.
/// Each is found when it is first asked for. Safe for use by several threads.
public final class GoProgram {
    /// A piece has some 100 MB.
    private static final int MAX_TEXT_SECTIONS = 256;

    /// Of a function in assembly.
    private static final int FLAG_ASM = 4;

    private final Elf elf;
    private final Memo<Relocations> relocations;
    private final Memo<Optional<GoBuildInfo>> buildInfo;
    private final Memo<Optional<Pclntab>> table;
    private final Memo<Optional<ModuleData>> module;

    private final Memo<Optional<GoTypes>> types;

    public GoProgram(Elf elf) {
        this.elf = elf;
        this.relocations = new Memo<>(() -> Relocations.read(elf));
        this.buildInfo = new Memo<>(() -> GoBuildInfo.find(memory()));
        this.table = new Memo<>(() -> Pclntab.find(memory(), buildInfo.get().isPresent()));
        this.module = new Memo<>(() -> {
            Optional<Pclntab> found = table.get();
            return found.isEmpty() ? Optional.empty() : ModuleData.find(found.get());
        });
        this.types = new Memo<>(this::findTypes);
    }

    private Memory memory() {
        return new Memory(elf, relocations);
    }

    /// Has it Go's build information?
    public boolean isBuiltByGo() throws BinaryException {
        return buildInfo.get().isPresent();
    }

    /// Which Go built it, as the linker wrote it.
    ///
    /// @return empty if Go did not, or does not say
    public Optional<String> toolchain() throws BinaryException {
        return buildInfo.get().flatMap(GoBuildInfo::toolchain);
    }

    /// What it was built from.
    ///
    /// @return empty if Go did not build it
    public Optional<GoBuild> build() throws BinaryException {
        Optional<GoBuildInfo> found = buildInfo.get();
        if (found.isPresent() && found.get().refusal().isPresent()) {
            throw found.get().refusal().get();
        }
        return found.map(info ->
                ModuleLines.parse(info.toolchain().orElse(""), info.modules().orElse("")));
    }

    /// Where Go's table of functions begins in the file; names are behind it.
    ///
    /// @return empty if there is no table
    public OptionalLong tableOffset() throws BinaryException {
        Optional<Pclntab> found = table.get();
        return found.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(found.get().memory().fileOffset(found.get().address()));
    }

    /// Where Go's own code is.
    ///
    /// @param start virtual address of the first function
    /// @param end behind the last one
    public record Extent(long start, long end) {}

    /// Where the names of Go's functions are.
    ///
    /// @param size in bytes, of the names and perhaps what is behind them
    public record Names(long fileOffset, long size) {}

    /// Where the names of Go's functions are.
    ///
    /// @return empty if there is no table
    public synchronized Optional<Names> names() throws BinaryException {
        Optional<Pclntab> found = table.get();
        if (found.isEmpty()) {
            return Optional.empty();
        }
        long address = found.get().namesAt();
        long at = elf.segments().fileOffsetOf(address).orElse(-1);
        found.get()
                .memory()
                .require(
                        at >= 0,
                        "pclntab: its names are not in the file",
                        found.get().address());
        return Optional.of(new Names(at, found.get().memory().there(address)));
    }

    /// Adds all functions of Go's table, with their exact extents.
    ///
    /// @param runtimeText the value of the symbol `runtime.text`, if it is there
    /// @return empty if there is no table
    public synchronized Optional<Extent> addFunctions(FunctionSink sink, OptionalLong runtimeText)
            throws BinaryException {
        Optional<Pclntab> found = table.get();
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Pclntab pclntab = found.get();
        long base = textStart(pclntab, runtimeText);
        return Optional.of(new Extent(base + pclntab.entry(0), pclntab.addTo(sink, base)));
    }

    /// What to add to the table's addresses: where the linker says that Go's code begins, or 0 if they are
    /// absolute.
    private long textStart(Pclntab pclntab, OptionalLong runtimeText) throws BinaryException {
        if (!pclntab.isRelative()) {
            pclntab.memory().require(pclntab.isText(0), "pclntab: its code is not in the file", pclntab.address());
            return 0;
        }
        Optional<ModuleData> found = module.get();
        if (found.isPresent()) {
            requireOneText(found.get(), pclntab.memory());
            return found.get().text();
        }
        if (pclntab.headerTextStart() != 0 && pclntab.isText(pclntab.headerTextStart())) {
            return pclntab.headerTextStart();
        }
        long guess = runtimeText.isPresent() && pclntab.isText(runtimeText.getAsLong())
                ? runtimeText.getAsLong()
                : elf.sections().get().named(".text").map(Section::address).orElse(0L);
        pclntab.memory()
                .require(pclntab.isText(guess), "pclntab: cannot tell where its code begins", pclntab.address());
        return guess;
    }

    /// Where the calls of a function were replaced by its code.
    ///
    /// @param name of the callee, as stack traces have it
    /// @return by address; empty if there is no table
    /// @throws UnsupportedFormatException if the Go is older than 1.15, or the table does not say where its data
    ///     is
    public synchronized List<Inlined> inlined(String name) throws BinaryException {
        Optional<GoInlines> found = inlines();
        return found.isEmpty() ? List.of() : found.get().of(name);
    }

    /// Functions whose calls were all replaced by their code.
    public synchronized List<String> inlinedAway() throws BinaryException {
        Optional<GoInlines> found = inlines();
        return found.isEmpty() ? List.of() : found.get().away();
    }

    private Optional<GoInlines> inlines() throws BinaryException {
        Optional<Pclntab> found = table.get();
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Pclntab pclntab = found.get();
        boolean known = pclntab.isRelative()
                ? module.get().isPresent()
                : pclntab.format() != PclntabFormat.GO_1_2 || isAtLeast(15);
        if (!known) {
            throw new UnsupportedFormatException("inlined calls of this Go are not known");
        }
        return Optional.of(new GoInlines(
                pclntab,
                textStart(pclntab, OptionalLong.empty()),
                module.get().map(ModuleData::goFunctions).orElse(0L)));
    }

    /// Is the function written in assembly? As Go 1.18 and later say (Go: `src/internal/abi/symtab.go`,
    /// FuncFlagAsm).
    ///
    /// @return empty if there is no such function in Go's table, or the table is older
    public synchronized Optional<Boolean> isAssembly(long virtualAddress) throws BinaryException {
        Optional<Pclntab> found = table.get();
        if (found.isEmpty() || !found.get().isRelative()) {
            return Optional.empty();
        }
        Pclntab pclntab = found.get();
        pclntab.memory().begin();
        int index = pclntab.indexAt(virtualAddress - textStart(pclntab, OptionalLong.empty()));
        return index < 0 ? Optional.empty() : Optional.of((pclntab.flags(index) & FLAG_ASM) != 0);
    }

    /// Is this address in Go's own code, as opposed to C's?
    public synchronized boolean isGoCode(long virtualAddress) throws BinaryException {
        Optional<Pclntab> found = table.get();
        if (found.isEmpty()) {
            return false;
        }
        found.get().memory().begin();
        long place = virtualAddress - textStart(found.get(), OptionalLong.empty());
        return found.get().entry(0) <= place
                && place < found.get().entry(found.get().count());
    }

    private Optional<GoTypes> findTypes() throws BinaryException {
        Optional<ModuleData> found = findModule();
        Optional<GoVersion> version = toolchain().flatMap(GoVersion::parse);
        if (found.isEmpty() || version.isEmpty()) {
            return Optional.empty();
        }
        if (!version.get().isAtLeast(15)) {
            throw new UnsupportedFormatException("types of a Go before 1.15");
        }
        return Optional.of(new GoTypes(new TypeData(memory(), found.get(), version.get())));
    }

    private synchronized Optional<ModuleData> findModule() throws BinaryException {
        return module.get();
    }

    /// A type that the run time has a description of.
    ///
    /// @param name with the whole path of the package: `net/http.Request`; a pointer to such begins with a star
    /// @return empty if there is none
    public Optional<TypeRef> type(String name) throws BinaryException {
        Optional<GoTypes> found = types.get();
        return found.isEmpty() ? Optional.empty() : found.get().named(name);
    }

    /// The type whose description is at the address.
    public Optional<TypeRef> typeAt(long virtualAddress) throws BinaryException {
        return types.get().flatMap(found -> found.at(virtualAddress));
    }

    /// Methods of a type, as [#type] takes it.
    public List<GoMethod> methods(String name) throws BinaryException {
        Optional<GoTypes> found = types.get();
        return found.isEmpty() ? List.of() : found.get().methods(name);
    }

    /// Interface tables that the linker made.
    public List<GoItab> itabs() throws BinaryException {
        Optional<GoTypes> found = types.get();
        return found.isEmpty() ? List.of() : found.get().itabs();
    }

    private boolean isAtLeast(int minor) throws BinaryException {
        return toolchain()
                .flatMap(GoVersion::parse)
                .filter(v -> v.isAtLeast(minor))
                .isPresent();
    }

    /// Linkers cut the code of very large programs for some machines into pieces, at distances of their own
    /// (Go: `src/runtime/symtab.go`, textsectmap).
    private static void requireOneText(ModuleData module, Memory memory) throws BinaryException {
        for (long i = 0; i < module.textSections().count(); i++) {
            long at = module.textSections().address() + 24 * i;
            if (memory.u64(at) + module.text() != memory.u64(at + 16)) {
                throw new UnsupportedFormatException("Go code in several pieces");
            }
            memory.require(i < MAX_TEXT_SECTIONS, "more than " + MAX_TEXT_SECTIONS + " pieces of Go code", at);
        }
    }
}
