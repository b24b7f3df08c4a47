package dev.stet.binary.code;

import dev.stet.binary.Condition;
import java.util.Optional;

/// When a conditional jump of aarch64 is taken (Arm ARM C6.2: B.cond, CBZ, TBZ).
final class ArmConditions {
    private ArmConditions() {}

    /// @return empty if the jump is not conditional
    static Optional<Condition> of(int word) {
        int register = word & 31;
        boolean negated = (word & 1 << 24) != 0;
        if (ArmCode.isFlagsJump(word)) {
            return Optional.of(new Condition.ArmFlags(word & 15));
        }
        if (ArmCode.isZeroJump(word)) {
            return Optional.of(new Condition.Register(register, word < 0 ? 64 : 32, !negated));
        }
        if (ArmCode.isBitJump(word)) {
            int bit = (word >>> 31) << 5 | (word >> 19 & 31);
            return Optional.of(new Condition.RegisterBit(register, bit, negated));
        }
        return Optional.empty();
    }
}
