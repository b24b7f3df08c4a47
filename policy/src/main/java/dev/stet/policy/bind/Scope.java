package dev.stet.policy.bind;

import dev.stet.policy.yaml.YamlNode;
import java.util.function.Consumer;

/// What stands around a match.
///
/// @param ofTier it says which processes are of a tier, so it must not ask for the tier
/// @param tierNames told where a tier's name stands
/// @param regexes compiles regular expressions
/// @param expressions compiles `when`
record Scope(boolean ofTier, Consumer<YamlNode> tierNames, Regexes regexes, Expressions expressions) {}
