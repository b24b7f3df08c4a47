package dev.stet.policy;

import dev.stet.facts.BuildId;
import dev.stet.facts.FactKey;
import dev.stet.facts.Glob;
import dev.stet.policy.yaml.Quoted;
import dev.stet.policy.yaml.Shape;
import dev.stet.policy.yaml.YamlNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Makes a match of `spec.match`. A part that has a problem is left out of the result, which is then thrown
/// away.
final class MatchBinder {
    static final Shape CLAUSES = Shape.of("exe", "buildId", "args", "comm", "uid")
            .notYet(
                    "module",
                    "script",
                    "env",
                    "user",
                    "parent",
                    "ancestor",
                    "cgroup",
                    "systemdUnit",
                    "container",
                    "pod",
                    "language",
                    "links",
                    "section",
                    "hazard",
                    "tier",
                    "age",
                    "when");
    static final Shape MATCH = CLAUSES.and(Shape.of("any", "not"));
    static final Shape EXE = Shape.of("glob", "name").notYet("regex", "sha256");
    static final Shape ARGS = Shape.of("contains");

    private static final long MAX_UID = 0xffff_ffffL;

    private MatchBinder() {}

    /// Empty if nothing is left that could match; that is then reported.
    static Optional<Match> bind(YamlNode node) {
        YamlNode match = node.fields(MATCH);
        List<Clause> all = clauses(match);
        List<Match.Entry> any = entries(match.optional("any"), true);
        List<Match.Entry> not = entries(match.optional("not"), false);
        // Other fields, known or not, had their say: only a match that asks for nothing has to be told so.
        if (match.isPresent() && Set.of("not").containsAll(match.names())) {
            match.report("matches every process: say which by "
                    + String.join(", ", CLAUSES.names())
                    + " or any; exe: {glob: \"/**\"} is every program");
        }
        return all.isEmpty() && any.isEmpty() ? Optional.empty() : Optional.of(new Match(all, any, not));
    }

    private static List<Match.Entry> entries(YamlNode node, boolean listOnly) {
        List<Match.Entry> entries = new ArrayList<>();
        for (YamlNode item : listOnly ? node.items("entries") : node.oneOrMany("entries")) {
            YamlNode entry = item.fields(CLAUSES);
            List<Clause> clauses = clauses(entry);
            if (!clauses.isEmpty()) {
                entries.add(new Match.Entry(clauses));
            } else if (entry.isPresent() && entry.names().isEmpty()) {
                entry.report("an entry needs one of " + String.join(", ", CLAUSES.names()));
            }
        }
        return entries;
    }

    private static List<Clause> clauses(YamlNode entry) {
        List<Clause> clauses = new ArrayList<>();
        exe(entry.optional("exe"), clauses);
        buildId(entry.optional("buildId")).ifPresent(clauses::add);
        args(entry.optional("args")).ifPresent(clauses::add);
        comm(entry.optional("comm")).ifPresent(clauses::add);
        uid(entry.optional("uid")).ifPresent(clauses::add);
        return clauses;
    }

    private static void exe(YamlNode node, List<Clause> clauses) {
        YamlNode exe = node.fields(EXE);
        YamlNode glob = exe.optional("glob");
        YamlNode name = exe.optional("name");
        if (exe.isPresent() && exe.names().isEmpty()) {
            exe.report("needs glob or name");
        }
        glob.parsed("a path pattern", Glob::path)
                .filter(pattern -> checkPath(glob, pattern))
                .ifPresent(pattern -> clauses.add(new Clause.On<>(FactKey.EXE, new Test.Like(List.of(pattern)))));
        name.parsed("a name or pattern", Glob::name)
                .filter(pattern -> checkName(name, pattern))
                .ifPresent(pattern -> clauses.add(new Clause.On<>(FactKey.EXE, new Test.Named(List.of(pattern)))));
    }

    private static boolean checkPath(YamlNode node, Glob pattern) {
        String text = pattern.toString();
        if (text.startsWith("/") || text.startsWith("**")) {
            return true;
        }
        node.report(Quoted.of(text) + " can never match: paths begin with /");
        return false;
    }

    private static boolean checkName(YamlNode node, Glob pattern) {
        String text = pattern.toString();
        if (text.isEmpty() || text.contains("/")) {
            node.report(Quoted.of(text) + " can never match: it is compared with the last component of a path");
            return false;
        }
        return true;
    }

    private static Optional<Clause> buildId(YamlNode node) {
        List<BuildId> ids = new ArrayList<>();
        for (YamlNode item : node.oneOrMany("build IDs")) {
            item.text().ifPresent(text -> {
                try {
                    ids.add(new BuildId(text));
                } catch (IllegalArgumentException _) {
                    item.report("expected a build ID of 2 to " + 2 * BuildId.MAX_BYTES
                            + " hex digits, an even number of them, found " + Quoted.of(text));
                }
            });
        }
        return ids.isEmpty() ? Optional.empty() : Optional.of(new Clause.On<>(FactKey.BUILD_ID, new Test.OneOf<>(Set.copyOf(ids))));
    }

    private static Optional<Clause> args(YamlNode node) {
        YamlNode contains = node.fields(ARGS).required("contains");
        List<String> wanted = new ArrayList<>();
        for (YamlNode item : contains.items("texts")) {
            item.text().ifPresent(text -> {
                if (text.isEmpty()) {
                    item.report("an empty argument cannot be matched");
                } else {
                    wanted.add(text);
                }
            });
        }
        return wanted.isEmpty() ? Optional.empty() : Optional.of(new Clause.On<>(FactKey.ARGS, new Test.HasAll(wanted)));
    }

    private static Optional<Clause> comm(YamlNode node) {
        List<Glob> globs = new ArrayList<>();
        for (YamlNode item : node.oneOrMany("texts")) {
            item.parsed("a name or pattern", Glob::name).ifPresent(glob -> {
                if (glob.toString().isEmpty()) {
                    item.report("an empty name cannot be matched");
                } else {
                    globs.add(glob);
                }
            });
        }
        return globs.isEmpty() ? Optional.empty() : Optional.of(new Clause.On<>(FactKey.COMM, new Test.Like(globs)));
    }

    private static Optional<Clause> uid(YamlNode node) {
        List<Integer> uids = new ArrayList<>();
        for (YamlNode item : node.oneOrMany("numbers")) {
            item.number(0, MAX_UID).ifPresent(number -> uids.add((int) (long) number));
        }
        return uids.isEmpty() ? Optional.empty() : Optional.of(new Clause.On<>(FactKey.UID, new Test.OneOf<>(Set.copyOf(uids))));
    }
}
