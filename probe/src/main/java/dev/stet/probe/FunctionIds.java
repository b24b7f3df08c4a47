package dev.stet.probe;

import dev.stet.probe.compile.Recording;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Numbers for what a cookie names. The same place of the same file under the same probe has one number
/// for ever, so that processes which come and go do not use numbers up.
final class FunctionIds {
    private final Map<AttachPoint, Integer> ids = new HashMap<>();
    private final List<CallDecoder> decoders = new ArrayList<>();
    private final Redaction redaction;

    FunctionIds(Redaction redaction) {
        this.redaction = redaction;
    }

    synchronized int idOf(AttachPoint point) {
        return ids.computeIfAbsent(point, _ -> {
            if (decoders.size() == Recording.MAX_FUNCTIONS) {
                throw new IllegalStateException("more than " + Recording.MAX_FUNCTIONS + " places probed by one run");
            }
            decoders.add(new CallDecoder(point, redaction));
            return decoders.size() - 1;
        });
    }

    synchronized CallDecoder byId(int id) {
        return decoders.get(id);
    }
}
