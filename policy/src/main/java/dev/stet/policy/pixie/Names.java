package dev.stet.policy.pixie;

import dev.stet.facts.FactKey;
import dev.stet.facts.Glob;
import dev.stet.policy.Clause;
import dev.stet.policy.Test;
import dev.stet.policy.yaml.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// Clauses that must all hold, as names of Pixie's list. For one use.
final class Names {
    /// Executables of which Pixie looks at the script.
    static final Set<String> NODES = Set.of("node", "nodejs");

    private final SortedSet<String> programs = new TreeSet<>();
    private final SortedSet<String> scripts = new TreeSet<>();
    private final List<String> broader = new ArrayList<>();
    private final List<String> impossible = new ArrayList<>();
    private boolean asksForScript;

    private Names() {}

    static Names of(List<Clause> clauses) {
        Names names = new Names();
        // Names of files say it as it is; a path then only narrows them down.
        boolean hasName = clauses.stream().anyMatch(clause -> isTest(clause, FactKey.EXE, Test.Named.class));
        boolean hasScript = clauses.stream().anyMatch(clause -> isTest(clause, FactKey.SCRIPT, Test.Named.class));
        for (Clause clause : clauses) {
            if (isTest(clause, FactKey.EXE, Test.Named.class)) {
                names.collect(clause, names.programs);
            } else if (isTest(clause, FactKey.SCRIPT, Test.Named.class)) {
                names.collect(clause, names.scripts);
            } else if (!hasName && isTest(clause, FactKey.EXE, Test.Like.class)) {
                names.collectPaths(clause, names.programs);
            } else if (!hasScript && isTest(clause, FactKey.SCRIPT, Test.Like.class)) {
                names.collectPaths(clause, names.scripts);
            } else {
                names.broader.add("Pixie cannot ask for " + said(clause));
            }
            names.asksForScript |= clause instanceof Clause.On<?> on && on.key() == FactKey.SCRIPT;
        }
        names.judge();
        return names;
    }

    /// Of executables.
    SortedSet<String> programs() {
        return asksForScript ? new TreeSet<>() : programs;
    }

    /// Of scripts; of which programs says [#nodes].
    SortedSet<String> scripts() {
        return scripts;
    }

    /// Executables whose scripts are meant.
    SortedSet<String> nodes() {
        return programs;
    }

    /// How the names cover more than the clauses do.
    List<String> broader() {
        return broader;
    }

    /// Why no names cover what the clauses do; empty if some do.
    List<String> impossible() {
        return impossible;
    }

    private static boolean isTest(Clause clause, FactKey<?> key, Class<?> test) {
        return clause instanceof Clause.On<?> on && on.key() == key && test.isInstance(on.test());
    }

    private static List<Glob> globs(Clause clause) {
        if (clause instanceof Clause.On<?> on) {
            if (on.test() instanceof Test.Named(var globs)) {
                return globs;
            }
            if (on.test() instanceof Test.Like(var globs)) {
                return globs;
            }
        }
        return List.of();
    }

    private void collect(Clause clause, Set<String> names) {
        Set<String> found = new TreeSet<>();
        for (Glob glob : globs(clause)) {
            Optional<String> name = literal(glob.toString());
            if (name.isPresent()) {
                add(name.get(), found);
            } else {
                impossible.add("Pixie compares whole names, and this is a pattern: " + said(clause));
            }
        }
        take(found, names);
    }

    /// Clauses are ANDed: what counts are the names that all of them have.
    private void take(Set<String> found, Set<String> names) {
        if (names.isEmpty()) {
            names.addAll(found);
            return;
        }
        var ignored = names.retainAll(found);
        if (names.isEmpty()) {
            impossible.add("no name is in all of its clauses, so that it matches nothing");
        }
    }

    private void collectPaths(Clause clause, Set<String> names) {
        Set<String> found = new TreeSet<>();
        for (Glob glob : globs(clause)) {
            String pattern = glob.toString();
            Optional<String> name = literal(pattern.substring(pattern.lastIndexOf('/') + 1));
            if (name.isPresent() && !name.get().isEmpty()) {
                add(name.get(), found);
                broader.add("Pixie compares file names, not paths: " + Quoted.of(name.get())
                        + " is every one of that name");
            } else {
                impossible.add("Pixie compares whole names, and this is a pattern: " + said(clause));
            }
        }
        take(found, names);
    }

    private void add(String name, Set<String> names) {
        if (OptOutList.canHold(name)) {
            names.add(name);
        } else {
            impossible.add("Pixie's list cannot hold the name " + Quoted.of(name));
        }
    }

    private void judge() {
        if (!impossible.isEmpty()) {
            return;
        }
        if (asksForScript) {
            judgeScripts();
        } else if (programs.isEmpty()) {
            impossible.add("Pixie compares names of files alone, and none is given");
        } else {
            programs.stream()
                    .filter(name -> name.endsWith(".js"))
                    .forEach(name -> broader.add("Pixie takes " + Quoted.of(name) + " for scripts of Node as well"));
        }
    }

    private void judgeScripts() {
        if (scripts.isEmpty()) {
            impossible.add("Pixie compares names of scripts alone, and none is given");
        } else if (programs.isEmpty()) {
            impossible.add("Pixie knows scripts of Node alone; say exe: {name: node} beside it");
        } else if (!NODES.containsAll(programs)) {
            impossible.add("Pixie knows scripts of node and nodejs alone, not of " + String.join(", ", programs));
        }
        scripts.stream()
                .filter(name -> name.contains(" "))
                .forEach(name -> impossible.add(
                        "Pixie takes command lines apart at blanks, so that it never sees " + Quoted.of(name)));
        scripts.stream()
                .filter(name -> !name.endsWith(".js"))
                .forEach(name ->
                        impossible.add("Pixie knows a script by a name that ends in .js, not " + Quoted.of(name)));
    }

    private static String said(Clause clause) {
        return clause.factName() + " " + clause.text();
    }

    /// What a pattern matches if it matches one text only.
    private static Optional<String> literal(String pattern) {
        StringBuilder text = new StringBuilder(pattern.length());
        for (int at = 0; at < pattern.length(); at++) {
            char c = pattern.charAt(at);
            if (c == '*' || c == '?' || c == '[') {
                return Optional.empty();
            }
            text.append(c == '\\' ? pattern.charAt(++at) : c);
        }
        return Optional.of(text.toString());
    }
}
