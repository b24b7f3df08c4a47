package dev.stet.probe.decode;

import dev.stet.probe.Value;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The first line of an HTTP/1 message (RFC 9112 sections 3 and 4). What is none gives nothing, for most
/// bytes that a program writes are none. Queries and passwords are left out: they are private.
final class HttpLines {
    /// Methods that are believed although the line's end is not there to prove it.
    private static final Set<String> METHODS = Set.of(
            "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "PROPFIND", "REPORT");

    private static final int MAX_METHOD = 20;

    private HttpLines() {}

    /// @return [Value.Nil] if it is none
    static Value of(TakenBytes.Region region) {
        String start = new String(region.copy(), StandardCharsets.ISO_8859_1);
        int end = start.indexOf('\n');
        boolean cut = end < 0;
        if (cut && region.full() == region.size()) {
            return new Value.Nil();
        }
        String line = withoutReturn(cut ? start : start.substring(0, end));
        return status(line).or(() -> request(line, cut)).orElseGet(Value.Nil::new);
    }

    private static String withoutReturn(String line) {
        return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    }

    /// `HTTP/1.1 200 OK`; a status is complete also where the line is cut.
    private static Optional<Value> status(String line) {
        boolean is = isVersion(line) && line.length() >= 12 && line.charAt(8) == ' ';
        if (!is || (line.length() > 12 && line.charAt(12) != ' ')) {
            return Optional.empty();
        }
        int status = 0;
        for (int i = 9; i < 12; i++) {
            char digit = line.charAt(i);
            if (digit < '0' || digit > '9') {
                return Optional.empty();
            }
            status = (status * 10) + (digit - '0');
        }
        String reason = line.length() > 13 ? line.substring(13) : "";
        if (status < 100 || !reason.chars().allMatch(c -> c == '\t' || (c >= ' ' && c != 0x7f))) {
            return Optional.empty();
        }
        return Optional.of(fields("status", new Value.Unsigned(status), "reason", Texts.of(reason)));
    }

    private static boolean isVersion(String text) {
        return text.startsWith("HTTP/1.1") || text.startsWith("HTTP/1.0");
    }

    private static Optional<Value> request(String line, boolean cut) {
        int space = line.indexOf(' ');
        if (space < 1 || space > MAX_METHOD) {
            return Optional.empty();
        }
        String method = line.substring(0, space);
        int end = line.indexOf(' ', space + 1);
        boolean ended = end > 0 && isVersion(line.substring(end + 1)) && line.length() == end + 9;
        boolean open = cut && METHODS.contains(method) && (end < 0 || "HTTP/1.1".startsWith(line.substring(end + 1)));
        String target = line.substring(space + 1, end < 0 ? line.length() : end);
        boolean good = method.chars().allMatch(c -> (c >= 'A' && c <= 'Z') || c == '-' || c == '_')
                && target.chars().allMatch(c -> c > ' ' && c < 0x7f)
                && (!target.isEmpty() || open);
        return good && (ended || open)
                ? Optional.of(fields("method", Texts.of(method), "path", path(target, !ended && end < 0)))
                : Optional.empty();
    }

    private static Value fields(String first, Value value, String second, Value other) {
        return new Value.Fields("", List.of(new Value.Field(first, value), new Value.Field(second, other)));
    }

    /// @param cut the target goes on
    private static Value.Text path(String target, boolean cut) {
        String shown = withoutQuery(withoutUser(target));
        boolean open = cut && target.indexOf('?') < 0;
        Value.Text text = Texts.of(shown);
        return open ? new Value.Text(shown, text.takenBytes(), -1) : text;
    }

    /// A mark is left of a query.
    static String withoutQuery(String target) {
        int query = target.indexOf('?');
        int fragment = target.indexOf('#');
        String path = fragment >= 0 && (query < 0 || fragment < query) ? target.substring(0, fragment) : target;
        return query < 0 || query >= path.length() ? path : path.substring(0, query) + "?…";
    }

    /// `http://user:password@host/path`
    static String withoutUser(String target) {
        int scheme = target.indexOf("://");
        if (target.startsWith("/") || scheme < 0) {
            return target;
        }
        int path = target.indexOf('/', scheme + 3);
        String authority = target.substring(scheme + 3, path < 0 ? target.length() : path);
        int user = authority.lastIndexOf('@');
        return user < 0
                ? target
                : target.substring(0, scheme + 3)
                        + authority.substring(user + 1)
                        + (path < 0 ? "" : target.substring(path));
    }
}
