package dev.stet.policy.bind;

import dev.stet.facts.FactKey;
import dev.stet.facts.Glob;
import dev.stet.policy.Clause;
import dev.stet.policy.Test;
import dev.stet.policy.yaml.Shape;
import dev.stet.policy.yaml.YamlNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/// What is asked of a process itself: what it was started with, by whom, and when.
final class ProcessClauses {
    static final Shape SHAPE = Shape.of("comm", "args", "env", "uid", "user", "parent", "ancestor", "age");
    static final Shape ARGS = Shape.of("contains");
    static final Shape KIN = Shape.of("exe", "comm");
    static final Shape KIN_EXE = Shape.of("glob", "name");
    static final Shape AGE = Shape.of("under", "atLeast");

    static final long MAX_UID = 0xffff_ffffL;

    private ProcessClauses() {}

    static void bind(YamlNode entry, List<Clause> clauses) {
        List<Glob> comm = Patterns.names(entry.optional("comm"));
        if (!comm.isEmpty()) {
            clauses.add(new Clause.On<>(FactKey.COMM, new Test.Like(comm)));
        }
        args(entry.optional("args")).ifPresent(clauses::add);
        SortedMap<String, Glob> env = Patterns.entries(entry.optional("env"));
        if (!env.isEmpty()) {
            clauses.add(new Clause.On<>(FactKey.ENV, new Test.Entries(env)));
        }
        uid(entry.optional("uid"), clauses);
        user(entry.optional("user"), clauses);
        kin(entry.optional("parent")).ifPresent(kin -> clauses.add(new Clause.On<>(FactKey.PARENT, kin)));
        kin(entry.optional("ancestor"))
                .ifPresent(kin -> clauses.add(new Clause.On<>(FactKey.ANCESTORS, new Test.HasKin(kin))));
        age(entry.optional("age")).ifPresent(clauses::add);
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
        return wanted.isEmpty()
                ? Optional.empty()
                : Optional.of(new Clause.On<>(FactKey.ARGS, new Test.HasAll(wanted)));
    }

    private static void uid(YamlNode node, List<Clause> clauses) {
        Set<Integer> uids = new HashSet<>();
        for (YamlNode item : node.oneOrMany("numbers")) {
            item.number(0, MAX_UID).ifPresent(number -> uids.add((int) (long) number));
        }
        ClauseBinder.add(FactKey.UID, uids, clauses);
    }

    private static void user(YamlNode node, List<Clause> clauses) {
        Set<String> users = new HashSet<>();
        for (YamlNode item : node.oneOrMany("names")) {
            Header.words(item).ifPresent(users::add);
        }
        ClauseBinder.add(FactKey.USER, users, clauses);
    }

    private static Optional<Test.Kin> kin(YamlNode node) {
        YamlNode kin = node.fields(KIN);
        if (kin.isPresent() && kin.names().isEmpty()) {
            kin.report("needs exe or comm");
        }
        YamlNode exe = kin.optional("exe").fields(KIN_EXE);
        if (exe.isPresent() && exe.names().isEmpty()) {
            exe.report("needs glob or name");
        }
        List<Glob> paths = Patterns.paths(exe.optional("glob"));
        List<Glob> names = Patterns.fileNames(exe.optional("name"));
        List<Glob> comm = Patterns.names(kin.optional("comm"));
        return paths.isEmpty() && names.isEmpty() && comm.isEmpty()
                ? Optional.empty()
                : Optional.of(new Test.Kin(paths, names, comm));
    }

    private static Optional<Clause> age(YamlNode node) {
        YamlNode age = node.fields(AGE);
        if (age.isPresent() && age.names().isEmpty()) {
            age.report("needs under or atLeast");
        }
        Optional<Duration> under = Times.duration(age.optional("under"));
        Optional<Duration> atLeast = Times.duration(age.optional("atLeast"));
        return under.isEmpty() && atLeast.isEmpty() ? Optional.empty() : Optional.of(new Clause.Age(under, atLeast));
    }
}
