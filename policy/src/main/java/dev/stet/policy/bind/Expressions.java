package dev.stet.policy.bind;

import dev.stet.policy.Clause;
import dev.stet.policy.Condition;
import dev.stet.policy.yaml.YamlNode;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Supplier;

/// Compiles `when` with the engine that the build has. It is looked for when the first expression is met, for it
/// is large.
final class Expressions {
    /// Longest expression, in characters.
    static final int MAX = 4096;

    private final Supplier<Optional<Condition.Compiler>> engines;
    private Optional<Condition.Compiler> engine = Optional.empty();

    Expressions(Supplier<Optional<Condition.Compiler>> engines) {
        this.engines = engines;
    }

    /// With what is installed.
    static Expressions installed() {
        return new Expressions(() -> ServiceLoader.load(Condition.Compiler.class, Condition.class.getClassLoader())
                .findFirst());
    }

    Optional<Clause> bind(YamlNode node) {
        if (!node.isPresent()) {
            return Optional.empty();
        }
        engine = engine.or(engines);
        if (engine.isEmpty()) {
            node.reportKey("this build has no expression engine, so 'when' cannot be used");
            return Optional.empty();
        }
        return node.parsed("an expression", text -> compile(engine.get(), text)).map(Clause.When::new);
    }

    private static Condition compile(Condition.Compiler engine, String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("it is blank");
        }
        if (text.length() > MAX) {
            throw new IllegalArgumentException("longer than " + MAX + " characters");
        }
        return engine.compile(text);
    }
}
