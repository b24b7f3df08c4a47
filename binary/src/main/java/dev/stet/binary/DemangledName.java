package dev.stet.binary;

import java.util.regex.Pattern;

/// Takes demangled names of C++ and Rust apart, as far as it takes to compare them with what people write.
final class DemangledName {
    /// Worse than all ranks of names that match.
    static final int NO_MATCH = 3;

    private static final String OPERATOR = "operator";
    private static final String ANONYMOUS = "(anonymous namespace)";

    /// `::h` and 16 hex digits, which rustc adds to its old names.
    private static final int RUST_HASH = 19;

    /// What GCC adds where a `std::string` is returned (Itanium C++ ABI 5.1.3 `<abi-tag>`), and nobody writes.
    private static final Pattern ABI_TAG = Pattern.compile("\\[abi:[^]]*]");

    private DemangledName() {}

    /// How well a demangled name is met by what somebody wrote.
    ///
    /// @return 0 exactly, 1 but for parameters, return type and ABI tags, 2 but for template arguments at the end,
    too
    static int rank(String demangled, String wanted) {
        String name = withoutHash(demangled);
        if (name.equals(wanted) || demangled.equals(wanted)) {
            return 0;
        }
        String tagged = withoutParameters(name);
        String plain = ABI_TAG.matcher(tagged).replaceAll("");
        if (tagged.equals(wanted) || plain.equals(wanted)) {
            return 1;
        }
        return withoutArguments(plain).equals(wanted) ? 2 : NO_MATCH;
    }

    private static String withoutHash(String name) {
        int at = name.length() - RUST_HASH;
        if (at <= 0 || !name.startsWith("::h", at)) {
            return name;
        }
        for (int i = at + 3; i < name.length(); i++) {
            if (Character.digit(name.charAt(i), 16) < 0) {
                return name;
            }
        }
        return name.substring(0, at);
    }

    /// `void ns::f<int>(int)` becomes `ns::f<int>`.
    static String withoutParameters(String name) {
        int depth = 0;
        int start = 0;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '<' || c == '[' || c == '{') {
                depth++;
            } else if ((c == '>' && (i == 0 || name.charAt(i - 1) != '-')) || c == ']' || c == '}') {
                depth--;
            } else if (depth == 0 && name.startsWith(OPERATOR, i) && isWord(name, i, OPERATOR.length())) {
                return name.substring(start, operatorEnd(name, i + OPERATOR.length()));
            } else if (depth == 0 && name.startsWith(ANONYMOUS, i)) {
                i += ANONYMOUS.length() - 1;
            } else if (depth == 0 && c == '(') {
                return name.substring(start, i);
            } else if (depth == 0 && c == ' ') {
                start = i + 1;
            }
        }
        // Rust's `<T as Trait>::f` has no parameters, and no return type.
        return name.substring(start);
    }

    /// Behind `operator()`, `operator<<`, `operator new[]`, `operator bool`: at the parameters.
    private static int operatorEnd(String name, int from) {
        int open = name.indexOf('(', name.startsWith("()", from) ? from + 2 : from);
        return open < 0 ? name.length() : open;
    }

    private static boolean isWord(String name, int from, int length) {
        boolean begins = from == 0 || !Character.isJavaIdentifierPart(name.charAt(from - 1));
        int end = from + length;
        return begins && (end >= name.length() || !Character.isJavaIdentifierPart(name.charAt(end)));
    }

    /// `ns::f<int>` becomes `ns::f`.
    private static String withoutArguments(String name) {
        if (!name.endsWith(">")) {
            return name;
        }
        int depth = 0;
        for (int i = name.length() - 1; i > 0; i--) {
            char c = name.charAt(i);
            depth += c == '>' ? 1 : c == '<' ? -1 : 0;
            if (depth == 0) {
                return name.substring(0, i);
            }
        }
        return name;
    }

    /// The last identifier of the path, which mangled names hold, too: `f` of `ns::f<int>(int)`, `C` of
    /// `C::operator+`.
    ///
    /// @return empty if there is none
    static String identifier(String name) {
        String path = withoutParameters(name);
        String last = "";
        int depth = 0;
        int begin = 0;
        for (int i = 0; i <= path.length(); i++) {
            char c = i < path.length() ? path.charAt(i) : ':';
            if (depth == 0 && !Character.isJavaIdentifierPart(c)) {
                String word = path.substring(begin, i);
                last = word.isEmpty() || word.equals(OPERATOR) || Character.isDigit(word.charAt(0)) ? last : word;
                if (word.equals(OPERATOR)) {
                    return last;
                }
            }
            depth += c == '<' || c == '{' || c == '(' ? 1 : c == '>' || c == '}' || c == ')' ? -1 : 0;
            begin = Character.isJavaIdentifierPart(c) ? begin : i + 1;
        }
        return last;
    }
}
