package dev.stet.probe;

import dev.stet.probe.redact.Names;
import dev.stet.probe.redact.SafeValues;
import java.util.List;
import java.util.Optional;

/// Takes what is private out of values: by name, by type, and by patterns within texts and bytes;
/// docs/private-data.md has the rules. What is taken out is seen to be: a whole value becomes
/// [Value.Withheld], a part of a text `<redacted: card number>`. Safe for several threads.
public final class Redaction {
    /// By the rules that Stet comes with.
    public static final Redaction DEFAULT = of(List.of(), List.of());

    /// Nothing is taken out.
    public static final Redaction NONE = new Redaction(Optional.empty());

    private final Optional<SafeValues> rules;

    private Redaction(Optional<SafeValues> rules) {
        this.rules = rules;
    }

    /// The default rules, changed.
    ///
    /// @param moreNames names that are private as well, alone or as words of a longer name: `iban`
    /// @param exceptNames names that are not, as a whole: `session`
    public static Redaction of(List<String> moreNames, List<String> exceptNames) {
        return new Redaction(Optional.of(new SafeValues(new Names(moreNames, exceptNames))));
    }

    /// The same values without what is private; the list itself if nothing of it is.
    public List<NamedValue> apply(List<NamedValue> values) {
        return rules.isEmpty() ? values : rules.get().values(values).orElse(values);
    }
}
