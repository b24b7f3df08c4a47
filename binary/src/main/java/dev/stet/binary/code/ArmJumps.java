package dev.stet.binary.code;

import java.util.Arrays;

/// Tells switches from tail calls on aarch64.
///
/// ```
/// ldrh w1,[x0,w1,uxtw #1]; adr x0,base; add x1,x0,w1,sxth #2; br x1     switch
/// ldr x1,[x0,x1,lsl #3]; br x1                                          table of pointers: switch of Go
/// ldr x1,[x0,#8]; br x1                                                 call by pointer, if the frame is gone
/// ```
final class ArmJumps implements Jumps {
    /// How many instructions before the jump may make its address.
    private static final int LOOK_BACK = 16;

    private static final int SP = 31;

    private final StackState stack = new StackState();

    @Override
    public Goes[] judge(Part part, Places places) {
        Goes[] goes = new Goes[part.indirect.count()];
        Arrays.fill(goes, Goes.UNDECIDED);
        if (part.decoded > MAX_BYTES) {
            return goes;
        }
        long[] states = new long[part.decoded / ArmCode.BYTES];
        pass(part, states, new Goes[goes.length]);
        pass(part, states, goes);
        return goes;
    }

    private void pass(Part part, long[] states, Goes[] goes) {
        stack.enter();
        long atTable = 0;
        boolean reached = true;
        int index = 0;
        for (int at = 0; at < part.decoded; at += ArmCode.BYTES) {
            if (!part.isBoundary(at)) {
                continue;
            }
            if (!reached) {
                long state = states[at / ArmCode.BYTES] != 0 ? states[at / ArmCode.BYTES] : atTable;
                if (state == 0) {
                    stack.forget();
                } else {
                    stack.unpack(state);
                }
            }
            int word = ArmCode.word(part.code, part.from + at);
            reached = !ArmCode.isReturn(word) && !ArmCode.isCheckedReturn(word) && !ArmCode.isStop(word);
            if (index < goes.length && part.indirect.get(index) == at) {
                goes[index++] = judge(part, at, word);
                atTable = stack.packed();
                reached = false;
            } else if (ArmCode.isJump(word) || ArmCode.isConditionalJump(word)) {
                remember(states, (at + ArmCode.relative(word)) / ArmCode.BYTES);
                reached = !ArmCode.isJump(word);
            }
            step(word);
        }
    }

    private void remember(long[] states, long target) {
        if (target >= 0 && target < states.length && states[(int) target] == 0) {
            states[(int) target] = stack.packed();
        }
    }

    private Goes judge(Part part, int at, int word) {
        if (stack.depth() != 0 && stack.depth() != StackState.UNKNOWN) {
            return Goes.WITHIN;
        }
        int register = word >> 5 & 31;
        int first = Math.max(0, at - LOOK_BACK * ArmCode.BYTES);
        for (int i = at - ArmCode.BYTES; i >= first; i -= ArmCode.BYTES) {
            int before = ArmCode.word(part.code, part.from + i);
            if ((before & 31) != register) {
                continue;
            }
            if ((before & 0xff200000) == 0x8b000000 || (before & 0xffe00000) == 0x8b200000) {
                return Goes.WITHIN; // ADD of two registers
            }
            if ((before & 0xffe00c00) == 0xf8600800) {
                return Goes.UNDECIDED; // LDR with an index
            }
            if ((before & 0xffc00000) == 0xf9400000 || (before & 0xffe00000) == 0xf8400000) {
                break; // LDR from a fixed place
            }
            if ((before & 0xffe0ffe0) == 0xaa0003e0) {
                register = before >> 16 & 31; // MOV
            }
        }
        return stack.depth() == 0 ? Goes.OUT : Goes.UNDECIDED;
    }

    private void step(int word) {
        int base = word >> 5 & 31;
        int target = word & 31;
        if ((word & 0xbf800000) == 0x91000000) { // ADD, SUB immediate, 64 bits
            add(word, base, target);
        } else if (base == SP && (word & 0x3a800000) == 0x28800000) { // LDP, STP that write back
            boolean vector = (word & 1 << 26) != 0;
            int size = word >>> 30;
            int scale = vector ? 4 << size : (size & 2) != 0 ? 8 : 4;
            stack.lower(-(word << 10 >> 25) * scale);
        } else if (base == SP && (word & 0x3b200400) == 0x38000400) { // LDR, STR that write back
            stack.lower(-(word << 11 >> 23));
        } else if (target == SP
                && ((word & 0x3fe00000) == 0x0b200000 || (word & 0x7f800000) == 0x12000000)) { // ADD, AND
            stack.setDepth(StackState.UNKNOWN);
        }
    }

    private void add(int word, int base, int target) {
        int bytes = (word >> 10 & 0xfff) << ((word & 1 << 22) != 0 ? 12 : 0);
        int signed = (word & 1 << 30) != 0 ? -bytes : bytes;
        if (target == SP && base == SP) {
            stack.lower(-signed);
        } else if (target == SP && base == 29) {
            stack.toFrame(signed);
        } else if (target == 29 && base == SP) {
            stack.makeFrame(signed);
        } else if (target == SP) {
            stack.setDepth(StackState.UNKNOWN);
        } else if (target == 29) {
            stack.setFrame(StackState.UNKNOWN);
        }
    }
}
