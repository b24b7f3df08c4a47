package dev.stet.policy;

import dev.stet.policy.bind.Births;
import dev.stet.policy.bind.Reading;
import dev.stet.policy.yaml.SourceText;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Reads the files of a policy: exemptions, tiers and settings in YAML, several documents to a file if need be.
/// Documents that test a policy may lie beside them, and are left to [PolicyTests].
///
/// All the files are read, and the problems of all of them reported at once. A set with one problem gives no
/// policy. Takes time linear in the texts, whatever they are. What comes with Stet, [BuiltIn], is part of every
/// policy that is read.
///
/// What a rule's `for` counts from is its document's `creationTimestamp`, else when it was first seen, else now.
public final class PolicyReader {
    private PolicyReader() {}

    /// Without a clock: a rule with `for` and without `creationTimestamp` is a problem.
    public static ReadResult read(List<SourceText> files) {
        return read(files, new Births(_ -> Optional.empty(), Optional.empty()));
    }

    /// As if every rule were new.
    public static ReadResult read(List<SourceText> files, Instant now) {
        return read(files, _ -> Optional.empty(), now);
    }

    /// @param births when the rule of this name was first seen; empty if it is new
    public static ReadResult read(List<SourceText> files, Function<String, Optional<Instant>> births, Instant now) {
        return read(files, new Births(births, Optional.of(now)));
    }

    private static ReadResult read(List<SourceText> files, Births births) {
        List<String> builtIn =
                BuiltIn.exemptions().stream().map(Exemption::name).toList();
        Reading reading = new Reading(births, builtIn);
        reading.read(files);
        return reading.problems().isEmpty()
                ? new ReadResult.Valid(reading.policy().plus(BuiltIn.policy()), reading.warnings())
                : new ReadResult.Invalid(reading.problems());
    }
}
