package dev.stet.binary.code;

import dev.stet.binary.BinaryException;
import dev.stet.binary.Exit;
import dev.stet.binary.Exits;
import dev.stet.binary.FunctionTable;
import dev.stet.binary.Machine;
import dev.stet.binary.elf.Elf;
import dev.stet.binary.elf.Section;
import dev.stet.binary.elf.Segment;
import dev.stet.facts.Function;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// Finds where a function is left, by decoding all of it from its first byte to its last.
///
/// A sweep that is out of step with the processor finds returns that are none, and a breakpoint there is a
/// corrupt instruction. So a sweep counts only if every byte decodes, the last instruction ends where the
/// function ends, and no jump of the function goes into the middle of an instruction.
public final class ExitFinder {
    /// The longest functions in use are interpreters' and generated parsers', with some hundred KB.
    public static final int MAX_SWEPT_BYTES = 4 << 20;

    /// A function has one cold part, or two if it was split again.
    private static final int MAX_COLD_PARTS = 4;

    private final Elf elf;
    private final FunctionTable functions;
    private final List<Section> plt;
    private final boolean aarch64;

    /// Swept parts by their first file offset.
    private final Map<Long, Sweep> parts = new LinkedHashMap<>();

    public ExitFinder(Elf elf, FunctionTable functions) throws BinaryException {
        this.elf = elf;
        this.functions = functions;
        this.aarch64 = elf.machine() == Machine.AARCH64;
        this.plt = elf.sections().get().all().stream()
                .filter(s -> s.isExecutable()
                        && (s.name().equals(".plt")
                                || s.name().startsWith(".plt.")
                                || s.name().equals(".iplt")))
                .toList();
    }

    public Exits find(Function function) throws BinaryException {
        if (function.size() <= 0) {
            return new Exits.Unknown("the binary does not say where the function ends");
        }
        Optional<String> refused = sweep(function);
        if (refused.isPresent()) {
            return new Exits.Unknown(refused.get());
        }
        for (Function cold : coldParts(function)) {
            refused = sweep(cold);
            if (refused.isPresent()) {
                return new Exits.Unknown("in its cold part " + cold.name() + ": " + refused.get());
            }
        }
        List<Exit> exits = new ArrayList<>();
        for (Sweep sweep : parts.values()) {
            for (Branch branch : sweep.branches()) {
                Sweep target = partAt(branch.target());
                if (target != null && !target.isBoundary(branch.target())) {
                    return new Exits.Unknown("the jump at file offset " + sweep.fileOffset(branch.address())
                            + " goes into the middle of an instruction");
                }
                if (target == null && branch.unconditional() && isFunction(branch.target())) {
                    exits.add(new Exit(sweep.fileOffset(branch.address()), Exit.Kind.TAIL_JUMP));
                }
            }
            for (long address : sweep.returns()) {
                exits.add(new Exit(sweep.fileOffset(address), Exit.Kind.RETURN));
            }
        }
        exits.sort(Comparator.comparingLong(Exit::fileOffset));
        return new Exits.Sites(exits);
    }

    /// Decodes a part of the function.
    ///
    /// @return why that is not possible
    private Optional<String> sweep(Function part) throws BinaryException {
        if (part.size() > MAX_SWEPT_BYTES) {
            return Optional.of("%d bytes are more than %d".formatted(part.size(), MAX_SWEPT_BYTES));
        }
        Segment segment =
                elf.segments().executableAt(part.fileOffset(), part.size()).orElse(null);
        if (segment == null || part.fileOffset() - segment.offset() + segment.address() != part.virtualAddress()) {
            return Optional.of("not in an executable segment of this binary");
        }
        byte[] code = elf.image()
                .read(part.fileOffset(), part.size(), MAX_SWEPT_BYTES, "function")
                .copy(MAX_SWEPT_BYTES, "function");
        Sweep sweep = new Sweep(part.virtualAddress(), part.fileOffset(), code);
        parts.put(part.fileOffset(), sweep);
        return aarch64 ? sweep.aarch64() : sweep.x86();
    }

