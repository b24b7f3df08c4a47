package dev.stet.binary.names;

/// Looks at names as text: where brackets match, and where `<` is an operator.
final class NameText {
    private NameText() {}

    /// Without template or generic arguments: `Vec<T>::push::<u8>` is `Vec::push`. Other brackets stay:
    /// `<A as B>::f`, `operator<`.
    static String withoutArguments(String text) {
        StringBuilder out = new StringBuilder(text.length());
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '<' && (depth > 0 || opensArguments(out))) {
                depth++;
            } else if (c == '>' && depth > 0 && text.charAt(i - 1) != '-') {
                depth--;
            } else if (depth == 0) {
                out.append(c);
            }
        }
        return unwrapped(out.toString().replace("::::", "::"));
    }

    /// `<a::S>::f`, which is how Rust v0 shows a method of `a::S`, is `a::S::f`.
    private static String unwrapped(String text) {
        int close = text.startsWith("<") ? text.indexOf(">::") : -1;
        boolean plain = close > 0
                && text.lastIndexOf('<', close) == 0
                && !text.substring(0, close).contains(" as ");
        String bare = plain ? text.substring(1, close) + text.substring(close + 1) : text;
        return bare.endsWith("::") ? bare.substring(0, bare.length() - 2) : bare;
    }

    private static boolean opensArguments(StringBuilder before) {
        int length = before.length();
        if (length == 0 || endsWith(before, "operator") || endsWith(before, "operator<")) {
            return false;
        }
        char last = before.charAt(length - 1);
        return isWord(last) || last == ']' || (last == ' ' && endsWith(before, "operator< ")) || last == ':';
    }

    private static boolean endsWith(StringBuilder text, String end) {
        return text.length() >= end.length() && text.indexOf(end, text.length() - end.length()) >= 0;
    }

    static boolean isWord(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '$';
    }

    /// Where the parameters begin; the length if there are none.
    static int parametersAt(String text) {
        int last = lastPart(text);
        int from = text.startsWith("operator()", last) ? last + 10 : last + 1;
        int angle = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            angle += c == '<' ? 1 : c == '>' && angle > 0 && text.charAt(i - 1) != '-' ? -1 : 0;
            if (c == '(' && (angle == 0 || text.startsWith("operator", last))) {
                return i;
            }
        }
        return text.length();
    }

    /// Where the last part of the path begins: behind the last `::` outside of brackets.
    static int lastPart(String text) {
        int depth = 0;
        int part = 0;
        for (int i = 0; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '(', '{', '[' -> depth++;
                case ')', '}', ']' -> depth--;
                case '<' -> depth += isOperator(text, part) ? 0 : 1;
                case '>' -> depth -= isOperator(text, part) || (i > 0 && text.charAt(i - 1) == '-') ? 0 : 1;
                case ':' -> part = depth == 0 && text.startsWith("::", i) ? i + 2 : part;
                default -> {}
            }
        }
        return Math.min(part, text.length());
    }

    private static boolean isOperator(String text, int part) {
        return text.startsWith("operator", part) && part + 8 < text.length() && !isWord(text.charAt(part + 8));
    }

    /// One spelling for all: no needless spaces, `char const*` for `const char*`, no inline namespaces of standard
    /// libraries, no ABI tags, `std::string` short.
    static String normal(String text) {
        String plain = text;
        if (plain.contains("[abi:")) {
            plain = plain.replaceAll("\\[abi:\\w*]", "");
        }
        if (plain.contains("std::__")) {
            plain = plain.replace("std::__cxx11::", "std::").replace("std::__1::", "std::");
        }
        if (plain.startsWith("const ")
                || plain.contains("(const ")
                || plain.contains(",const ")
                || plain.contains(", const ")
                || plain.contains("<const ")) {
            plain = plain.replaceAll(
                    "(^|[(,<]\\s*)const ((?:unsigned |signed |long |short ){0,3}+[\\w:]+)", "$1$2 const");
        }
        StringBuilder out = new StringBuilder(plain.length());
        for (int i = 0; i < plain.length(); i++) {
            char c = plain.charAt(i);
            boolean last = i + 1 >= plain.length();
            boolean between = !out.isEmpty() && !last && isWord(out.charAt(out.length() - 1));
            if (c != ' ' || (between && isWord(plain.charAt(i + 1)))) {
                out.append(c);
            }
        }
        return out.toString()
                .replace("std::basic_string<char,std::char_traits<char>,std::allocator<char>>", "std::string");
    }
}
