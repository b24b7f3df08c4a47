package dev.stet.policy.bind;

import dev.stet.policy.yaml.YamlNode;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/// When rules began: what `for` counts from.
///
/// @param firstSeen when Stet first saw the rule of this name, if it has
/// @param now for rules of which that is not known; empty if there is no clock
public record Births(Function<String, Optional<Instant>> firstSeen, Optional<Instant> now) {
    /// By what the document says of it, else by when Stet first saw it, else now; reported if none of that is known,
    /// for a rule that says how long it lasts must never last for ever.
    Optional<Instant> of(Header header, YamlNode length) {
        if (header.name().isEmpty()) {
            return Optional.empty(); // reported
        }
        Optional<Instant> birth =
                header.created().or(() -> firstSeen.apply(header.name().get())).or(() -> now);
        if (birth.isEmpty()) {
            length.reportKey("'for' counts from metadata.creationTimestamp, which is missing, or from when Stet first"
                    + " saw the rule, which is not known here");
        }
        return birth;
    }
}
