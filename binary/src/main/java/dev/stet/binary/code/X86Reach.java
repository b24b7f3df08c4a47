package dev.stet.binary.code;

import java.util.BitSet;

/// Tells code from numbers that only look like it. Who writes by hand puts tables among the code, and most bytes are
/// some instruction: 0xc3 is a RET, and a breakpoint there is a wrong number.
///
/// What the function's jumps lead to is code. What they do not lead to is code if it calls something or leaves the
/// function: so do the landing pads of exceptions, to which only the unwinder goes. The rest is not taken for code.
/// Nothing can be said where a jump goes to an address that only run time knows. Not safe for use by several threads.
final class X86Reach {
    private final X86Decoder decoder = new X86Decoder();
    private final BitSet reached = new BitSet();

    /// What leads nowhere: whatever leads there only, does so, too.
    private final BitSet dead = new BitSet();

    private final Part.Offsets open = new Part.Offsets(Integer.MAX_VALUE);
    private final Part.Offsets visited = new Part.Offsets(Integer.MAX_VALUE);

    /// Takes the returns out of a function's first part that nothing leads to.
    ///
    /// @param parts of the function; others may jump into this one
    void prune(Parts parts) {
        Part part = parts.get(0);
        if (part.returns.count() < 2 || part.indirect.count() > 0) {
            return;
        }
        reached.clear();
        dead.clear();
        var ignored = follow(part, 0);
        for (int i = 1; i < parts.count(); i++) {
            Part other = parts.get(i);
            for (int j = 0; j < other.outside.count(); j++) {
                if (part.holds(other.target(j))) {
                    ignored = follow(part, (int) (other.target(j) - part.address));
                }
            }
        }
        for (int at = 0; at < part.decoded; at++) {
            if (!reached.get(at) && !dead.get(at) && part.isBoundary(at) && !follow(part, at)) {
                for (int i = 0; i < visited.count(); i++) {
                    reached.clear(visited.get(i));
                    dead.set(visited.get(i));
                }
            }
        }
        part.returns.retain(reached::get);
    }

    /// Marks all instructions that are run from one on.
    ///
    /// @return is anything called there, or left for elsewhere?
    private boolean follow(Part part, int from) {
        boolean acts = false;
        visited.clear();
        open.clear();
        open.add(from);
        for (int next = 0; next < open.count(); next++) {
            int at = open.get(next);
            while (at < part.decoded && !reached.get(at) && !dead.get(at)) {
                if (!decoder.decode(part.code, part.from + at, part.from + part.decoded)) {
                    break;
                }
                reached.set(at);
                visited.add(at);
                int behind = decoder.next() - part.from;
                boolean goesOn = true;
                switch (decoder.kind()) {
                    case JUMP, CONDITIONAL_JUMP, COUNTED_JUMP -> {
                        long target = (long) behind + decoder.relative();
                        if (target >= 0 && target < part.size) {
                            open.add((int) target);
                        } else {
                            acts = true;
                        }
                        goesOn = decoder.kind() != X86Decoder.Kind.JUMP;
                    }
                    case CALL, INDIRECT_CALL -> acts = true;
                    case RETURN, FAR_RETURN, INDIRECT_JUMP, STOP -> goesOn = false;
                    case OTHER -> {}
                }
                if (!goesOn) {
                    break;
                }
                at = behind;
            }
        }
        return acts;
    }
}
