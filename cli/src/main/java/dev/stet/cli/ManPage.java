package dev.stet.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// The manual page of a command, in the language of man(7), made of what `--help` says.
final class ManPage {
    private final StringBuilder out = new StringBuilder();
    private final CommandSpec spec;

    private ManPage(CommandSpec spec) {
        this.spec = spec;
    }

    /// The page's name, without the section: `stet-policy-test`.
    static String name(CommandSpec spec) {
        return spec.qualifiedName("-");
    }

    /// Every command that has a page, this one first.
    static List<CommandSpec> all(CommandSpec spec) {
        List<CommandSpec> all = new ArrayList<>();
        if (!spec.usageMessage().hidden()) {
            all.add(spec);
            spec.subcommands().values().stream()
                    .map(line -> line.getCommandSpec())
                    .distinct()
                    .forEach(verb -> all.addAll(all(verb)));
        }
        return all;
    }

    static String of(CommandSpec spec) {
        return new ManPage(spec).text();
    }

    private String text() {
        List<String> description = lines(spec.usageMessage().description());
        String first = description.isEmpty() ? "" : description.getFirst();
        String title = name(spec).toUpperCase(java.util.Locale.ROOT);
        out.append(".TH ")
                .append(escaped(title))
                .append(" 1 \"\" \"stet ")
                .append(Main.VERSION)
                .append("\" \"Stet\"\n");
        section("NAME");
        paragraph(name(spec) + " - " + firstSentence(first));
        section("SYNOPSIS");
        paragraph(new Help(spec, Help.defaultColorScheme(Ansi.OFF))
                .synopsis(0)
                .strip()
                .replaceAll("\\s+", " "));
        section("DESCRIPTION");
        description.forEach(this::paragraph);
        arguments();
        commands();
        footer();
        seeAlso();
        return out.toString();
    }

    private void arguments() {
        List<PositionalParamSpec> parameters = spec.positionalParameters().stream()
                .filter(parameter -> !parameter.hidden())
                .toList();
        if (!parameters.isEmpty()) {
            section("ARGUMENTS");
            parameters.forEach(parameter -> item(parameter.paramLabel(), parameter));
        }
        List<OptionSpec> options =
                spec.options().stream().filter(option -> !option.hidden()).toList();
        if (!options.isEmpty()) {
            section("OPTIONS");
            options.forEach(option -> item(label(option), option));
        }
    }

    private static String label(OptionSpec option) {
        String names = String.join(", ", option.names());
        return switch (option.arity().max()) {
            case 0 -> names;
            default ->
                names + (option.arity().min() == 0 ? "[=" + option.paramLabel() + "]" : " " + option.paramLabel());
        };
    }

    private void item(String label, ArgSpec argument) {
        out.append(".TP\n\\fB").append(escaped(label)).append("\\fR\n");
        List<String> described = lines(argument.description());
        out.append(described.isEmpty() ? "" : escaped(described.getFirst())).append('\n');
        described.stream()
                .skip(1)
                .forEach(line -> out.append(".br\n").append(escaped(line)).append('\n'));
    }

    private void commands() {
        List<CommandSpec> verbs =
                all(spec).stream().filter(each -> spec.equals(each.parent())).toList();
        if (verbs.isEmpty()) {
            return;
        }
        section("COMMANDS");
        for (CommandSpec verb : verbs) {
            String about = lines(verb.usageMessage().description()).stream()
                    .findFirst()
                    .orElse("");
            out.append(".TP\n\\fB")
                    .append(escaped(name(verb)))
                    .append("\\fR(1)\n")
                    .append(escaped(about))
                    .append('\n');
        }
    }

    /// Examples as they stand; what else a footer says after them.
    private void footer() {
        boolean listing = false;
        for (String line : lines(spec.usageMessage().footer())) {
            if (line.equals("Examples:")) {
                section("EXAMPLES");
            } else if (line.startsWith("  ")) {
                out.append(listing ? "" : ".nf\n").append(escaped(line)).append('\n');
                listing = true;
            } else if (!line.isBlank()) {
                out.append(listing ? ".fi\n" : "");
                listing = false;
                if (line.startsWith("Exit codes: ")) {
                    section("EXIT STATUS");
                    paragraph(line.substring("Exit codes: ".length()));
                } else {
                    paragraph(line);
                }
            }
        }
        out.append(listing ? ".fi\n" : "");
    }

    private void seeAlso() {
        List<String> others = Stream.concat(
                        Stream.ofNullable(spec.parent()), all(spec).stream().filter(each -> spec.equals(each.parent())))
                .map(each -> "\\fB" + escaped(name(each)) + "\\fR(1)")
                .toList();
        if (!others.isEmpty()) {
            section("SEE ALSO");
            out.append(String.join(",\n", others)).append('\n');
        }
    }

    private void section(String name) {
        out.append(".SH \"").append(name).append("\"\n");
    }

    private void paragraph(String text) {
        out.append(".PP\n").append(escaped(text)).append('\n');
    }

    private static String firstSentence(String text) {
        int end = text.indexOf(". ");
        String sentence = end < 0 ? text : text.substring(0, end);
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }

    /// picocli's `%n` and `%%` are what they stand for.
    private static List<String> lines(String... texts) {
        return Stream.of(texts)
                .flatMap(text -> Stream.of(text.split("%n|\\n", -1)))
                .map(text -> text.replace("%%", "%"))
                .toList();
    }

    /// What roff reads as text: no line of it is a request, and what is no ASCII is named.
    static String escaped(String text) {
        StringBuilder safe = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\\' -> safe.append("\\e");
                case '-' -> safe.append("\\-");
                case '\'' -> safe.append("\\(aq");
                case '"' -> safe.append("\\(dq");
                case '^' -> safe.append("\\(ha");
                case '~' -> safe.append("\\(ti");
                case '`' -> safe.append("\\(ga");
                default -> {
                    if (c >= ' ' && c < 0x7f) {
                        safe.append((char) c);
                    } else {
                        safe.append("\\[u%04X]".formatted(c));
                    }
                }
            }
        });
        return !safe.isEmpty() && safe.charAt(0) == '.' ? safe.insert(0, "\\&").toString() : safe.toString();
    }
}
