package dev.stet.binary.code;

import dev.stet.binary.BinaryException;
import dev.stet.binary.FunctionTable;
import dev.stet.binary.Machine;
import dev.stet.binary.elf.Elf;
import dev.stet.binary.elf.Section;
import dev.stet.binary.elf.Segment;
import dev.stet.facts.Function;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// The parts of one function at a time: it and what the compiler moved away from it.
final class Parts {
    /// The longest functions in use are interpreters' and generated parsers', with some hundred KB.
    static final int MAX_SWEPT_BYTES = 4 << 20;

    /// A function has one cold part, or two if it was split again.
    private static final int MAX_COLD_PARTS = 4;

    /// Cold parts are together, but not in the order of their functions.
    private static final int MAX_COLD_BYTES = 1 << 16;

    /// What has no name is looked up and decoded once for each jump there, so not too often.
    private static final int MAX_NAMELESS = 64;

    private final Elf elf;
    private final FunctionTable functions;
    private final List<Section> stubs;
    private final FrameTable frames;
    private final Map<Long, Kind> nameless = new HashMap<>();
    private final Sweep sweep;
    private final CodeWindow hot;
    private final CodeWindow cold;
    private final X86Decoder decoder = new X86Decoder();
    private final List<Part> pool = new ArrayList<>();
    private int count;

    /// What a jump out of all parts goes to.
    enum Kind {
        /// A part that was not known before, and is one now.
        PART,
        FUNCTION,
        UNKNOWN
    }

    Parts(Elf elf, FunctionTable functions, int preferred) throws BinaryException {
        this.elf = elf;
        this.functions = functions;
        this.frames = new FrameTable(elf);
        this.stubs = elf.sections().get().all().stream().filter(Parts::isStubs).toList();
        this.sweep = elf.machine() == Machine.AARCH64 ? new ArmSweep() : new X86Sweep();
        this.hot = new CodeWindow(elf, preferred);
        this.cold = new CodeWindow(elf, Math.min(preferred, MAX_COLD_BYTES));
    }

    private static boolean isStubs(Section section) {
        String name = section.name();
        return section.isExecutable() && (name.equals(".plt") || name.startsWith(".plt.") || name.equals(".iplt"));
    }

    int count() {
        return count;
    }

    Part get(int index) {
        return pool.get(index);
    }

    /// The part that holds the address.
    ///
    /// @return null if none does
    Part at(long virtualAddress) {
        for (int i = 0; i < count; i++) {
            if (pool.get(i).holds(virtualAddress)) {
                return pool.get(i);
            }
        }
        return null;
    }

    /// Decodes the function and its cold parts.
    ///
    /// @return why that is not possible
    Optional<String> sweep(Function function) throws BinaryException {
        count = 0;
        nameless.clear();
        Optional<String> refused = sweep(function, hot);
        if (refused.isPresent() || pool.getFirst().outside.count() == 0) {
            return refused;
        }
        for (Function part : coldParts(function)) {
            if (isCalled(part)) {
                continue; // Clang's outlined function, of the same name: not a part
            }
            refused = sweep(part, cold);
            if (refused.isPresent()) {
                return Optional.of("in its cold part " + part.name() + ": " + refused.get());
            }
        }
        return Optional.empty();
    }

    /// Decodes the function alone.
    ///
    /// @return why that is not possible
    Optional<String> sweepAlone(Function function) throws BinaryException {
        count = 0;
        return sweep(function, hot);
    }

    private Optional<String> sweep(Function function, CodeWindow window) throws BinaryException {
        if (function.size() <= 0) {
            return Optional.of("the binary does not say where the function ends");
        }
        if (function.size() > MAX_SWEPT_BYTES) {
            return Optional.of("%d bytes are more than %d".formatted(function.size(), MAX_SWEPT_BYTES));
        }
        Segment segment = elf.segments()
                .executableAt(function.fileOffset(), function.size())
                .orElse(null);
        if (segment == null
                || function.fileOffset() - segment.offset() + segment.address() != function.virtualAddress()) {
            return Optional.of("not in an executable segment of this binary");
        }
        window.load(segment, function.fileOffset(), function.size());
        if (count == pool.size()) {
            pool.add(new Part());
        }
        Part part = pool.get(count++);
        int from = window.indexOf(function.fileOffset());
        part.reset(window.bytes(), from, (int) function.size(), function.virtualAddress(), function.fileOffset());
        Optional<String> refused = sweep.sweep(part);
        if (refused.isPresent()) {
            return refused;
        }
        return part.isOverfull() ? Optional.of("it has more ways out than can be counted") : part.badJump();
    }

    /// Does a function begin here by the tables of symbols, or is here a stub that jumps to one in a library?
    boolean isNamed(long address, long fileOffset) {
        if (functions.isEntry(fileOffset)) {
            return true;
        }
        for (Section each : stubs) {
            if (each.holdsAddress(address)) {
                return true;
            }
        }
        return false;
    }

    /// Says what a jump out of all parts goes to, by names or else by the unwinder's table.
    Kind judge(long target) throws BinaryException {
        OptionalLong offset = elf.segments().fileOffsetOf(target);
        if (offset.isEmpty()) {
            return Kind.UNKNOWN;
        }
        if (isNamed(target, offset.getAsLong())) {
            return Kind.FUNCTION;
        }
        // Without section headers nobody knows what is a stub, for which the unwinder has an entry, too.
        if (elf.sections().get().all().isEmpty()
                || functions.at(offset.getAsLong()).isPresent()) {
            return Kind.UNKNOWN;
        }
        Kind known = nameless.get(target);
        if (known == null && nameless.size() < MAX_NAMELESS) {
            known = judgeNameless(target);
            nameless.put(target, known);
        }
        return known == null ? Kind.UNKNOWN : known;
    }

