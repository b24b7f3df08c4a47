package dev.stet.binary.code;

import dev.stet.binary.BinaryException;
import dev.stet.binary.Condition;
import dev.stet.binary.Exit;
import dev.stet.binary.Exits;
import dev.stet.binary.FunctionTable;
import dev.stet.binary.Machine;
import dev.stet.binary.elf.Elf;
import dev.stet.facts.Function;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Finds where functions are left, by decoding all of each from its first byte to its last.
///
/// A sweep that is out of step with the processor finds returns that are none, and a breakpoint there is a
/// corrupt instruction. So a sweep counts only if every byte decodes, the last instruction ends where the
/// function ends, and no jump of the function goes into the middle of an instruction. What lies behind the
/// last jump, is no code and is not jumped to is left out, and said. Of what decodes, the returns count that the
/// function can come to: [X86Reach].
///
/// Asked by address, it reads the file in big windows, once. Not safe for use by several threads.
public final class ExitFinder {
    /// More ways out than any function has that somebody wrote.
    private static final int MAX_EXITS = 1 << 16;

    /// For a person: a few tell what all would.
    private static final int MAX_UNSEEN = 16;

    private final Elf elf;
    private final FunctionTable functions;
    private final Parts parts;
    private final Jumps jumps;
    private final X86Reach reach = new X86Reach();
    private final X86Decoder decoder = new X86Decoder();
    private final CodeWindow data;
    private final List<Exit> exits = new ArrayList<>();
    private final List<Exits.Unseen> unseen = new ArrayList<>();
    private long unnoted;

    public ExitFinder(Elf elf, FunctionTable functions) throws BinaryException {
        this(elf, functions, false);
    }

    /// @param all will many functions be asked for, by address?
    public ExitFinder(Elf elf, FunctionTable functions, boolean all) throws BinaryException {
        this.elf = elf;
        this.functions = functions;
        this.parts = new Parts(elf, functions, all ? CodeWindow.ALL : CodeWindow.ONE);
        this.jumps = elf.machine() == Machine.AARCH64 ? new ArmJumps() : new X86Jumps();
        this.data = new CodeWindow(elf, CodeWindow.SOME);
    }

    public Exits find(Function function) throws BinaryException {
        Optional<String> refused = parts.sweep(function);
        if (refused.isPresent()) {
            return new Exits.Unknown(refused.get());
        }
        if (jumps instanceof X86Jumps) {
            reach.prune(parts);
        }
        exits.clear();
        unseen.clear();
        unnoted = 0;
        for (int i = 0; i < parts.count(); i++) {
            Optional<String> bad = leave(parts.get(i));
            if (bad.isPresent()) {
                return new Exits.Unknown(bad.get());
            }
        }
        if (exits.size() > MAX_EXITS) {
            return new Exits.Unknown("it has more than " + MAX_EXITS + " exits");
        }
        exits.sort(Comparator.comparingLong(Exit::fileOffset));
        if (unnoted > 0) {
            unseen.add(new Exits.Unseen(function.fileOffset(), "begins a function with " + unnoted + " more of these"));
        }
        return new Exits.Sites(exits, unseen);
    }

    /// Takes the exits of one part.
    private Optional<String> leave(Part part) throws BinaryException {
        for (int i = 0; i < part.returns.count(); i++) {
            exits.add(new Exit(part.fileOffset + part.returns.get(i), Exit.Kind.RETURN));
        }
        for (int i = 0; i < part.unprobeable.count(); i++) {
            miss(part, part.unprobeable.get(i), "returns, in a form that cannot be probed");
        }
        for (int i = 0; i < part.outside.count(); i++) {
            Optional<String> bad = leaveBy(part, part.outside.get(i), part.target(i));
            if (bad.isPresent()) {
                return bad;
            }
        }
        if (part.indirect.count() > 0) {
            leaveByIndirect(part);
        }
        if (part.island) {
            miss(part, part.decoded, "is behind the last jump, and no code");
        }
        if (part.runsOn) {
            miss(part, part.padding, "is run after the function's last instruction, as it seems");
        }
        return Optional.empty();
    }

    private Optional<String> leaveBy(Part part, int at, long target) throws BinaryException {
        Part other = parts.at(target);
        if (other != null) {
            int offset = (int) (target - other.address);
            return other.isLanding(offset)
                    ? Optional.empty()
                    : Optional.of("the jump at file offset " + (part.fileOffset + at)
                            + " goes into the middle of an instruction");
        }
        return switch (parts.judge(target)) {
            case FUNCTION -> {
                leaveTo(part, at, target);
                yield Optional.empty();
            }
            case PART -> Optional.empty();
            case UNKNOWN -> {
                miss(part, at, to(target));
                yield Optional.empty();
            }
        };
    }

