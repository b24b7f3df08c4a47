package dev.stet.binary.names;

/// Rust's older names: a C++ name of nested words, the last of which is a hash
/// (rustc: `compiler/rustc_symbol_mangling/src/legacy.rs`).
final class RustLegacy {
    private static final int HASH_CHARS = 17;

    private RustLegacy() {}

    /// Whether it ends like one: `17h`, 16 hexadecimal digits, `E`, and perhaps what LLVM appended. Cheap.
    static boolean looksLike(String mangled, int from) {
        int hash = mangled.lastIndexOf("17h");
        if (hash < from || !mangled.startsWith("_ZN", from) || mangled.length() < hash + 20) {
            return false;
        }
        for (int i = hash + 3; i < hash + 19; i++) {
            char c = mangled.charAt(i);
            if (!Cursor.isDigit(c) && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return mangled.charAt(hash + 19) == 'E' && (mangled.length() == hash + 20 || mangled.charAt(hash + 20) == '.');
    }

    static String demangle(String mangled, int from) throws Undecodable {
        Printer out = new Printer(true);
        Cursor in = new Cursor(mangled, from + 3, mangled.length());
        boolean first = true;
        while (!in.take('E')) {
            String word = in.text(in.number());
            if (in.peek() == 'E' && word.length() == HASH_CHARS && word.charAt(0) == 'h') {
                continue;
            }
            if (!first) {
                out.add("::");
            }
            first = false;
            unescape(word, out);
        }
        return out.add(suffix(in.text(in.left()))).toString();
    }

    /// What stands behind a Rust name: LLVM's unique numbers are dropped, the rest is kept.
    static String suffix(String text) throws Undecodable {
        if (!text.isEmpty() && text.charAt(0) != '.') {
            throw Undecodable.name();
        }
        int llvm = text.indexOf(".llvm.");
        return llvm >= 0 ? text.substring(0, llvm) : text;
    }

    private static void unescape(String word, Printer out) throws Undecodable {
        int at = word.startsWith("_$") ? 1 : 0;
        while (at < word.length()) {
            char c = word.charAt(at);
            int close = c == '$' ? word.indexOf('$', at + 1) : -1;
            if (close > 0) {
                out.add(escaped(word.substring(at + 1, close)));
                at = close + 1;
            } else if (word.startsWith("..", at)) {
                out.add("::");
                at += 2;
            } else {
                out.add(c);
                at++;
            }
        }
    }

    private static String escaped(String code) throws Undecodable {
        return switch (code) {
            case "SP" -> "@";
            case "BP" -> "*";
            case "RF" -> "&";
            case "LT" -> "<";
            case "GT" -> ">";
            case "LP" -> "(";
            case "RP" -> ")";
            case "C" -> ",";
            default -> character(code);
        };
    }

    /// `u7b`: a character by its number.
    private static String character(String code) throws Undecodable {
        if (code.length() < 2 || code.length() > 7 || code.charAt(0) != 'u') {
            throw Undecodable.name();
        }
        int point = 0;
        for (int i = 1; i < code.length(); i++) {
            int digit = Character.digit(code.charAt(i), 16);
            if (digit < 0) {
                throw Undecodable.name();
            }
            point = point * 16 + digit;
        }
        if (!Character.isValidCodePoint(point)
                || Character.isISOControl(point)
                || (point >= 0xd800 && point < 0xe000)) {
            throw Undecodable.name();
        }
        return Character.toString(point);
    }
}
