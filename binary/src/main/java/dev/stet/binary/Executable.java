package dev.stet.binary;

import dev.stet.binary.code.ArmCode;
import dev.stet.binary.code.CodeReader;
import dev.stet.binary.code.ExitFinder;
import dev.stet.binary.code.Places;
import dev.stet.binary.code.X86Decoder;
import dev.stet.binary.code.X86Refusal;
import dev.stet.binary.dwarf.DebugSections;
import dev.stet.binary.dwarf.Dwarf;
import dev.stet.binary.elf.Companions;
import dev.stet.binary.elf.DebugFile;
import dev.stet.binary.elf.Elf;
import dev.stet.binary.elf.Linkages;
import dev.stet.binary.elf.Memo;
import dev.stet.binary.elf.Notes;
import dev.stet.binary.elf.Section;
import dev.stet.binary.elf.Segment;
import dev.stet.binary.elf.SymbolSearch;
import dev.stet.binary.elf.UsdtNotes;
import dev.stet.binary.golang.GoProgram;
import dev.stet.binary.golang.GoPrologue;
import dev.stet.binary.traits.Traits;
import dev.stet.facts.BuildId;
import dev.stet.facts.Function;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/// One ELF program or library, of which nothing is believed without a check (gABI; 64-bit, little-endian,
/// x86-64 or aarch64). Safe for use by several threads.
///
/// Each question is answered from the bytes when it is first asked, and the answer is kept, whether a value
/// or a refusal. All methods that throw, throw
///
/// - [MalformedBinaryException] if what the question needs is broken, or exceeds a limit;
/// - the source's own `IOException` if it cannot be read, which is not kept.
public final class Executable {
    private final Elf elf;
    private final Memo<Optional<BuildId>> buildId;
    private final GoProgram go;
    private final Memo<FunctionTable> functions;
    private final Memo<Dwarf> dwarf;
    private final Memo<Traits> traits;
    private final Companions companions;
    private final Memo<Linkage> linkage;
    private final Memo<List<Note>> notes;
    private final Memo<List<UsdtProbe>> usdt;
    private final Memo<Places> places;

    private Executable(Elf elf, DebugFiles debugFiles) {
        this.elf = elf;
        this.companions = new Companions(elf, debugFiles);
        this.linkage = new Memo<>(() -> Linkages.read(elf));
        this.notes = new Memo<>(() -> Notes.loaded(elf));
        this.usdt = new Memo<>(() -> UsdtNotes.read(elf));
        this.buildId = new Memo<>(() -> Notes.buildId(elf));
        this.go = new GoProgram(elf);
        this.functions = new Memo<>(this::readFunctions);
        this.places = new Memo<>(() -> new Places(elf, functions()));
        this.dwarf = new Memo<>(this::openDwarf);
        this.traits = new Memo<>(() -> Traits.read(elf, this::goToolchain));
    }

    /// Reads the headers. The rest is read when it is asked for, so the source must stay readable as long.
    ///
    /// @throws MalformedBinaryException if the ELF header or a program header is broken; broken section
    ///     headers are refused only to those who need them
    /// @throws UnsupportedFormatException if this is no ELF file, or one of a kind that is not analysed
    public static Executable parse(ByteSource bytes) throws BinaryException {
        return parse(bytes, DebugFiles.NONE);
    }

    /// Reads the headers. What was split off the binary is looked for when a question needs it, and is
    /// believed only if it has the binary's build ID, or the checksum that the binary names.
    ///
    /// @throws MalformedBinaryException as [#parse(ByteSource)]
    /// @throws UnsupportedFormatException as [#parse(ByteSource)]
    public static Executable parse(ByteSource bytes, DebugFiles debugFiles) throws BinaryException {
        Elf elf = Elf.parse(bytes);
        try {
            elf.sections().get();
        } catch (MalformedBinaryException kept) {
            // functions() and language() will say so; hasSection() must not have to read.
        }
        return new Executable(elf, debugFiles);
    }

    /// The build ID, from the PT_NOTE segments or else the section `.note.gnu.build-id`.
    ///
    /// @return empty if the notes are well formed and none of them is a build ID
    public Optional<BuildId> buildId() throws BinaryException {
        return buildId.get();
    }

    /// How it becomes part of a process.
    public Linkage linkage() throws BinaryException {
        return linkage.get();
    }

    /// The notes that are loaded with it, in order.
    ///
    /// @return empty if it has none
    public List<Note> notes() throws BinaryException {
        return notes.get();
    }