    /// Takes a direct jump to another function.
    private void leaveTo(Part part, int at, long target) {
        String refusal = refusal(part, at);
        if (refusal != null) {
            miss(part, at, "jumps to another function and " + refusal);
            return;
        }
        Optional<Condition> condition = condition(part, at);
        OptionalLong to = OptionalLong.of(target);
        if (condition.isPresent()) {
            exits.add(new Exit(part.fileOffset + at, Exit.Kind.CONDITIONAL_TAIL_JUMP, condition, to));
        } else if (isUnconditional()) {
            exits.add(new Exit(part.fileOffset + at, Exit.Kind.TAIL_JUMP, condition, to));
        } else {
            miss(part, at, "counts in RCX and jumps to another function");
        }
    }

    /// Where a jump goes that nobody can follow, for a person.
    private String to(long target) throws BinaryException {
        OptionalLong offset = elf.segments().fileOffsetOf(target);
        return offset.isPresent()
                ? functions
                        .at(offset.getAsLong())
                        .map(f -> "jumps into the middle of " + f.name())
                        .orElse("jumps to code that belongs to no function with a name")
                : "jumps to where this file has no code";
    }

    private void leaveByIndirect(Part part) throws BinaryException {
        Jumps.Goes[] goes = jumps.judge(part, new Addresses());
        for (int i = 0; i < goes.length; i++) {
            int at = part.indirect.get(i);
            switch (goes[i]) {
                case WITHIN -> {}
                case UNDECIDED -> miss(part, at, "jumps to an address that only run time knows");
                case OUT -> {
                    String refusal = refusal(part, at);
                    if (refusal == null) {
                        exits.add(new Exit(part.fileOffset + at, Exit.Kind.INDIRECT_TAIL_JUMP));
                    } else {
                        miss(part, at, "jumps to another function and " + refusal);
                    }
                }
            }
        }
    }

    private void miss(Part part, int at, String why) {
        if (unseen.size() == MAX_UNSEEN) {
            unnoted++;
        } else {
            unseen.add(new Exits.Unseen(part.fileOffset + at, why));
        }
    }

    /// @return null if the jump may be probed
    private String refusal(Part part, int at) {
        if (jumps instanceof ArmJumps) {
            return ArmCode.refusal(ArmCode.word(part.code, part.from + at)).orElse(null);
        }
        return decoder.decode(part.code, part.from + at, part.from + part.size) ? X86Refusal.find(decoder) : null;
    }

    private boolean isUnconditional() {
        return jumps instanceof ArmJumps || decoder.kind() == X86Decoder.Kind.JUMP;
    }

    /// The condition of the jump, which the decoder holds.
    private Optional<Condition> condition(Part part, int at) {
        if (jumps instanceof ArmJumps) {
            return ArmConditions.of(ArmCode.word(part.code, part.from + at));
        }
        return switch (decoder.kind()) {
            case CONDITIONAL_JUMP -> Optional.of(new Condition.X86Flags(decoder.condition()));
            case COUNTED_JUMP ->
                decoder.opcode() == 0xe3
                        ? Optional.of(new Condition.Register(
                                1, (decoder.prefixes() & X86Decoder.ADDRESS_32) != 0 ? 32 : 64, true))
                        : Optional.empty();
            case OTHER, RETURN, FAR_RETURN, JUMP, INDIRECT_JUMP, CALL, INDIRECT_CALL, STOP -> Optional.empty();
        };
    }

    /// The binary, as the judge of indirect jumps sees it.
    private final class Addresses implements Jumps.Places {
        @Override
        public boolean isWithin(long virtualAddress) {
            Part part = parts.at(virtualAddress);
            return part != null && part.isLanding((int) (virtualAddress - part.address));
        }

        @Override
        public boolean isEntry(long virtualAddress) {
            OptionalLong offset = elf.segments().fileOffsetOf(virtualAddress);
            return offset.isPresent() && parts.isNamed(virtualAddress, offset.getAsLong());
        }

        @Override
        public long word(long virtualAddress) throws BinaryException {
            var segment = elf.segments().loadedAtAddress(virtualAddress, 8);
            if (segment.isEmpty()) {
                return 0;
            }
            long offset =
                    virtualAddress - segment.get().address() + segment.get().offset();
            data.load(segment.get(), offset, 8);
            int at = data.indexOf(offset);
            return (ArmCode.word(data.bytes(), at) & 0xffff_ffffL) | (long) ArmCode.word(data.bytes(), at + 4) << 32;
        }
    }
}