    /// GCC moves what is seldom run to a function of its own, `NAME.cold`, and jumps there.
    private List<Function> coldParts(Function function) throws BinaryException {
        List<Function> cold = new ArrayList<>();
        for (Sweep sweep : List.copyOf(parts.values())) {
            for (Branch branch : sweep.branches()) {
                if (partAt(branch.target()) != null || cold.size() == MAX_COLD_PARTS) {
                    continue;
                }
                Optional<Function> part = functions.at(
                        elf.segments().fileOffsetOf(branch.target()).orElse(-1));
                if (part.isPresent() && isColdPart(part.get(), function) && !cold.contains(part.get())) {
                    cold.add(part.get());
                }
            }
        }
        return cold;
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

    private Sweep partAt(long address) {
        for (Sweep sweep : parts.values()) {
            if (sweep.holds(address)) {
                return sweep;
            }
        }
        return null;
    }

    /// Does another function begin here, or is here a stub that jumps to one in a library?
    private boolean isFunction(long address) {
        OptionalLong offset = elf.segments().fileOffsetOf(address);
        return offset.isPresent()
                && (functions.isEntry(offset.getAsLong()) || plt.stream().anyMatch(s -> s.holdsAddress(address)));
    }

    /// A direct jump.
    ///
    /// @param address virtual address of the instruction
    /// @param target virtual address it goes to
    private record Branch(long address, long target, boolean unconditional) {}

    /// One contiguous part of a function.
    private static final class Sweep {
        private final long address;
        private final long fileOffset;
        private final byte[] code;
        private final BitSet boundaries = new BitSet();
        private final List<Branch> branches = new ArrayList<>();
        private final List<Long> returns = new ArrayList<>();

        Sweep(long address, long fileOffset, byte[] code) {
            this.address = address;
            this.fileOffset = fileOffset;
            this.code = code;
        }

        Optional<String> x86() {
            int at = 0;
            while (at < code.length) {
                Optional<X86Decoder.Instruction> decoded = X86Decoder.decode(code, at, code.length);
                if (decoded.isEmpty()) {
                    if (onlyZeros(at)) {
                        break;
                    }
                    return Optional.of("cannot decode the instruction at file offset " + (fileOffset + at));
                }
                X86Decoder.Instruction instruction = decoded.get();
                String refusal = X86Refusal.outOfPlace(code, at, instruction);
                if (refusal != null) {
                    return Optional.of(refusal + " at file offset " + (fileOffset + at) + ": data among the code?");
                }
                boundaries.set(at);
                int next = at + instruction.length();
                boolean probeable = X86Refusal.of(code, at, instruction).isEmpty();
                switch (instruction.kind()) {
                    case RETURN -> {
                        if (probeable) {
                            returns.add(address + at);
                        }
                    }
                    case JUMP, CONDITIONAL_JUMP ->
                        branches.add(new Branch(
                                address + at,
                                address + next + instruction.relative(),
                                probeable && instruction.kind() == X86Decoder.Kind.JUMP));
                    case OTHER -> {}
                }
                at = next;
            }
            return Optional.empty();
        }

        Optional<String> aarch64() {
            if (((address | code.length) & 3) != 0) {
                return Optional.of("not a whole number of instructions");
            }
            for (int at = 0; at < code.length; at += 4) {
                boundaries.set(at);
                int word = (code[at] & 0xff)
                        | (code[at + 1] & 0xff) << 8
                        | (code[at + 2] & 0xff) << 16
                        | code[at + 3] << 24;
                if (word == 0xd65f03c0 || word == 0xd65f0bff || word == 0xd65f0fff) { // RET, RETAA, RETAB
                    returns.add(address + at);
                } else if ((word & 0xfc000000) == 0x14000000) { // B imm26
                    branches.add(new Branch(address + at, address + at + ((word << 6) >> 4), true));
                }
            }
            return Optional.empty();
        }

        private boolean onlyZeros(int from) {
            for (int i = from; i < code.length; i++) {
                if (code[i] != 0) {
                    return false;
                }
            }
            return true;
        }

        List<Branch> branches() {
            return branches;
        }

        List<Long> returns() {
            return returns;
        }

        boolean holds(long virtualAddress) {
            return virtualAddress >= address && virtualAddress - address < code.length;
        }

        /// Old C libraries jump past a LOCK prefix where there is one thread only: that is in step too.
        boolean isBoundary(long virtualAddress) {
            int at = (int) (virtualAddress - address);
            return boundaries.get(at) || (at > 0 && boundaries.get(at - 1) && (code[at - 1] & 0xff) == 0xf0);
        }

        long fileOffset(long virtualAddress) {
            return virtualAddress - address + fileOffset;
        }
    }
}