    /// The probes that its author put in, in the order of the file.
    ///
    /// @return those that can be probed: whose instruction, and semaphore, are in the file; empty if none
    public List<UsdtProbe> usdt() throws BinaryException {
        return usdt.get();
    }

    /// What was split off it.
    Companions companions() {
        return companions;
    }

    /// What the binary was mainly written in. [#origin] says how that is known.
    ///
    /// @throws UnreadableBinaryException if the source fails; broken parts only tell less
    public Language language() throws BinaryException {
        return origin().language();
    }

    /// What the binary was made from and by. Broken parts are passed over.
    ///
    /// @throws UnreadableBinaryException if the source fails
    public Origin origin() throws BinaryException {
        return traits.get().origin();
    }

    /// The reasons for care that can be read from the file, one of a kind. Broken parts are passed over: that
    /// there is none is no promise.
    ///
    /// @throws UnreadableBinaryException if the source fails
    public List<Hazard> hazards() throws BinaryException {
        return traits.get().hazards();
    }

    /// Which Go built the binary, from its `.go.buildinfo`.
    ///
    /// @return empty if Go did not, or left no version with a number in it
    public Optional<GoVersion> goVersion() throws BinaryException {
        return go.toolchain().flatMap(GoVersion::parse);
    }

    /// What Go's linker says of the program: modules and settings of the build.
    ///
    /// @return empty if Go did not build it
    public Optional<GoBuild> goBuild() throws BinaryException {
        return go.build();
    }

    /// The functions that have code in this file: from `.symtab` and `.dynsym`, and from Go's pclntab.
    ///
    /// @return empty of functions if the binary is stripped
    public FunctionTable functions() throws BinaryException {
        return functions.get();
    }

    /// Functions that exist only within others, because all their calls were replaced by their code.
    ///
    /// @return their names; empty if the binary does not say
    public List<String> inlinedAway() throws BinaryException {
        return go.inlinedAway();
    }

    /// A type that Go's run time has a description of, also in a stripped program.
    ///
    /// @param name with the whole path of the package: `net/http.Request`; a pointer to such begins with a star
    /// @return empty if there is none: Go did not build it, or nothing needs the type when it runs
    /// @throws UnsupportedFormatException if the Go is older than 1.15
    public Optional<TypeRef> goType(String name) throws BinaryException {
        return go.type(name);
    }

    /// The type that an interface value without methods names by its first word.
    ///
    /// @return empty if no type is described there
    public Optional<TypeRef> goTypeAt(long virtualAddress) throws BinaryException {
        return go.typeAt(virtualAddress);
    }

    /// Methods of a type, as [#goType] takes it.
    ///
    /// @return by name; empty if there is no such type
    public List<GoMethod> goMethods(String typeName) throws BinaryException {
        return go.methods(typeName);
    }

    /// The tables by which Go calls methods through interfaces, as far as the linker made them.
    public List<GoItab> goItabs() throws BinaryException {
        return go.itabs();
    }

    /// How a function takes its arguments. C's code in a Go program is called as C's.
    ///
    /// @param function of this binary
    public CallingConvention convention(Function function) throws BinaryException {
        if (!go.isGoCode(function.virtualAddress())) {
            return CallingConvention.C;
        }
        Optional<GoVersion> version = goVersion();
        if (version.isEmpty()) {
            return CallingConvention.GO_UNKNOWN;
        }
        if (!version.get().isAtLeast(elf.machine() == Machine.AARCH64 ? 18 : 17) || isAbi0(function)) {
            return CallingConvention.GO_STACK;
        }
        // Assembly is ABI0 if it does not say otherwise, and wrappers between the two have the name of what they
        // wrap; names that say which are in the symbol table only.
        boolean assembly = go.isAssembly(function.virtualAddress()).orElse(false);
        List<Function> same = functions().named(function.name());
        if (assembly) {
            return CallingConvention.GO_UNKNOWN;
        }
        for (Function other : same) {
            boolean wrapped = other.virtualAddress() != function.virtualAddress();
            if (wrapped
                    && !isAbi0(other)
                    && !go.isAssembly(other.virtualAddress()).orElse(false)) {
                return CallingConvention.GO_UNKNOWN;
            }
        }
        return CallingConvention.GO_REGISTERS;
    }

    private boolean isAbi0(Function function) throws BinaryException {
        String abi0 = ".abi0";
        return function.name().endsWith(abi0)
                || functions().named(function.name() + abi0).stream()
                        .anyMatch(f -> f.virtualAddress() == function.virtualAddress());
    }

    /// Where the function is left, as places to probe.
    ///
    /// @param function of this binary
    public Exits exits(Function function) throws BinaryException {
        return new ExitFinder(elf, functions()).find(function);
    }

