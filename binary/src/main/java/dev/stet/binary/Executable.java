package dev.stet.binary;

import dev.stet.binary.code.ExitFinder;
import dev.stet.binary.code.X86Decoder;
import dev.stet.binary.code.X86Refusal;
import dev.stet.binary.dwarf.DebugSections;
import dev.stet.binary.dwarf.Dwarf;
import dev.stet.binary.elf.Elf;
import dev.stet.binary.elf.Memo;
import dev.stet.binary.elf.Notes;
import dev.stet.binary.elf.Section;
import dev.stet.binary.elf.Sections;
import dev.stet.binary.elf.Segment;
import dev.stet.binary.golang.GoBuildInfo;
import dev.stet.binary.golang.GoPrologue;
import dev.stet.binary.traits.SymbolHints;
import dev.stet.facts.BuildId;
import dev.stet.facts.Function;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// One ELF program or library, of which nothing is believed without a check (gABI; 64-bit, little-endian,
/// x86-64 or aarch64). Safe for use by several threads.
///
/// Each question is answered from the bytes when it is first asked, and the answer is kept, whether a value
/// or a refusal. All methods that throw, throw
///
/// - [MalformedBinaryException] if what the question needs is broken, or exceeds a limit;
/// - the source's own `IOException` if it cannot be read, which is not kept.
public final class Executable {
    /// `.comment` has one line a compiler.
    private static final int MAX_COMMENT_BYTES = 64 << 10;

    private final Elf elf;
    private final Memo<Optional<BuildId>> buildId;
    private final Memo<Optional<GoBuildInfo.Found>> goBuildInfo;
    private final Memo<SymbolHints> hints;
    private final Memo<FunctionTable> functions;
    private final Memo<Language> language;
    private final Memo<Dwarf> dwarf;

    private Executable(Elf elf) {
        this.elf = elf;
        this.buildId = new Memo<>(() -> Notes.buildId(elf));
        this.goBuildInfo = new Memo<>(() -> GoBuildInfo.find(elf));
        this.hints = new Memo<>(() -> SymbolHints.read(elf));
        this.functions = new Memo<>(this::readFunctions);
        this.language = new Memo<>(this::guessLanguage);
        this.dwarf = new Memo<>(this::openDwarf);
    }

    /// Reads the headers. The rest is read when it is asked for, so the source must stay readable as long.
    ///
    /// @throws MalformedBinaryException if the ELF header or a program header is broken; broken section
    ///     headers are refused only to those who need them
    /// @throws UnsupportedFormatException if this is no ELF file, or one of a kind that is not analysed
    public static Executable parse(ByteSource bytes) throws BinaryException {
        Elf elf = Elf.parse(bytes);
        try {
            elf.sections().get();
        } catch (MalformedBinaryException kept) {
            // functions() and language() will say so; hasSection() must not have to read.
        }
        return new Executable(elf);
    }

    /// The build ID, from the PT_NOTE segments or else the section `.note.gnu.build-id`.
    ///
    /// @return empty if the notes are well formed and none of them is a build ID
    public Optional<BuildId> buildId() throws BinaryException {
        return buildId.get();
    }

    /// What the binary was mainly written in.
    public Language language() throws BinaryException {
        return language.get();
    }

    /// Which Go built the binary, from its `.go.buildinfo`.
    ///
    /// @return empty if Go did not, or left no version with a number in it
    public Optional<GoVersion> goVersion() throws BinaryException {
        return goBuildInfo.get().flatMap(GoBuildInfo.Found::version).flatMap(GoVersion::parse);
    }

    /// The functions that have code in this file: from `.symtab` and `.dynsym`, and from Go's pclntab.
    ///
    /// @return empty of functions if the binary is stripped
    public FunctionTable functions() throws BinaryException {
        return functions.get();
    }

    /// Where the function is left, as places to probe.
    ///
    /// @param function of this binary
    public Exits exits(Function function) throws BinaryException {
        return new ExitFinder(elf, functions()).find(function);
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
                    : Optional.empty();
        }
        Optional<X86Decoder.Instruction> first = X86Decoder.decode(code, 0, code.length);
        return first.isEmpty() ? Optional.of("cannot be decoded") : X86Refusal.of(code, 0, first.get());
    }

    /// The processor that its code is for.
    public Machine machine() {
        return elf.machine();
    }

    /// Where a call of the function is best probed: the first instruction that runs once a call. That is the
    /// first one, but in Go the one behind the check of the stack's size, which runs again after the stack
    /// has grown. Arguments and stack pointer are there what they are at the first one.
    ///
    /// @return a file offset in bytes
    public long entryOffset(Function function) throws BinaryException {
        if (elf.machine() != Machine.X86_64
                || function.size() <= 0
                || goVersion().isEmpty()) {
            return function.fileOffset();
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

    /// Is there a section of this name? No, too, if the section headers are missing or broken.
    public boolean hasSection(String name) {
        try {
            return elf.sections().get().named(name).isPresent();
        } catch (IOException broken) {
            return false;
        }
    }

    /// Whether types and parameters are known.
    public DebugInfo debugInfo() throws BinaryException {
        return dwarf.get().info();
    }

    /// What the function takes and gives, from debug information.
    ///
    /// @param function of this binary
    /// @return empty if no debug information describes it; [#debugInfo] may say why
    public Optional<Signature> signature(Function function) throws BinaryException {
        return dwarf.get().signature(function);
    }

    /// A struct, union, enumeration, typedef or number type, from debug information. Looks through all of it.
    ///
    /// @param name as [Type#name] has it, with or without the namespaces it is in: `conn`, `ns::conn`,
    ///     `net/http.Request`
    public Optional<TypeRef> type(String name) throws BinaryException {
        return dwarf.get().type(name);
    }

    /// Where the compiler put copies of a function into others, from debug information. Looks through all of it.
    ///
    /// @param name of the function, mangled or as debug information has it
    /// @return by the order of debug information; the first ten thousand
    public List<Inlined> inlined(String name) throws BinaryException {
        List<Inlined> found = new ArrayList<>();
        FunctionTable table = functions();
        dwarf.get().inlined(name, (into, at) -> {
            OptionalLong offset = fileOffsetOf(into);
            Optional<Function> function = offset.isPresent() ? table.at(offset.getAsLong()) : Optional.empty();
            function.ifPresent(it -> found.add(new Inlined(name, it, at)));
        });
        return List.copyOf(found);
    }

    private Dwarf openDwarf() throws BinaryException {
        int goMinor = goVersion()
                .map(it -> it.major() > 1 ? Integer.MAX_VALUE : it.minor())
                .orElse(0);
        return new Dwarf(elf.machine(), DebugSections.of(elf), Optional.empty(), "this file", goMinor);
    }

    private FunctionTable readFunctions() throws BinaryException {
        return FunctionReader.read(elf, goBuildInfo.get().isPresent(), hints.get());
    }

    private Language guessLanguage() throws BinaryException {
        Sections sections = elf.sections().get();
        if (goBuildInfo.get().isPresent() || sections.named(".gopclntab").isPresent()) {
            return Language.GO;
        }
        if (hints.get().rust() || commentNamesRustc(sections)) {
            return Language.RUST;
        }
        return hints.get().cxx() ? Language.CXX : Language.C;
    }

    private boolean commentNamesRustc(Sections sections) throws BinaryException {
        Optional<Section> comment = sections.named(".comment");
        return comment.isPresent()
                && elf.readStart(comment.get(), MAX_COMMENT_BYTES, ".comment").find("rustc", 0, 1) >= 0;
    }
}
