package dev.stet.policy.bind;

import com.google.re2j.Pattern;
import dev.stet.facts.FactKey;
import dev.stet.facts.Glob;
import dev.stet.policy.Clause;
import dev.stet.policy.Test;
import dev.stet.policy.yaml.Shape;
import dev.stet.policy.yaml.YamlNode;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Makes clauses of what is asked of one path: `{glob: /usr/bin/*, name: x, regex: y}`.
final class PathBinder {
    static final Shape PATH = Shape.of("glob", "name", "regex");

    private PathBinder() {}

    /// @param path with the fields of [#PATH], and maybe others
    /// @param globs what a glob may be
    static void bind(YamlNode path, FactKey<String> key, Function<YamlNode, List<Glob>> globs, List<Clause> clauses) {
        if (path.isPresent() && path.names().isEmpty()) {
            path.report("needs glob, name or regex");
        }
        List<Glob> whole = globs.apply(path.optional("glob"));
        if (!whole.isEmpty()) {
            clauses.add(new Clause.On<>(key, new Test.Like(whole)));
        }
        List<Glob> names = Patterns.fileNames(path.optional("name"));
        if (!names.isEmpty()) {
            clauses.add(new Clause.On<>(key, new Test.Named(names)));
        }
        Optional<Pattern> regex = Regexes.bind(path.optional("regex"));
        regex.ifPresent(pattern -> clauses.add(new Clause.On<>(key, new Test.Matching(pattern))));
    }
}