    /// Where each of the functions is left. Much faster for many than [#exits(Function)], and fastest in the
    /// order of their addresses: the file is read once, a megabyte at a time.
    ///
    /// @param functions of this binary
    /// @param sink is told of each, in the same order
    public void exits(Iterable<Function> functions, BiConsumer<Function, Exits> sink) throws BinaryException {
        ExitFinder finder = new ExitFinder(elf, functions(), true);
        for (Function function : functions) {
            sink.accept(function, finder.find(function));
        }
    }

    /// The function's instructions: where a probe can be, and where it must not.
    ///
    /// @param function of this binary
    public Code code(Function function) throws BinaryException {
        return CodeReader.read(elf, functions(), function);
    }

    /// The function that begins at a virtual address, such as [Exit#target]. Of stripped code only the unwinder's
    /// table says where functions begin: such a one has no name.
    ///
    /// @return empty if none does, or only a stub that jumps to one in a library
    public Optional<Function> functionAt(long virtualAddress) throws BinaryException {
        return CodeReader.functionAt(elf, functions(), virtualAddress);
    }

    /// Why the first instruction of the function must not be probed.
    ///
    /// @param function of this binary
    /// @return for a person, with the instruction as its subject: `has a LOCK prefix: ...`; empty if it may
    ///     be probed
    public Optional<String> entryRefusal(Function function) throws BinaryException {
        long at = function.fileOffset();
        if (function.size() <= 0) {
            return Optional.of("is not there: the function has no size");
        }
        Optional<Segment> segment = elf.segments().executableAt(at, function.size());
        if (segment.isEmpty() || at - segment.get().offset() + segment.get().address() != function.virtualAddress()) {
            return Optional.of("is not in an executable segment of this binary");
        }
        int cap = X86Decoder.MAX_INSTRUCTION_BYTES;
        byte[] code = elf.image()
                .readUpTo(at, function.size(), cap, "first instruction")
                .copy(cap, "first instruction");
        if (elf.machine() == Machine.AARCH64) {
            return (function.virtualAddress() & 3) != 0 || code.length < 4
                    ? Optional.of("is not at a multiple of 4")
                    : ArmCode.refusal(ArmCode.word(code, 0));
        }
        X86Decoder first = new X86Decoder();
        Optional<String> refusal =
                first.decode(code, 0, code.length) ? X86Refusal.of(first) : Optional.of("cannot be decoded");
        return refusal.isPresent() ? refusal : CodeReader.overlap(elf, functions(), function);
    }

    /// Why there must be no probe where a note says that its author put one: notes are text of the file like any
    /// other. An instruction must begin there, as far as the tables of symbols and the unwinder's know the function
    /// around it; where neither does there must be none.
    ///
    /// @param usdt of this binary
    /// @return for a person, with the place as its subject; empty if there may be one
    public Optional<String> placeRefusal(UsdtProbe usdt) throws BinaryException {
        return places.get().refusal(usdt);
    }

    /// The processor that its code is for.
    public Machine machine() {
        return elf.machine();
    }

    /// Where a call of the function is best probed: the first instruction that runs once a call. That is the
    /// first one, but in Go the one behind the check of the stack's size, which runs again after the stack
    /// has grown; and behind a nop of five bytes, which the kernel would turn into a system call in the program's
    /// name (Linux 6.18): who filters, traces or dispatches system calls sees it, and dies of it. Arguments and
    /// stack pointer are there what they are at the first one.
    ///
    /// @return a file offset in bytes
    public long entryOffset(Function function) throws BinaryException {
        if (elf.machine() != Machine.X86_64 || function.size() <= 0) {
            return function.fileOffset();
        }
        if (goVersion().isEmpty()) {
            return function.fileOffset() + CodeReader.nopAtEntry(elf, functions(), function);
        }
        byte[] code = elf.image()
                .readUpTo(function.fileOffset(), function.size(), GoPrologue.MAX_BYTES, "first instructions")
                .copy(GoPrologue.MAX_BYTES, "first instructions");
        return function.fileOffset() + GoPrologue.length(code);
    }

    /// The file's byte for a virtual address, by the PT_LOAD segments.
    ///
    /// @return empty if the address is not loaded from the file
    public OptionalLong fileOffsetOf(long virtualAddress) {
        return elf.segments().fileOffsetOf(virtualAddress);
    }

