package dev.stet.service.http;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/// The network: a token in every request, and nothing that a browser would send by itself. A page of
/// somebody else's cannot use a browser here: it has no token, its `Origin` gives it away, and a name
/// that was made to point here (DNS rebinding) is not among the hosts.
final class NetworkDoor implements Door {
    private static final String BEARER = "bearer ";

    private final Tokens tokens;
    private final List<String> hosts;

    /// @param hosts by which it may be asked for, in lower case, without ports
    NetworkDoor(Tokens tokens, List<String> hosts) {
        this.tokens = tokens;
        this.hosts = hosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).toList();
    }

    @Override
    public Entry enter(Request request) {
        String host = request.getHttpURI().getHost();
        if (host == null || !hosts.contains(host.toLowerCase(Locale.ROOT))) {
            return refused(421, "wrong-host", "this is not " + host + "; its names are in api.hosts", Map.of());
        }
        if (request.getHeaders().contains(HttpHeader.ORIGIN)) {
            return refused(403, "forbidden", "not for web pages", Map.of());
        }
        String given = request.getHeaders().get(HttpHeader.AUTHORIZATION);
        Optional<Caller> caller =
                given != null && given.toLowerCase(Locale.ROOT).startsWith(BEARER)
                        ? tokens.caller(given.substring(BEARER.length()).strip())
                        : Optional.empty();
        return caller.<Entry>map(Entry.Admitted::new)
                .orElseGet(() -> refused(
                        401,
                        "unauthorized",
                        "it takes 'Authorization: Bearer TOKEN'; see stet token",
                        Map.of("WWW-Authenticate", "Bearer realm=\"stet\"")));
    }

    private static Entry refused(int status, String code, String message, Map<String, String> headers) {
        return new Entry.Refused(Answer.problem(status, code, message), headers);
    }
}
