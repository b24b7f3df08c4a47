package dev.stet.cli;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `stet completion`
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        description = "Print a script by which a shell completes stet's commands and options.",
        footer = {
            "",
            "Examples:",
            "  stet completion bash > /etc/bash_completion.d/stet",
            "  source <(stet completion zsh)                          in ~/.zshrc",
            "  stet completion fish > ~/.config/fish/completions/stet.fish"
        })
final class CompletionCommand implements Runnable {
    /// Shells that are known.
    enum Shell {
        BASH,
        ZSH,
        FISH;

        /// @param name as people type it
        static Shell of(String name) {
            return switch (name) {
                case "bash" -> BASH;
                case "zsh" -> ZSH;
                case "fish" -> FISH;
                default ->
                    throw new Failure(ExitCode.USAGE, "there is no completion for '" + name + "': bash, zsh, fish");
            };
        }
    }

    @Parameters(paramLabel = "SHELL", description = "One of: bash, zsh, fish.")
    private String shell;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        Output output = new Output(() -> {});
        output.lineNow(script(Shell.of(shell), spec.root().commandLine()).stripTrailing());
    }

    /// The script.
    ///
    /// @param stet the whole command line
    static String script(Shell shell, CommandLine stet) {
        return switch (shell) {
            case BASH, ZSH -> AutoComplete.bash("stet", stet); // it tells the two apart when it runs
            case FISH -> FishCompletion.script(stet.getCommandSpec());
        };
    }
}
