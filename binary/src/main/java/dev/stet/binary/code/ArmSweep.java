package dev.stet.binary.code;

import java.util.Optional;

/// Decodes a part of a function on aarch64, where each instruction has four bytes and only data that literal
/// loads read may be between them.
final class ArmSweep implements Sweep {
    @Override
    public Optional<String> sweep(Part part) {
        if (((part.address | part.size) & 3) != 0) {
            return Optional.of("not a whole number of instructions");
        }
        markLiterals(part);
        boolean ends = false;
        int last = 0;
        for (int at = 0; at < part.size; at += ArmCode.BYTES) {
            if (part.isData(at)) {
                continue;
            }
            part.begin(at);
            int word = ArmCode.word(part.code, part.from + at);
            boolean isEnd = note(part, at, word);
            if (!ArmCode.isNop(word) && word != 0) {
                last = at + ArmCode.BYTES;
                ends = isEnd || ArmCode.isCall(word) || ArmCode.isIndirectCall(word);
            }
        }
        part.padding = last;
        part.runsOn = !ends;
        return Optional.empty();
    }

    /// @return does nothing run behind it?
    private static boolean note(Part part, int at, int word) {
        if (ArmCode.isReturn(word)) {
            part.returns.add(at);
            return true;
        }
        if (ArmCode.isCheckedReturn(word)) {
            part.unprobeable.add(at);
            return true;
        }
        if (ArmCode.isJump(word)) {
            part.branch(at, part.address + at + ArmCode.relative(word));
            return true;
        }
        if (ArmCode.isConditionalJump(word)) {
            part.branch(at, part.address + at + ArmCode.relative(word));
            return false;
        }
        if (ArmCode.isIndirectJump(word) || ArmCode.isCheckedIndirectJump(word)) {
            part.indirect.add(at);
            return true;
        }
        return ArmCode.isStop(word);
    }

    private static void markLiterals(Part part) {
        for (int at = 0; at < part.size; at += ArmCode.BYTES) {
            int word = ArmCode.word(part.code, part.from + at);
            if (ArmCode.isLiteralLoad(word)) {
                part.markData(at + ArmCode.literal(word), ArmCode.literalBytes(word));
            }
        }
    }
}
