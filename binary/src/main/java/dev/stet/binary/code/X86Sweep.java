package dev.stet.binary.code;

import java.util.Optional;

/// Decodes a part of a function on x86-64, each instruction behind the one before.
final class X86Sweep implements Sweep {
    private static final int INT3 = 0xcc;

    private final X86Decoder decoder = new X86Decoder();

    @Override
    public Optional<String> sweep(Part part) {
        int bad = sweep(part, part.size);
        if (bad < 0 || part.onlyZeros(bad)) {
            settle(part, bad < 0 ? part.size : bad);
            return Optional.empty();
        }
        String why = describe(part, bad);
        int end = unreached(part, bad);
        if (end < 0) {
            return Optional.of(why);
        }
        part.cut(end);
        int again = sweep(part, end);
        return again < 0 ? Optional.empty() : Optional.of(why);
    }

    /// @return where the bytes cannot be code; -1 if they are to the end
    private int sweep(Part part, int end) {
        byte[] code = part.code;
        int from = part.from;
        int to = from + end;
        int at = from;
        while (at < to) {
            if (!decoder.decode(code, at, to) || X86Refusal.isOutOfPlace(decoder)) {
                return at - from;
            }
            part.begin(at - from);
            if (decoder.kind() != X86Decoder.Kind.OTHER) {
                note(part, at - from);
            }
            at = decoder.next();
        }
        return -1;
    }

    private void note(Part part, int at) {
        switch (decoder.kind()) {
            case RETURN -> (isProbeable() ? part.returns : part.unprobeable).add(at);
            case JUMP, CONDITIONAL_JUMP, COUNTED_JUMP -> part.branch(at, target(part));
            case INDIRECT_JUMP -> part.indirect.add(at);
            case OTHER, FAR_RETURN, CALL, INDIRECT_CALL, STOP -> {}
        }
        if (isEnd(decoder.kind()) && decoder.opcode() != INT3) {
            part.lastEnd = decoder.next() - part.from;
        }
    }

    private boolean isProbeable() {
        return (decoder.prefixes() & (X86Decoder.LOCK | X86Decoder.IDLE_SEGMENT)) == 0;
    }

    private long target(Part part) {
        return part.address + (decoder.next() - part.from) + decoder.relative();
    }

    private String describe(Part part, int bad) {
        String where = " at file offset " + (part.fileOffset + bad);
        boolean decoded = decoder.decode(part.code, part.from + bad, part.from + part.size);
        return decoded
                ? X86Refusal.outOfPlace(decoder) + where + ": data among the code?"
                : "cannot decode the instruction" + where;
    }

    /// Finds the first end of a run of code that no jump before it passes: behind it lies what only looks
    /// like code. Not if there are jumps whose targets are not known.
    ///
    /// @return -1 if there is none
    private int unreached(Part part, int bad) {
        if (part.indirect.count() > 0) {
            return -1;
        }
        long furthest = 0;
        int at = 0;
        while (at < bad && decoder.decode(part.code, part.from + at, part.from + part.size)) {
            int next = decoder.next() - part.from;
            switch (decoder.kind()) {
                case JUMP, CONDITIONAL_JUMP, COUNTED_JUMP -> {
                    long target = target(part);
                    furthest = part.holds(target) ? Math.max(furthest, target - part.address) : furthest;
                }
                case OTHER, RETURN, FAR_RETURN, INDIRECT_JUMP, CALL, INDIRECT_CALL, STOP -> {}
            }
            if (isEnd(decoder.kind()) && furthest < next) {
                return next;
            }
            at = next;
        }
        return -1;
    }

    private static boolean isEnd(X86Decoder.Kind kind) {
        return switch (kind) {
            case RETURN, JUMP, INDIRECT_JUMP, FAR_RETURN, STOP -> true;
            case OTHER, CONDITIONAL_JUMP, COUNTED_JUMP, CALL, INDIRECT_CALL -> false;
        };
    }

    /// Tells padding from code at the end, and whether the code there ends.
    ///
    /// @param end where decoding ended
    private void settle(Part part, int end) {
        part.decoded = end;
        int at = part.lastEnd;
        int last = at;
        boolean ends = at > 0;
        while (at < end && !part.onlyZeros(at) && decoder.decode(part.code, part.from + at, part.from + end)) {
            at = decoder.next() - part.from;
            boolean isStop = decoder.kind() == X86Decoder.Kind.STOP;
            if (!decoder.isNop() && !(isStop && ends)) {
                last = at;
                // What is called last does not return, or there would be something to return to.
                ends = isStop
                        || decoder.kind() == X86Decoder.Kind.CALL
                        || decoder.kind() == X86Decoder.Kind.INDIRECT_CALL;
            }
        }
        part.padding = last;
        part.runsOn = !ends;
    }
}
