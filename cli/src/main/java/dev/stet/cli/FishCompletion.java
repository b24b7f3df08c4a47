package dev.stet.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// A script by which fish completes commands, options and the few values that are known beforehand.
final class FishCompletion {
    private final StringBuilder out = new StringBuilder("# fish completion for stet\ncomplete -c stet -f\n");

    private FishCompletion() {}

    static String script(CommandSpec root) {
        FishCompletion script = new FishCompletion();
        script.command(root, List.of());
        return script.out.toString();
    }

    /// @param path the verbs that lead here
    private void command(CommandSpec spec, List<String> path) {
        String here = condition(spec, path);
        spec.subcommands().forEach((name, line) -> {
            CommandSpec verb = line.getCommandSpec();
            if (!verb.usageMessage().hidden() && verb.name().equals(name)) {
                line(here, "-a " + quoted(name), description(verb.usageMessage().description()));
            }
        });
        for (OptionSpec option : spec.options()) {
            if (!option.hidden()) {
                line(here, names(option), description(option.description()));
            }
        }
        if (!spec.positionalParameters().isEmpty()) {
            out.append("complete -c stet -n ").append(quoted(here)).append(" -F\n");
        }
        for (Map.Entry<String, CommandLine> each : spec.subcommands().entrySet()) {
            CommandSpec verb = each.getValue().getCommandSpec();
            if (!verb.usageMessage().hidden()) {
                List<String> deeper = new ArrayList<>(path);
                deeper.add(each.getKey());
                command(verb, deeper);
            }
        }
    }

    /// Holds where the verbs of this path, and none below it, were typed.
    private static String condition(CommandSpec spec, List<String> path) {
        String seen =
                path.stream().map(verb -> "__fish_seen_subcommand_from " + verb).collect(Collectors.joining("; and "));
        if (spec.subcommands().isEmpty()) {
            return seen;
        }
        String none = "not __fish_seen_subcommand_from "
                + String.join(" ", spec.subcommands().keySet());
        return path.isEmpty() ? none : seen + "; and " + none;
    }

    private static String names(OptionSpec option) {
        StringBuilder names = new StringBuilder();
        for (String name : option.names()) {
            String bare = name.replaceFirst("^--?", "");
            names.append(bare.length() == 1 ? "-s " : "-l ").append(bare).append(' ');
        }
        if (option.arity().max() > 0) {
            names.append(option.arity().min() > 0 ? "-r " : "").append(values(option));
        }
        return names.toString().stripTrailing();
    }

    private static String values(OptionSpec option) {
        Iterable<String> known = option.completionCandidates();
        return known == null
                ? "-F"
                : "-a "
                        + quoted(
                                StreamSupport.stream(known.spliterator(), false).collect(Collectors.joining(" ")));
    }

    private static String description(String[] lines) {
        return lines.length == 0
                ? ""
                : lines[0].split("\\. ", -1)[0].replace("%n", " ").replace("%%", "%");
    }

    private void line(String condition, String what, String description) {
        out.append("complete -c stet -n ").append(quoted(condition)).append(' ').append(what);
        out.append(" -d ").append(quoted(description)).append('\n');
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
