package dev.stet.policy;

import dev.stet.policy.bind.Births;
import dev.stet.policy.bind.Reading;
import dev.stet.policy.yaml.SourceText;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// The exemptions that come with Stet: an ordinary document, part of every policy. Each can be lifted by name with
/// [Settings].
public final class BuiltIn {
    private static final Policy POLICY = bind();

    private BuiltIn() {}

    /// The policy of a machine on which nobody has written anything.
    public static Policy policy() {
        return POLICY;
    }

    /// By name.
    public static List<Exemption> exemptions() {
        return POLICY.exemptions();
    }

    /// The document.
    public static String text() {
        try (InputStream in = BuiltIn.class.getResourceAsStream("built-in.yaml")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static Policy bind() {
        Reading reading = new Reading(new Births(_ -> Optional.empty(), Optional.empty()), List.of());
        reading.read(List.of(new SourceText(Exemption.BUILT_IN, text())));
        if (!reading.problems().isEmpty()) {
            throw new AssertionError(reading.problems());
        }
        return reading.policy();
    }
}
