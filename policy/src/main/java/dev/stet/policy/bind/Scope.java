package dev.stet.policy.bind;

import dev.stet.policy.yaml.YamlNode;
import java.util.function.Consumer;

/// What stands around a match.
///
/// @param ofTier it says which processes are of a tier, so it must not ask for the tier
/// @param tierNames told where a tier's name stands
/// @param expressions compiles them
record Scope(boolean ofTier, Consumer<YamlNode> tierNames, Expressions expressions) {}
