package dev.stet.binary.names;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A function's name as somebody typed it, to be looked for among many mangled ones.
///
/// It is found as the mangled name itself, with parameters, without them, and without template arguments. Spaces,
/// `const char*` for `char const*`, ABI tags and inline namespaces of standard libraries make no difference.
public final class Wanted {
    /// Nobody types more; the search in the whole name is quadratic on hostile ones.
    private static final int MAX_TYPED_CHARS = 4096;

    private final String typed;
    private final String normal;

    /// One of these occurs in each mangled name that can match; none: all must be read.
    private final List<byte[]> needles;

    private Wanted(String typed, String normal, List<byte[]> needles) {
        this.typed = typed;
        this.normal = normal;
        this.needles = needles;
    }

    public static Wanted of(String typed) {
        List<byte[]> needles = new ArrayList<>();
        for (String needle : needles(typed.strip())) {
            needles.add(needle.getBytes(StandardCharsets.UTF_8));
        }
        return new Wanted(typed, NameText.normal(typed.strip()), needles);
    }

    /// The last word of a name is in its mangled form as it is, with its length before it.
    private static List<String> needles(String typed) {
        int last = NameText.lastPart(typed);
        String part = typed.substring(last, NameText.parametersAt(typed));
        if (part.startsWith("operator")) {
            return Operators.codes(NameText.withoutArguments(part).strip());
        }
        String word = NameText.withoutArguments(part).strip();
        int abi = word.indexOf("[abi:");
        word = abi > 0 ? word.substring(0, abi) : word;
        word = word.startsWith("~") ? word.substring(1) : word;
        if (!word.matches("[A-Za-z]\\w*")) {
            return List.of();
        }
        List<String> needles = new ArrayList<>(List.of(word.length() + word));
        if (word.startsWith("basic_") || word.equals("string") || word.equals("allocator")) {
            needles.addAll(List.of("NSa", "NSb", "NSs", "NSi", "NSo", "NSd", "NKSs", "NKSb"));
        }
        return needles;
    }

    public boolean matches(String mangled) {
        if (mangled.equals(typed)) {
            return true;
        }
        if (!Demangler.looksMangled(mangled)) {
            return false;
        }
        byte[] bytes = mangled.getBytes(StandardCharsets.UTF_8);
        return mayMatch(bytes, 0, bytes.length) && meansSame(mangled);
    }

    /// A cheap look at a mangled name among many: false if it cannot match. Names that are not mangled are the
    /// caller's to compare.
    ///
    /// @param at where the name begins
    /// @param length in bytes
    public boolean mayMatch(byte[] names, int at, int length) {
        if (length < 3 || names[at] != '_' || needles.isEmpty()) {
            return length >= 3 && names[at] == '_';
        }
        for (byte[] needle : needles) {
            if (contains(names, at, at + length, needle)) {
                return true;
            }
        }
        return false;
    }

    private static boolean contains(byte[] text, int from, int end, byte[] needle) {
        byte first = needle[0];
        for (int at = from; at <= end - needle.length; at++) {
            if (text[at] != first) {
                continue;
            }
            int same = 1;
            while (same < needle.length && text[at + same] == needle[same]) {
                same++;
            }
            if (same == needle.length) {
                return true;
            }
        }
        return false;
    }

    private boolean meansSame(String mangled) {
        Optional<Demangler.Decoded> decoded = Demangler.decoded(mangled);
        if (decoded.isEmpty()) {
            return false;
        }
        Demangler.Decoded name = decoded.get();
        return same(name.print(false, false))
                || same(name.print(false, true))
                || same(name.print(true, true))
                || same(withoutReturnType(name));
    }

    /// People type `f<int>(int)` for what the name shows as `void f<int>(int)`.
    private static String withoutReturnType(Demangler.Decoded name) {
        String whole = name.print(true, true);
        String bare = name.print(false, true);
        if (whole == null || bare == null || whole.length() > MAX_TYPED_CHARS) {
            return null;
        }
        int at = whole.indexOf(bare + "(");
        return at < 0 ? null : whole.substring(at);
    }

    private boolean same(String printed) {
        return printed != null
                && (printed.equals(typed) || NameText.normal(printed).equals(normal));
    }
}
