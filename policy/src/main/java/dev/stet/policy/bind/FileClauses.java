package dev.stet.policy.bind;

import dev.stet.facts.FactKey;
import dev.stet.facts.Glob;
import dev.stet.policy.Clause;
import dev.stet.policy.Test;
import dev.stet.policy.VersionRange;
import dev.stet.policy.yaml.Shape;
import dev.stet.policy.yaml.YamlNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What is asked of the files that a process runs: which they are, and what is in them.
final class FileClauses {
    static final Shape SHAPE =
            Shape.of("exe", "hostExe", "script", "buildId", "module", "language", "links", "section", "hazard");
    static final Shape EXE = PathBinder.PATH.and(Shape.of("sha256"));
    static final Shape MODULE = Shape.of("path", "version");

    private static final Map<String, String> LANGUAGES = words(FactKey.LANGUAGE_NAMES);
    private static final Map<String, String> HAZARDS = words(FactKey.HAZARD_NAMES);

    private FileClauses() {}

    static void bind(YamlNode entry, List<Clause> clauses) {
        exe(entry.optional("exe"), clauses);
        path(entry.optional("hostExe"), FactKey.HOST_EXE, Patterns::paths, clauses);
        path(entry.optional("script"), FactKey.SCRIPT, Patterns::relativePaths, clauses);
        ClauseBinder.add(FactKey.BUILD_ID, Hex.buildIds(entry.optional("buildId")), clauses);
        module(entry.optional("module")).ifPresent(clauses::add);
        ClauseBinder.add(FactKey.LANGUAGE, Set.copyOf(languages(entry.optional("language"))), clauses);
        List<Glob> links = Patterns.fileNames(entry.optional("links"));
        if (!links.isEmpty()) {
            clauses.add(new Clause.On<>(FactKey.LINKS, new Test.HasNamed(links)));
        }
        has(FactKey.SECTIONS, Patterns.names(entry.optional("section")), clauses);
        List<String> hazards = hazards(entry.optional("hazard"));
        has(FactKey.HAZARDS, hazards.stream().map(Glob::name).toList(), clauses);
    }

    private static Map<String, String> words(List<String> names) {
        return names.stream().collect(Collectors.toMap(Function.identity(), Function.identity()));
    }

    private static void exe(YamlNode node, List<Clause> clauses) {
        YamlNode exe = node.fields(EXE);
        PathBinder.bind(exe, FactKey.EXE, Patterns::paths, clauses);
        ClauseBinder.add(FactKey.SHA256, Hex.sha256(exe.optional("sha256")), clauses);
    }

    private static void path(
            YamlNode node, FactKey<String> key, Function<YamlNode, List<Glob>> globs, List<Clause> clauses) {
        PathBinder.bind(node.fields(PathBinder.PATH), key, globs, clauses);
    }

    private static Optional<Clause> module(YamlNode node) {
        YamlNode module = node.fields(MODULE);
        Optional<Glob> path = modulePath(module.required("path"));
        Optional<VersionRange> versions = versions(module.optional("version"));
        return path.map(glob -> new Clause.On<>(FactKey.MODULES, new Test.HasModule(glob, versions)));
    }

    /// `github.com/cloudamqp/*`.
    static Optional<Glob> modulePath(YamlNode node) {
        return node.text().flatMap(_ -> Patterns.relativePaths(node).stream().findFirst());
    }

    static Optional<VersionRange> versions(YamlNode node) {
        return node.parsed("a range of versions", VersionRange::parse);
    }

    private static void has(FactKey<Set<String>> key, List<Glob> globs, List<Clause> clauses) {
        if (!globs.isEmpty()) {
            clauses.add(new Clause.On<>(key, new Test.HasAny(globs)));
        }
    }

    static List<String> languages(YamlNode node) {
        return choices(node, LANGUAGES);
    }

    static List<String> hazards(YamlNode node) {
        return choices(node, HAZARDS);
    }

    private static List<String> choices(YamlNode node, Map<String, String> known) {
        List<String> chosen = new ArrayList<>();
        node.oneOrMany("names").forEach(item -> item.choice(known).ifPresent(chosen::add));
        return chosen;
    }
}
