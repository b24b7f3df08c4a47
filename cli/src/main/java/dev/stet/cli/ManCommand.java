package dev.stet.cli;

import dev.stet.agent.json.SafeText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `stet man`, for packages.
@Command(
        name = "man",
        mixinStandardHelpOptions = true,
        hidden = true,
        description = "Print a manual page, or write all of them.",
        footer = {"", "Examples:", "  stet man stet-run | man -l -", "  stet man --write /usr/share/man/man1"})
final class ManCommand implements Runnable {
    @Parameters(arity = "0..1", paramLabel = "NAME", description = "The page: stet, stet-run (default: stet).")
    private String name;

    @Option(names = "--write", paramLabel = "DIR", description = "Write every page to this directory.")
    private Path directory;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        Output output = new Output(() -> {});
        if (directory == null) {
            output.lineNow(page(name == null ? "stet" : name).stripTrailing());
            return;
        }
        try {
            Files.createDirectories(directory);
            for (CommandSpec each : ManPage.all(spec.root())) {
                Files.writeString(directory.resolve(ManPage.name(each) + ".1"), ManPage.of(each));
            }
        } catch (IOException e) {
            throw new Failure(
                    ExitCode.UNAVAILABLE, "cannot write manual pages to " + directory + ": " + e.getMessage());
        }
    }

    private String page(String wanted) {
        return ManPage.all(spec.root()).stream()
                .filter(each -> ManPage.name(each).equals(wanted))
                .findFirst()
                .map(ManPage::of)
                .orElseThrow(() -> new Failure(
                        ExitCode.NO_INPUT,
                        "there is no manual page " + SafeText.plain(wanted) + "; try: stet-run, stet-explain"));
    }
}
