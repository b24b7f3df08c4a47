package dev.stet.policy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// The JSON Schema of a kind of document.
public enum PolicySchema {
    EXEMPTION("ProbeExemption", "exemption"),
    TIER("ProbeTier", "tier"),
    SETTINGS("ProbeSettings", "settings"),
    TEST("PolicyTest", "policy-test");

    private final String kind;
    private final String file;

    PolicySchema(String kind, String file) {
        this.kind = kind;
        this.file = file + ".schema.json";
    }

    /// The kind as documents spell it: `ProbeExemption`.
    public String kind() {
        return kind;
    }

    /// Those that there are, as documents spell them.
    public static List<String> kinds() {
        return Stream.of(values()).map(PolicySchema::kind).toList();
    }

    /// That of a kind, in any case and with or without its `Probe`.
    public static Optional<PolicySchema> find(String kind) {
        String wanted = bare(kind);
        return Stream.of(values())
                .filter(each -> bare(each.kind).equals(wanted))
                .findFirst();
    }

    private static String bare(String kind) {
        String lower = kind.toLowerCase(Locale.ROOT);
        return lower.startsWith("probe") ? lower.substring("probe".length()) : lower;
    }

    /// The schema, as it is published.
    public String text() {
        try (InputStream in = PolicySchema.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is not in this build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(file, e);
        }
    }
}
