package dev.stet.policy.bind;

import dev.stet.facts.Glob;
import dev.stet.policy.yaml.Quoted;
import dev.stet.policy.yaml.YamlNode;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Function;

/// Patterns, one or a list of them.
final class Patterns {
    /// Longest pattern, in characters. Matching takes up to length x length steps.
    static final int MAX = 1024;

    private Patterns() {}

    /// For whole paths, which begin with `/`.
    static List<Glob> paths(YamlNode node) {
        return many(node, Patterns::path, Patterns::beginsAtRoot);
    }

    /// For what has components between `/`, and need not begin with one.
    static List<Glob> relativePaths(YamlNode node) {
        return many(node, Patterns::path, Patterns::isNotEmpty);
    }

    /// For last components of paths.
    static List<Glob> fileNames(YamlNode node) {
        return many(node, Patterns::name, Patterns::isOneComponent);
    }

    /// For names of any kind.
    static List<Glob> names(YamlNode node) {
        return many(node, Patterns::name, Patterns::isNotEmpty);
    }

    /// For values of names that the author gives; a value may be empty.
    static SortedMap<String, Glob> entries(YamlNode node) {
        SortedMap<String, Glob> entries = new TreeMap<>();
        node.entries().forEach((name, value) -> {
            if (name.isEmpty() || name.indexOf('=') >= 0) {
                value.reportKey("no name can be " + Quoted.of(name));
            }
            value.parsed("a text or pattern", Patterns::name).ifPresent(glob -> entries.put(name, glob));
        });
        return entries;
    }

    private static List<Glob> many(YamlNode node, Function<String, Glob> parser, BiPredicate<YamlNode, Glob> check) {
        List<Glob> globs = new ArrayList<>();
        for (YamlNode item : node.oneOrMany("patterns")) {
            item.parsed("a name or pattern", parser)
                    .filter(glob -> check.test(item, glob))
                    .ifPresent(globs::add);
        }
        return globs;
    }

    private static Glob path(String text) {
        return Glob.path(notTooLong(text));
    }

    private static Glob name(String text) {
        return Glob.name(notTooLong(text));
    }

    private static String notTooLong(String text) {
        if (text.length() > MAX) {
            throw new IllegalArgumentException("longer than " + MAX + " characters");
        }
        return text;
    }

    private static boolean beginsAtRoot(YamlNode node, Glob glob) {
        String text = glob.toString();
        if (text.startsWith("/") || text.startsWith("**")) {
            return true;
        }
        node.report(Quoted.of(text) + " can never match: paths begin with /");
        return false;
    }

    private static boolean isOneComponent(YamlNode node, Glob glob) {
        String text = glob.toString();
        if (text.isEmpty() || text.contains("/")) {
            node.report(Quoted.of(text) + " can never match: it is compared with the last component of a path");
            return false;
        }
        return true;
    }

    private static boolean isNotEmpty(YamlNode node, Glob glob) {
        if (glob.toString().isEmpty()) {
            node.report("an empty name cannot be matched");
            return false;
        }
        return true;
    }
}
