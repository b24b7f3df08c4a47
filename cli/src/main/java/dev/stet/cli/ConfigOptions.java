package dev.stet.cli;

import dev.stet.agent.json.SafeText;
import dev.stet.policy.yaml.Problem;
import dev.stet.policy.yaml.SourceText;
import dev.stet.service.config.Configuration;
import dev.stet.service.config.Setting;
import dev.stet.service.config.Settings;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/// Gives a command an option for everything that can be set, besides those it has itself.
final class ConfigOptions implements IModelTransformer {
    private static final long MAX_FILE = 1 << 20;

    @Override
    public CommandSpec transform(CommandSpec command) {
        for (Setting setting : Settings.all()) {
            if (!command.optionsMap().containsKey(setting.option())) {
                command.addOption(option(setting));
            }
        }
        return command;
    }

    private static OptionSpec option(Setting setting) {
        boolean toggles = setting.form().isSwitch();
        String usual = setting.usual().isEmpty() || toggles ? "" : " Default: " + setting.usual() + ".";
        String again = setting.many() ? " May be repeated." : "";
        OptionSpec.Builder option = OptionSpec.builder(setting.option())
                .paramLabel(label(setting))
                .description((setting.what() + again + usual).replace("%", "%%"));
        if (toggles) {
            return option.type(String.class).arity("0..1").fallbackValue("true").build();
        }
        return setting.many()
                ? option.type(List.class).auxiliaryTypes(String.class).build()
                : option.type(String.class).build();
    }

    private static String label(Setting setting) {
        String last = setting.name().substring(setting.name().lastIndexOf('.') + 1);
        return switch (last) {
            case "policy", "state", "packs" -> "DIR";
            case "exe" -> "GLOB";
            case "budget", "machine-budget" -> "PERCENT";
            case "redact" -> "on|off";
            case "redact-name", "redact-except", "host" -> "NAME";
            case "listen" -> "HOST:PORT";
            case "group" -> "GROUP";
            // Names of settings, of which there will be more.
            default -> "VALUE";
        };
    }

    /// What was set, in all.
    ///
    /// @param file that was named; empty: the usual one, if it is there
    /// @throws Failure if something of it is wrong
    static Configuration read(Optional<Path> file, ParseResult line) {
        return switch (Configuration.read(text(file), System.getenv(), given(line))) {
            case Configuration.Result.Valid(var configuration) -> configuration;
            case Configuration.Result.Invalid(var problems) -> throw failure(problems);
        };
    }

    /// Problems of the command line are told in its own form.
    private static Failure failure(List<Problem> problems) {
        boolean typed = problems.stream().allMatch(each -> each.file().startsWith("--"));
        String text = problems.stream().map(ConfigOptions::line).collect(Collectors.joining("\n  "));
        return typed
                ? new Failure(ExitCode.USAGE, text)
                : new Failure(ExitCode.BAD_DATA, "the configuration is wrong:\n  " + text);
    }

    static String line(Problem problem) {
        boolean inFile = problem.file().startsWith("/") || problem.file().contains(".yaml");
        return inFile
                ? problem.toString()
                : problem.file() + (problem.path().isEmpty() ? "" : ": " + problem.path()) + ": " + problem.message();
    }

    /// The file's text.
    ///
    /// @throws Failure if one was named and cannot be read, or it cannot be a configuration
    static Optional<SourceText> text(Optional<Path> named) {
        Path file = named.orElse(Configuration.FILE);
        if (named.isEmpty() && !Files.exists(file)) {
            return Optional.empty();
        }
        try {
            if (!Files.isRegularFile(file)) {
                throw new Failure(
                        ExitCode.NO_INPUT, file + " is no file" + (Files.exists(file) ? "" : ": it is not there"));
            }
            if (Files.size(file) > MAX_FILE) {
                throw new Failure(ExitCode.BAD_DATA, file + " is larger than " + MAX_FILE + " bytes");
            }
            return Optional.of(new SourceText(file.toString(), Files.readString(file, StandardCharsets.UTF_8)));
        } catch (CharacterCodingException e) {
            throw new Failure(ExitCode.BAD_DATA, file + " is not UTF-8");
        } catch (IOException e) {
            throw new Failure(
                    ExitCode.NO_INPUT, "cannot read " + file + ": " + SafeText.plain(String.valueOf(e.getMessage())));
        }
    }

    /// What the command line sets.
    static Map<String, List<String>> given(ParseResult line) {
        Map<String, List<String>> given = new LinkedHashMap<>();
        for (Setting setting : Settings.all()) {
            if (line.hasMatchedOption(setting.option())) {
                Object value = line.matchedOptionValue(setting.option(), null);
                given.put(
                        setting.name(),
                        value instanceof List<?> many
                                ? many.stream().map(String::valueOf).toList()
                                : Arrays.asList(String.valueOf(value)));
            }
        }
        return given;
    }
}
