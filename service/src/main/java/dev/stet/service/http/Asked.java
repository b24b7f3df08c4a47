package dev.stet.service.http;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A request, without its wire.
///
/// @param path below `/v1`, in its parts: `processes`, `4711`
/// @param query parameters; of one that is there twice, the first
/// @param accept the header; empty if it is not there
/// @param body empty if there is none
public record Asked(
        String method, List<String> path, Map<String, String> query, String accept, String body, Caller caller) {
    public Asked {
        path = List.copyOf(path);
        query = Map.copyOf(query);
    }

    public Optional<String> parameter(String name) {
        return Optional.ofNullable(query.get(name));
    }

    /// `GET processes *`: for a route that takes anything in place of a star.
    public boolean is(String wanted, String... parts) {
        if (!method.equals(wanted) || parts.length != path.size()) {
            return false;
        }
        for (int i = 0; i < parts.length; i++) {
            if (!parts[i].equals("*") && !parts[i].equals(path.get(i))) {
                return false;
            }
        }
        return true;
    }
}