    /// A function begins with the stack as a call leaves it. A part that was moved away mostly does not, and if
    /// it does then it goes back to where it came from, or is never left.
    private Kind judgeNameless(long target) throws BinaryException {
        FrameTable.Entry entry = frames.find(target).orElse(null);
        if (entry == null || entry.holds(pool.getFirst().address) || entry.size() > MAX_COLD_BYTES) {
            return Kind.UNKNOWN;
        }
        long offset = elf.segments().fileOffsetOf(entry.begin()).orElse(-1);
        Function code = new Function("", entry.begin(), offset, entry.size());
        boolean called = isCalled(code);
        int before = count;
        Kind kind = entry.isEntry() && entry.begin() == target ? Kind.FUNCTION : Kind.UNKNOWN;
        if (offset < 0
                || before > MAX_COLD_PARTS
                || (called && !entry.isEntry())
                || sweep(code, cold).isPresent()) {
            count = before;
            return Kind.UNKNOWN;
        }
        Part part = pool.get(before);
        boolean moved = !called && (!entry.isEntry() || goesBack(part) || part.isNeverLeft());
        if (moved && part.isLanding((int) (target - part.address))) {
            return Kind.PART;
        }
        count = before;
        return kind;
    }

    /// The function that begins at the address; without a name if only the unwinder knows it.
    ///
    /// @return empty if none does, or only a stub
    Optional<Function> functionAt(long virtualAddress) throws BinaryException {
        OptionalLong offset = elf.segments().fileOffsetOf(virtualAddress);
        if (offset.isEmpty()) {
            return Optional.empty();
        }
        Optional<Function> named = functions.at(offset.getAsLong());
        if (named.isPresent() || isNamed(virtualAddress, offset.getAsLong())) {
            return named.filter(it -> it.virtualAddress() == virtualAddress);
        }
        return frames.find(virtualAddress)
                .filter(entry -> entry.isEntry() && entry.begin() == virtualAddress)
                .map(entry -> new Function("", virtualAddress, offset.getAsLong(), entry.size()));
    }

    /// The function, or part of one, around the address by the unwinder's table, which knows no names.
    ///
    /// @return empty if the table does not say
    Optional<Function> stretchAround(long virtualAddress) throws BinaryException {
        FrameTable.Entry entry = frames.find(virtualAddress).orElse(null);
        OptionalLong offset =
                entry == null ? OptionalLong.empty() : elf.segments().fileOffsetOf(entry.begin());
        return offset.isEmpty()
                ? Optional.empty()
                : Optional.of(new Function("", entry.begin(), offset.getAsLong(), entry.size()));
    }

    /// Does it jump into the middle of the function?
    private boolean goesBack(Part part) {
        Part first = pool.getFirst();
        for (int i = 0; i < part.outside.count(); i++) {
            if (first.holds(part.target(i)) && part.target(i) != first.address) {
                return true;
            }
        }
        return false;
    }

    /// GCC moves what is seldom run to a function of its own, `NAME.cold`, and jumps there; so does Clang.
    private List<Function> coldParts(Function function) throws BinaryException {
        List<Function> found = new ArrayList<>();
        Part part = pool.getFirst();
        for (int i = 0; i < part.outside.count() && found.size() < MAX_COLD_PARTS; i++) {
            OptionalLong offset = elf.segments().fileOffsetOf(part.target(i));
            if (offset.isPresent() && !isIn(found, offset.getAsLong())) {
                Optional<Function> other = functions.at(offset.getAsLong());
                if (other.isPresent() && isColdPart(other.get(), function)) {
                    found.add(other.get());
                }
            }
        }
        return found;
    }

    private static boolean isIn(List<Function> found, long offset) {
        for (Function part : found) {
            if (offset >= part.fileOffset() && offset - part.fileOffset() < part.size()) {
                return true;
            }
        }
        return false;
    }

    private boolean isColdPart(Function part, Function function) throws BinaryException {
        int suffix = part.name().lastIndexOf(".cold");
        if (suffix <= 0 || part.fileOffset() == function.fileOffset()) {
            return false;
        }
        String name = part.name().substring(0, suffix);
        return name.equals(function.name())
                || functions.named(name).stream().anyMatch(f -> f.fileOffset() == function.fileOffset());
    }

    /// Does the function itself call the part? Then what returns there need not leave the function.
    private boolean isCalled(Function cold) {
        Part part = pool.getFirst();
        if (elf.machine() == Machine.AARCH64) {
            for (int at = 0; at < part.decoded; at += ArmCode.BYTES) {
                int word = ArmCode.word(part.code, part.from + at);
                if (ArmCode.isCall(word) && part.address + at + ArmCode.relative(word) == cold.virtualAddress()) {
                    return true;
                }
            }
            return false;
        }
        int end = part.from + part.decoded;
        for (int at = part.from; at < end && decoder.decode(part.code, at, end); at = decoder.next()) {
            if (decoder.kind() == X86Decoder.Kind.CALL
                    && part.address + (decoder.next() - part.from) + decoder.relative() == cold.virtualAddress()) {
                return true;
            }
        }
        return false;
    }
}