    /// Where a function or variable is that the tables of symbols name.
    ///
    /// @param symbol as the binary spells it, without a version
    /// @return a virtual address; empty if no symbol has this name, or several places have it
    public OptionalLong addressOf(String symbol) throws BinaryException {
        return SymbolSearch.findOnly(elf, symbol);
    }

    /// Is there a section of this name? No, too, if the section headers are missing or broken.
    public boolean hasSection(String name) {
        try {
            return elf.sections().get().named(name).isPresent();
        } catch (IOException broken) {
            return false;
        }
    }

    /// Names of the sections; those without a name are left out.
    ///
    /// @return empty if there are no section headers
    /// @throws MalformedBinaryException if they are broken
    public Set<String> sectionNames() throws BinaryException {
        return elf.sections().get().all().stream()
                .map(Section::name)
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    /// Whether types and parameters are known.
    public DebugInfo debugInfo() throws BinaryException {
        DebugInfo info = dwarf.get().info();
        return info instanceof DebugInfo.Missing && companions.debugFile() instanceof DebugFile.Missing(String why)
                ? new DebugInfo.Missing("stripped; " + why)
                : info;
    }

    /// What the function takes and gives, from debug information.
    ///
    /// @param function of this binary
    /// @return empty if no debug information describes it; [#debugInfo] may say why
    public Optional<Signature> signature(Function function) throws BinaryException {
        return dwarf.get().signature(function);
    }

    /// A struct, union, enumeration, typedef or number type, from debug information, all of which is looked
    /// through, or else from what Go's run time describes.
    ///
    /// @param name as [Type#name] has it, with or without the namespaces it is in: `conn`, `ns::conn`,
    ///     `net/http.Request`
    public Optional<TypeRef> type(String name) throws BinaryException {
        Optional<TypeRef> described = dwarf.get().type(name);
        return described.isEmpty() && go.isBuiltByGo() ? go.type(name) : described;
    }

    /// Where the compiler replaced calls of a function by its code, so that a probe on the function does not see
    /// them: from Go's own tables, or else from debug information, all of which is looked through.
    ///
    /// @param name of the function, mangled or as debug information has it
    /// @return by address, or by the order of debug information; the first ten thousand; empty if the binary
    ///     does not say
    public List<Inlined> inlined(String name) throws BinaryException {
        if (go.isBuiltByGo()) {
            List<Inlined> byGo = go.inlined(name);
            if (!byGo.isEmpty()) {
                return byGo;
            }
        }
        List<Inlined> found = new ArrayList<>();
        FunctionTable table = functions();
        dwarf.get().inlined(name, (into, at) -> {
            OptionalLong offset = fileOffsetOf(into);
            Optional<Function> function = offset.isPresent() ? table.at(offset.getAsLong()) : Optional.empty();
            function.ifPresent(it -> found.add(new Inlined(name, it, at)));
        });
        return List.copyOf(found);
    }

    /// In the file itself, or else in the separate one.
    private Dwarf openDwarf() throws BinaryException {
        Optional<DebugFile.Found> apart = Optional.empty();
        if (elf.debugSection("info").isEmpty() && companions.debugFile() instanceof DebugFile.Found found) {
            apart = Optional.of(found);
        }
        Elf from = apart.map(DebugFile.Found::elf).orElse(elf);
        String where = apart.map(DebugFile.Found::path).orElse("this file");
        int goMinor = goVersion()
                .map(it -> it.major() > 1 ? Integer.MAX_VALUE : it.minor())
                .orElse(0);
        return new Dwarf(elf.machine(), DebugSections.of(from), alternate(), where, goMinor);
    }

    /// What several debug files share.
    private Optional<DebugSections> alternate() throws BinaryException {
        return companions.alternate() instanceof DebugFile.Found(var ignored, Elf found)
                ? Optional.of(DebugSections.of(found))
                : Optional.empty();
    }

    private FunctionTable readFunctions() throws BinaryException {
        return FunctionReader.read(elf, go, symbolFiles(), Names::demangle);
    }

    /// Files with the names of functions that the binary itself lacks.
    private List<Elf> symbolFiles() throws BinaryException {
        List<Elf> files = new ArrayList<>();
        if (hasSection(".symtab")) {
            return files;
        }
        try {
            companions.debugData().ifPresent(files::add);
            if (companions.debugFile() instanceof DebugFile.Found(var ignored, Elf found)) {
                files.add(found);
            }
        } catch (MalformedBinaryException broken) {
            // What would only add names must not take away those that the binary has.
        }
        return files;
    }

    private Optional<String> goToolchain() throws BinaryException {
        return go.isBuiltByGo() ? Optional.of(go.toolchain().orElse("")) : Optional.empty();
    }
}
