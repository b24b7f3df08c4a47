package dev.stet.policy.bind;

import dev.stet.policy.Settings;
import dev.stet.policy.yaml.Shape;
import dev.stet.policy.yaml.YamlNode;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Makes settings of a document of kind `ProbeSettings`.
final class SettingsBinder {
    static final Shape SPEC = Shape.of("selfExemption", "lift");

    private final Map<String, String> builtIn;

    /// @param builtIn names of the exemptions that come with Stet
    SettingsBinder(Collection<String> builtIn) {
        this.builtIn = builtIn.stream().collect(Collectors.toMap(Function.identity(), Function.identity()));
    }

    /// @param fields the document's `spec`
    Settings bind(YamlNode fields) {
        YamlNode spec = fields.fields(SPEC);
        if (spec.isPresent() && spec.names().isEmpty()) {
            spec.report("says nothing: it needs selfExemption or lift");
        }
        boolean selfExemption = spec.optional("selfExemption").bool().orElse(true);
        Set<String> lifted = new HashSet<>();
        spec.optional("lift")
                .items("names")
                .forEach(item -> item.choice(builtIn).ifPresent(lifted::add));
        return new Settings(selfExemption, lifted);
    }
}
