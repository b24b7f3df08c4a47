package dev.stet.probe.resolve;

import dev.stet.binary.BinaryException;
import dev.stet.binary.Executable;
import dev.stet.binary.Machine;
import dev.stet.binary.UsdtProbe;
import dev.stet.probe.compile.Word;
import dev.stet.probe.compile.Word.Operator;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where an argument of a USDT probe is, from the operand that the compiler left in the probe's note, as the
/// assembler of x86-64 writes it (AT&T): a register `%eax`, a number `$-1`, memory `-4(%rbp)`,
/// `8(%rdi,%rsi,4)`, `16+counters(%rip)`, the address of a symbol `$counters`. For aarch64 see [ArmOperand].
///
/// Notes are written by whoever made the binary: any text gives a place, or [Place.Nowhere] with the reason.
public final class UsdtOperand {
    /// Compilers write some dozen characters; a symbol of C++ may have hundreds.
    private static final int MAX_CHARS = 1024;

    private static final Pattern MEMORY = Pattern.compile("([^()]*)\\(([^(),]*)(?:,([^(),]*)(?:,([^(),]*))?)?\\)");

    private final UsdtProbe probe;
    private final Symbols symbols;

    /// Says where symbols are: [dev.stet.binary.Executable#addressOf].
    @FunctionalInterface
    interface Symbols {
        /// @return a virtual address; empty if it is not known
        OptionalLong addressOf(String symbol) throws BinaryException;
    }

    /// An operand means nothing, or nothing that a probe can have.
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String why) {
            super(why, null, false, false);
        }
    }

    private UsdtOperand(UsdtProbe probe, Symbols symbols) {
        this.probe = probe;
        this.symbols = symbols;
    }

    /// The place of an argument: [Place.Words], one word that is extended with its sign or zeros to 64 bits, or
    /// [Place.Nowhere]. The word of a floating-point number has its bits.
    ///
    /// @param probe of this binary, whose argument it is
    /// @throws BinaryException if symbols cannot be read
    public static Place place(Executable executable, UsdtProbe probe, UsdtProbe.Argument argument)
            throws BinaryException {
        return place(executable.machine(), probe, argument, executable::addressOf);
    }

    static Place place(Machine machine, UsdtProbe probe, UsdtProbe.Argument argument, Symbols symbols)
            throws BinaryException {
        String text = argument.expression();
        try {
            int size = argument.size();
            if (text.length() > MAX_CHARS || (size != 1 && size != 2 && size != 4 && size != 8)) {
                throw new Refused("in an operand of %d bytes, %d characters long".formatted(size, text.length()));
            }
            boolean signed = argument.kind() == UsdtProbe.Kind.SIGNED;
            return Place.Words.of(
                    switch (machine) {
                        case X86_64 -> new UsdtOperand(probe, symbols).word(text, size, signed);
                        case AARCH64 -> ArmOperand.word(text, size, signed);
                    });
        } catch (Refused refused) {
            return new Place.Nowhere(refused.getMessage());
        }
    }

    private Word word(String text, int size, boolean signed) throws Refused, BinaryException {
        if (text.startsWith("$")) {
            return extended(displacement(text.substring(1)), size, signed);
        }
        if (text.startsWith("%fs:") || text.startsWith("%gs:")) {
            throw new Refused("in thread-local storage, at " + shown(text));
        }
        if (text.startsWith("%")) {
            X86Register register = X86Register.named(text.substring(1));
            return extended(register.word(), Math.min(size, register.bytes()), signed);
        }
        return new Word.Load(address(text), size, signed);
    }

    private Word address(String text) throws Refused, BinaryException {
        Matcher parts = MEMORY.matcher(text);
        if (!parts.matches()) {
            if (text.isEmpty() || text.chars().anyMatch(c -> "()[]%, ".indexOf(c) >= 0)) {
                throw notUnderstood(text);
            }
            return displacement(text);
        }
        String base = parts.group(2).strip();
        boolean hasIndex = parts.group(3) != null;
        if (base.equals("%rip")) {
            Displacement sum = Displacement.parse(parts.group(1));
            if (sum.symbol().isEmpty() || hasIndex) {
                throw notUnderstood(text);
            }
            return at(sum);
        }
        Word address = parts.group(1).isBlank() ? Word.of(0) : displacement(parts.group(1));
        Word from = base.isEmpty() && hasIndex ? address : sum(X86Register.wide(base), address);
        return hasIndex ? sum(from, index(parts.group(3).strip(), parts.group(4), text)) : from;
    }

    private static Word index(String register, String scale, String text) throws Refused {
        Word word = X86Register.wide(register);
        return switch (scale == null ? "1" : scale.strip()) {
            case "1" -> word;
            case "2" -> word.calculate(Operator.SHIFT_LEFT, Word.of(1));
            case "4" -> word.calculate(Operator.SHIFT_LEFT, Word.of(2));
            case "8" -> word.calculate(Operator.SHIFT_LEFT, Word.of(3));
            default -> throw notUnderstood(text);
        };
    }

    private Word displacement(String text) throws Refused, BinaryException {
        Displacement sum = Displacement.parse(text);
        return sum.symbol().isEmpty() ? Word.of(sum.number()) : at(sum);
    }

    /// A symbol is as far from the probe's instruction, where the instruction pointer is, as it was linked.
    private Word at(Displacement sum) throws Refused, BinaryException {
        OptionalLong symbol = symbols.addressOf(sum.symbol());
        if (symbol.isEmpty()) {
            throw new Refused("at the symbol " + shown(sum.symbol()) + ", and the binary does not say where that is");
        }
        return X86Register.INSTRUCTION_POINTER.plus(symbol.getAsLong() + sum.number() - probe.virtualAddress());
    }

    private static Word sum(Word left, Word right) {
        return right instanceof Word.Constant(long number) ? left.plus(number) : left.calculate(Operator.ADD, right);
    }

    /// The low bytes of a word, with their sign or zeros above.
    static Word extended(Word word, int bytes, boolean signed) {
        if (bytes == 8) {
            return word;
        }
        int above = 64 - 8 * bytes;
        if (word instanceof Word.Constant(long number)) {
            return Word.of(signed ? number << above >> above : number << above >>> above);
        }
        return signed
                ? word.calculate(Operator.SHIFT_LEFT, Word.of(above))
                        .calculate(Operator.SHIFT_RIGHT_SIGNED, Word.of(above))
                : word.calculate(Operator.AND, Word.of(-1L >>> above));
    }

    static Refused notUnderstood(String text) {
        return new Refused("in an operand that is not understood: " + shown(text));
    }

    /// Short, and without what terminals take for orders.
    static String shown(String text) {
        String plain = text.replaceAll("[^ -~]", "?");
        return plain.length() > 60 ? plain.substring(0, 60) + "..." : plain;
    }
}
