package dev.stet.binary;

import dev.stet.facts.Function;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// A function of which a binary has several, for processors of several kinds. A resolver picks one when the
/// program starts; the others never run.
///
/// @param name that callers use: `memcpy`
/// @param resolvers which run once, to pick: one for each version
/// @param candidates by their names, of which one runs: `__memcpy_avx_unaligned_erms`. Empty if the binary has
///     lost their names, which are in `.symtab` only
public record RunTimeChoice(String name, List<Function> resolvers, List<Function> candidates) {
    /// How glibc and compilers mark what is for some processors only: `__strlen_avx2`, `__memcpy_a64fx`,
    /// `f.avx2.0`, `f.default.1`, `f._Mneon`.
    private static final Pattern PROCESSOR =
            Pattern.compile("(_|\\.(_M)?)(avx|sse|ssse|erms|evex|fma|bmi|popcnt|aes|pclmul"
                    + "|generic|default|arch_|x86_64|i[3-6]86|c$|ia32|neon|asimd|sve|mops|mte|a64fx|thunderx|falkor|kunpeng|nosimd"
                    + "|memcpy|emag|oryon|crc|lse|rng|dotprod|fp16|cx16|rdrand|sha|vaes|gfni|amx).*");

    public RunTimeChoice {
        resolvers = List.copyOf(resolvers);
        candidates = List.copyOf(candidates);
    }

    static Optional<RunTimeChoice> find(FunctionTable table, String name) throws BinaryException {
        List<Function> resolvers = new ArrayList<>();
        for (FunctionSymbol symbol : table.symbolsNamed(name)) {
            if (symbol.kind() == FunctionKind.RESOLVER) {
                resolvers.add(symbol.function());
            }
        }
        if (resolvers.isEmpty()) {
            return Optional.empty();
        }
        String base = resolvers.getFirst().name();
        List<Function> candidates = table.matching(other -> isCandidate(other, base));
        return Optional.of(new RunTimeChoice(base, resolvers, candidates));
    }

    /// Is this `base` with underscores before it and the name of a processor behind it?
    static boolean isCandidate(String other, String base) {
        int at = 0;
        while (at < other.length() && other.charAt(at) == '_' && !other.startsWith(base, at)) {
            at++;
        }
        return other.startsWith(base, at)
                && PROCESSOR.matcher(other.substring(at + base.length())).matches();
    }
}
