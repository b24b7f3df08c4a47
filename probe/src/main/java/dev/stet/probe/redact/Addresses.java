package dev.stet.probe.redact;

import java.util.Optional;

/// Passwords in addresses: `postgres://user:password@host`, and `user:password@tcp(host)` of Go's MySQL driver.
final class Addresses {
    /// A longer password is not looked for backwards.
    private static final int MAX_BACK = 128;

    private Addresses() {}

    /// @param at the `:` of a `://`
    static Optional<Secret> withScheme(CharSequence text, int at) {
        if (!Scan.has(text, at + 1, "//")) {
            return Optional.empty();
        }
        int colon = -1;
        int host = -1;
        int end = at + 3;
        for (; end < text.length() && !endsAuthority(text.charAt(end)); end++) {
            if (text.charAt(end) == ':' && colon < 0) {
                colon = end;
            } else if (text.charAt(end) == '@') {
                host = end;
            }
        }
        boolean cut = host < 0 && end == text.length() && colon >= 0 && !isPort(text, colon + 1);
        int to = cut ? end : host;
        return colon >= 0 && to > colon + 1 && !Scan.has(text, colon + 1, "<redacted: ")
                ? Optional.of(new Secret(colon + 1, to, "password"))
                : Optional.empty();
    }

    private static boolean endsAuthority(char c) {
        return c == '/' || c == '?' || c == '#' || Scan.isEnd(c) || Scan.isQuote(c);
    }

    /// What ends with the text may be the beginning of a password, or a port.
    private static boolean isPort(CharSequence text, int from) {
        for (int at = from; at < text.length(); at++) {
            if (!Scan.isDigit(text.charAt(at)) && text.charAt(at) != ',') {
                return false;
            }
        }
        return true;
    }

    /// @param at an `@`
    static Optional<Secret> withProtocol(CharSequence text, int at, int floor) {
        if (!Scan.has(text, at + 1, "tcp(") && !Scan.has(text, at + 1, "unix(")) {
            return Optional.empty();
        }
        int colon = -1;
        for (int from = at; from > floor && at - from < MAX_BACK; from--) {
            char c = text.charAt(from - 1);
            if (Scan.isEnd(c) || Scan.isQuote(c) || c == '(') {
                break;
            }
            colon = c == ':' ? from - 1 : colon;
        }
        return colon >= 0 && at > colon + 1 ? Optional.of(new Secret(colon + 1, at, "password")) : Optional.empty();
    }
}
