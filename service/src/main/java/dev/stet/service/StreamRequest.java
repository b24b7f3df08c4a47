package dev.stet.service;

import java.util.Set;

/// What of the stream of calls and events somebody wants.
///
/// @param types `call`, `verdict`, `log` and so on (docs/json.md); empty: all but `log`, which says the
///     same in words
/// @param where which of these
public record StreamRequest(Set<String> types, EventFilter where) {
    public StreamRequest {
        types = Set.copyOf(types);
    }

    boolean type(String type) {
        return types.isEmpty() ? !type.equals("log") : types.contains(type);
    }
}
