package dev.stet.policy.bind;

import dev.stet.facts.Glob;
import dev.stet.policy.Aspect;
import dev.stet.policy.yaml.Shape;
import dev.stet.policy.yaml.YamlNode;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Makes aspects of a list: `[returns, {pack: sqlite}]`.
final class AspectBinder {
    static final Shape NAMED = Shape.of("pack", "function", "library");

    private static final Map<String, Aspect> WORDS =
            Arrays.stream(Aspect.Kind.values()).collect(Collectors.toMap(Aspect.Kind::toString, Function.identity()));

    private AspectBinder() {}

    /// Those of the list that are aspects; empty if the list is missing.
    static Set<Aspect> bind(YamlNode node) {
        Set<Aspect> aspects = new LinkedHashSet<>();
        for (YamlNode item : node.items("aspects")) {
            (item.isMapping() ? named(item) : item.choice(WORDS)).ifPresent(aspects::add);
        }
        return aspects;
    }

    private static Optional<Aspect> named(YamlNode item) {
        YamlNode aspect = item.fields(NAMED);
        if (aspect.names().size() != 1) {
            item.report("needs one of pack, function and library");
            return Optional.empty();
        }
        Optional<Aspect> pack = name(aspect.optional("pack"), false).map(Aspect.Pack::new);
        Optional<Aspect> function = name(aspect.optional("function"), false).map(Aspect.Function::new);
        Optional<Aspect> library = name(aspect.optional("library"), true).map(Aspect.Library::new);
        return pack.or(() -> function).or(() -> library);
    }

    private static Optional<Glob> name(YamlNode node, boolean ofFile) {
        if (node.text().isEmpty()) {
            return Optional.empty();
        }
        List<Glob> globs = ofFile ? Patterns.fileNames(node) : Patterns.names(node);
        return globs.stream().findFirst();
    }
}
