package dev.stet.probe.redact;

import java.util.List;
import java.util.Optional;

/// Secrets that are known by how they begin: keys in PEM, JSON web tokens, keys of well-known services, and what
/// follows `Bearer` and `Basic`.
final class Keys {
    private static final int MIN_JWT_PART = 8;
    private static final int MIN_BEARER = 6;
    private static final int LONG_BEARER = 24;
    private static final int MAX_PEM_LABEL = 40;

    /// A beginning, and how many characters follow at least.
    private record Issued(String prefix, int min) {}

    private static final List<Issued> ISSUED = List.of(
            new Issued("AKIA", 16),
            new Issued("ASIA", 16),
            new Issued("AIza", 35),
            new Issued("ghp_", 30),
            new Issued("gho_", 30),
            new Issued("ghu_", 30),
            new Issued("ghs_", 30),
            new Issued("ghr_", 30),
            new Issued("github_pat_", 30),
            new Issued("sk_live_", 16),
            new Issued("rk_live_", 16),
            new Issued("glpat-", 16),
            new Issued("xoxb-", 16),
            new Issued("xoxp-", 16));

    private Keys() {}

    /// @param at a `J`: JSON web tokens begin with `eyJ`, which is `{"` in base64 (RFC 7519)
    static Optional<Secret> jsonWebToken(CharSequence text, int at, int floor) {
        int from = at - 2;
        if (from < floor || !Scan.has(text, from, "eyJ") || Scan.isBase64(Scan.at(text, from - 1))) {
            return Optional.empty();
        }
        int end = Scan.base64End(text, at);
        boolean whole = end < text.length();
        if (end - from < MIN_JWT_PART || (whole && text.charAt(end) != '.')) {
            return Optional.empty();
        }
        for (int part = 0; part < 2 && Scan.at(text, end) == '.'; part++) {
            end = Scan.base64End(text, end + 1);
        }
        return Optional.of(new Secret(from, end, "token"));
    }

    /// @param at where a prefix has a character that is rare in other text: `A`, `_`, `-`
    static Optional<Secret> issued(CharSequence text, int at, int floor) {
        if (!mayBeIssued(text, at)) {
            return Optional.empty();
        }
        for (Issued issued : ISSUED) {
            int from = text.charAt(at) == 'A' ? at : at + 1 - issued.prefix.length();
            if (from >= floor && Scan.has(text, from, issued.prefix) && !Scan.isWord(Scan.at(text, from - 1))) {
                int end = Scan.base64End(text, from + issued.prefix.length());
                if (end - from - issued.prefix.length() >= issued.min) {
                    return Optional.of(new Secret(from, end, "api key"));
                }
            }
        }
        return Optional.empty();
    }

    /// Do the neighbours fit any of them?
    private static boolean mayBeIssued(CharSequence text, int at) {
        char two = Scan.at(text, at - 2);
        return switch (text.charAt(at)) {
            case 'A' -> "KSI".indexOf(Scan.at(text, at + 1)) >= 0;
            case '_' -> two == 'h' || two == 'a' || two == 'v';
            default -> two == 'a' || two == 'x';
        };
    }

    /// @param at a `B`
    static Optional<Secret> privateKey(CharSequence text, int at, int floor) {
        if (!Scan.has(text, at, "BEGIN ") || at - 5 < floor || !Scan.has(text, at - 5, "-----")) {
            return Optional.empty();
        }
        for (int label = at; label < at + MAX_PEM_LABEL; label++) {
            if (Scan.has(text, label, "PRIVATE KEY")) {
                return Optional.of(new Secret(at - 5, pemEnd(text, label), "private key"));
            }
            if (Scan.at(text, label) == '-') {
                break;
            }
        }
        return Optional.empty();
    }

    /// After the line that ends it; or the end of the text.
    private static int pemEnd(CharSequence text, int from) {
        for (int at = from; at < text.length(); at++) {
            if (text.charAt(at) == 'E' && Scan.has(text, at, "END ") && Scan.has(text, at - 5, "-----")) {
                int end = at;
                while (end < text.length() && end < at + MAX_PEM_LABEL && text.charAt(end) != '-') {
                    end++;
                }
                return Scan.has(text, end, "-----") ? end + 5 : end;
            }
        }
        return text.length();
    }

    /// What follows `Bearer` or `Basic`.
    ///
    /// @param at a `B` or `b`
    static Optional<Secret> scheme(CharSequence text, int at) {
        char next = Scan.at(text, at + 1);
        boolean may = next == 'e' || next == 'a' || next == 'E' || next == 'A';
        if (!may || Scan.isWord(Scan.at(text, at - 1))) {
            return Optional.empty();
        }
        if (Scan.hasIgnoringCase(text, at, "bearer ")) {
            return bearer(text, at + 7);
        }
        return Scan.hasIgnoringCase(text, at, "basic ") ? basic(text, at + 6) : Optional.empty();
    }

    /// A token has a digit or is long; the English word is followed by others.
    private static Optional<Secret> bearer(CharSequence text, int from) {
        int end = from;
        while (end < text.length() && isToken(text.charAt(end))) {
            end++;
        }
        boolean is = end - from >= LONG_BEARER || (end - from >= MIN_BEARER && Scan.anyDigit(text, from, end));
        return is ? Optional.of(new Secret(from, end, "token")) : Optional.empty();
    }

    /// token68 of RFC 9110, section 11.2.
    private static boolean isToken(char c) {
        return Scan.isBase64(c) || c == '.' || c == '~' || c == '=';
    }

    /// Base64 of a name, a colon and a password (RFC 7617); `basic` is a word of English, too.
    private static Optional<Secret> basic(CharSequence text, int from) {
        int end = Scan.base64End(text, from);
        boolean colon = false;
        int bits = 0;
        int held = 0;
        for (int at = from; at < end; at++) {
            bits = ((bits << 6) | sixBits(text.charAt(at))) & 0xffff;
            held += 6;
            if (held >= 8) {
                held -= 8;
                int decoded = (bits >> held) & 0xff;
                if (decoded < ' ') {
                    return Optional.empty();
                }
                colon |= decoded == ':';
            }
        }
        while (Scan.at(text, end) == '=') {
            end++;
        }
        return colon ? Optional.of(new Secret(from, end, "password")) : Optional.empty();
    }

    private static int sixBits(char c) {
        if (c >= 'A' && c <= 'Z') {
            return c - 'A';
        }
        if (c >= 'a' && c <= 'z') {
            return c - 'a' + 26;
        }
        if (Scan.isDigit(c)) {
            return c - '0' + 52;
        }
        return c == '+' || c == '-' ? 62 : 63;
    }
}
