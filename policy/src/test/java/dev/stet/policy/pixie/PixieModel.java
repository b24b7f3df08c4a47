package dev.stet.policy.pixie;

import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.facts.ProcessFacts;
import dev.stet.facts.ProcessIdentity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/// Which processes Pixie leaves alone, as its uprobe_manager.cc and detect_application.cc say, and processes to ask
/// about.
///
/// @param list the flag's value
record PixieModel(String list) {
    /// @param script what an interpreter runs
    record Process(String exe, List<String> args, Optional<String> script) {
        static Process of(String exe, String... args) {
            return new Process(exe, List.of(args), Optional.empty());
        }

        static Process node(String exe, String script) {
            return new Process(exe, List.of("node", "--flag", script), Optional.of(script));
        }

        ProcessFacts facts() {
            return ProcessFacts.of(new ProcessIdentity(4711, 1), 1, false)
                    .with(FactKey.EXE, Fact.of(exe))
                    .with(FactKey.ARGS, Fact.of(args))
                    .with(FactKey.UID, Fact.of(7))
                    .with(FactKey.HAZARDS, Fact.of(Set.of()))
                    .with(FactKey.ENV, Fact.absent())
                    .with(FactKey.SECTIONS, Fact.of(Set.of()))
                    .with(FactKey.SCRIPT, script.<Fact<String>>map(Fact::of).orElse(Fact.absent()));
        }

        static Process random(Random random) {
            String directory = List.of("/usr/bin/", "/opt/a/", "/").get(random.nextInt(3));
            if (random.nextInt(3) == 0) {
                String node = List.of("node", "nodejs", "deno").get(random.nextInt(3));
                // Names with blanks are another matter: Pixie takes command lines apart at them.
                String script = name(random).replace(' ', '_');
                return node(
                        directory + node,
                        directory + script + List.of(".js", ".mjs", "").get(random.nextInt(3)));
            }
            return of(directory + name(random), "x");
        }
    }

    static String name(Random random) {
        return List.of(
                        "a", "b", "a*", "[x]", "node", "nodejs", "é", "a b", "no\\de", "'\"", "true", "{{a}}", "-x",
                        "ünï")
                .get(random.nextInt(14));
    }

    boolean optsOut(Process process) {
        Set<String> names = new HashSet<>();
        for (String name : list.split(",", -1)) {
            if (!name.isBlank()) {
                names.add(name);
            }
        }
        String file = last(process.exe);
        if (names.contains(file)) {
            return true;
        }
        if (!file.equals("node") && !file.equals("nodejs")) {
            return false;
        }
        List<String> words =
                new ArrayList<>(List.of(String.join(" ", process.args).split(" ", -1)));
        return words.stream()
                .filter(word -> word.endsWith(".js"))
                .findFirst()
                .map(word -> names.contains(last(word)))
                .orElse(false);
    }

    private static String last(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
