package dev.stet.probe;

import dev.stet.probe.compile.Take;
import dev.stet.probe.resolve.Resolved;
import dev.stet.probe.resolve.Shape;
import dev.stet.probe.resolve.Shown;
import java.util.List;

/// Leaves out the contents of calls: text, bytes and whatever else is more than a number. They are not even
/// read.
final class Payload {
    private static final Shape WITHHELD = new Shape.Withheld("exempt: payload");

    private Payload() {}

    /// The same without contents. Numbers stay, and what is missing anyway.
    static Resolved without(Resolved resolved) {
        return new Resolved(
                without(resolved.atEntry()),
                without(resolved.atReturn()),
                resolved.saved(),
                resolved.entryFilter(),
                resolved.exitFilter());
    }

    private static List<Shown> without(List<Shown> shown) {
        return shown.stream()
                .map(each -> isContent(each) ? new Shown(each.name(), List.of(), WITHHELD) : each)
                .toList();
    }

    private static boolean isContent(Shown shown) {
        return shown.takes().stream().anyMatch(take -> !(take instanceof Take.Number));
    }
}
