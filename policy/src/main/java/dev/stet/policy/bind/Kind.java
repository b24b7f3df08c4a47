package dev.stet.policy.bind;

import dev.stet.policy.yaml.Shape;
import dev.stet.policy.yaml.YamlNode;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What a document is about.
public enum Kind {
    PROBE_EXEMPTION("ProbeExemption"),
    PROBE_TIER("ProbeTier"),
    PROBE_SETTINGS("ProbeSettings"),
    POLICY_TEST("PolicyTest");

    static final Shape DOCUMENT = Shape.of("apiVersion", "kind", "metadata", "spec");
    static final String API_VERSION = "stet.dev/v1alpha1";

    private static final Map<String, Kind> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Kind::toString, Function.identity()));

    private final String text;

    Kind(String text) {
        this.text = text;
    }

    /// The kind of a document; empty if it is of another kind or version, of which nothing more is said: its
    /// fields are not ours.
    ///
    /// @param top with the fields of [#DOCUMENT]
    static Optional<Kind> of(YamlNode top) {
        boolean version = top.required("apiVersion")
                .choice(Map.of(API_VERSION, API_VERSION))
                .isPresent();
        Optional<Kind> kind = top.required("kind").choice(BY_NAME);
        return kind.filter(_ -> version);
    }

    /// As documents spell it: `ProbeExemption`.
    @Override
    public String toString() {
        return text;
    }
}
