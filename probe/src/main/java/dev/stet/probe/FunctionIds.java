package dev.stet.probe;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Numbers for what a cookie names. The same function of the same file under the same probe has one number
/// for ever, so that processes which come and go do not use numbers up.
final class FunctionIds {
    private final int maxText;
    private final Map<Key, Integer> ids = new HashMap<>();
    private final List<Traced> traced = new ArrayList<>();

    /// @param maxText bytes of a text that are taken
    FunctionIds(int maxText) {
        this.maxText = maxText;
    }

    private record Key(AttachPoint point, String path) {}

    /// @param decoder of the records that carry the number
    record Traced(AttachPoint point, CallDecoder decoder) {}

    synchronized int idOf(AttachPoint point, String path) {
        return ids.computeIfAbsent(new Key(point, path), _ -> {
            Layout layout = new Layout(point.convention(), point.probe(), maxText);
            traced.add(new Traced(point, new CallDecoder(layout, point)));
            return traced.size() - 1;
        });
    }

    synchronized Traced byId(int id) {
        return traced.get(id);
    }
}
