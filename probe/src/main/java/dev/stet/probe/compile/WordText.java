package dev.stet.probe.compile;

import java.util.Map;

/// Words and takes as people write them: `*(u32 *)(rdi + 8)`.
public final class WordText {
    /// struct pt_regs, x86-64 (kernel `arch/x86/include/asm/ptrace.h`).
    private static final Map<Integer, String> REGISTERS = Map.ofEntries(
            Map.entry(0, "r15"),
            Map.entry(8, "r14"),
            Map.entry(16, "r13"),
            Map.entry(24, "r12"),
            Map.entry(32, "rbp"),
            Map.entry(40, "rbx"),
            Map.entry(48, "r11"),
            Map.entry(56, "r10"),
            Map.entry(64, "r9"),
            Map.entry(72, "r8"),
            Map.entry(80, "rax"),
            Map.entry(88, "rcx"),
            Map.entry(96, "rdx"),
            Map.entry(104, "rsi"),
            Map.entry(112, "rdi"),
            Map.entry(128, "rip"),
            Map.entry(144, "eflags"),
            Map.entry(152, "rsp"));

    private WordText() {}

    /// A word.
    public static String of(Word word) {
        return switch (word) {
            case Word.Constant(long value) ->
                Math.abs(value) < 4096 ? Long.toString(value) : "0x" + Long.toHexString(value);
            case Word.Register(int offset) -> REGISTERS.getOrDefault(offset, "register at " + offset);
            case Word.Load(var address, int bytes, boolean signed) ->
                "*(" + (signed ? "i" : "u") + 8 * bytes + " *)" + inner(address);
            case Word.Calculation(var operator, var left, var right) ->
                inner(left) + " " + sign(operator) + " " + inner(right);
            case Word.Both(var left, var right) -> inner(left) + " && " + inner(right);
            case Word.Either(var left, var right) -> inner(left) + " || " + inner(right);
            case Word.Choice(var condition, var then, var otherwise) ->
                inner(condition) + " ? " + inner(then) + " : " + inner(otherwise);
            case Word.Saved(int index) -> "saved" + index;
            case Word.Latency _ -> "latency";
            case Word.ProcessId _ -> "pid";
            case Word.ThreadId _ -> "tid";
            case Word.Cookie _ -> "cookie";
        };
    }

    /// A take.
    public static String of(Take take) {
        return switch (take) {
            case Take.Number(var word) -> of(word);
            case Take.Text(var address, int max) -> "text, up to " + max + " bytes, at " + of(address);
            case Take.Block(var address, var length, int max) ->
                length instanceof Word.Constant
                        ? of(length) + " bytes at " + of(address)
                        : of(length) + " bytes, up to " + max + ", at " + of(address);
            case Take.Stack(int frames) -> "up to " + frames + " return addresses";
        };
    }

    private static String inner(Word word) {
        return switch (word) {
            case Word.Calculation _, Word.Both _, Word.Either _, Word.Choice _ -> "(" + of(word) + ")";
            case Word.Constant _, Word.Register _, Word.Load _, Word.Saved _, Word.Latency _ -> of(word);
            case Word.ProcessId _, Word.ThreadId _, Word.Cookie _ -> of(word);
        };
    }

    private static String sign(Word.Operator operator) {
        return switch (operator) {
            case ADD -> "+";
            case SUBTRACT -> "-";
            case MULTIPLY -> "*";
            case DIVIDE_UNSIGNED -> "/";
            case DIVIDE_SIGNED -> "s/";
            case REMAINDER_UNSIGNED -> "%";
            case REMAINDER_SIGNED -> "s%";
            case AND -> "&";
            case OR -> "|";
            case XOR -> "^";
            case SHIFT_LEFT -> "<<";
            case SHIFT_RIGHT_UNSIGNED -> ">>";
            case SHIFT_RIGHT_SIGNED -> "s>>";
            case EQUAL -> "==";
            case NOT_EQUAL -> "!=";
            case LESS_UNSIGNED -> "<";
            case LESS_SIGNED -> "s<";
            case LESS_OR_EQUAL_UNSIGNED -> "<=";
            case LESS_OR_EQUAL_SIGNED -> "s<=";
        };
    }
}
