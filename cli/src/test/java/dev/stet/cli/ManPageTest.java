package dev.stet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.cli.CompletionCommand.Shell;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/// Manual pages and completion are made of the command line itself, so every verb and option is in them.
class ManPageTest {
    private static final List<CommandSpec> PAGES =
            ManPage.all(Main.commandLine().getCommandSpec());

    @Test
    void everyVerbHasAPage() {
        assertThat(PAGES)
                .extracting(ManPage::name)
                .contains("stet", "stet-run", "stet-explain", "stet-plan", "stet-policy-test")
                .doesNotContain("stet-man")
                .doesNotHaveDuplicates();
    }

    /// A line that begins with a dot is a request; no text of ours may be one.
    @Test
    void onlyRequestsOfOursAreInPages() {
        for (CommandSpec spec : PAGES) {
            assertThat(ManPage.of(spec).lines().filter(line -> line.startsWith(".") || line.startsWith("'")))
                    .allMatch(line -> line.matches("\\.(TH .*|SH \"[A-Z ]+\"|PP|TP|nf|fi|br)"));
        }
    }

    @Test
    void everyOptionIsInItsPage() {
        for (CommandSpec spec : PAGES) {
            String page = ManPage.of(spec);
            spec.options()
                    .forEach(option ->
                            assertThat(page).contains(option.longestName().replace("-", "\\-")));
        }
    }

    @Test
    void textIsNoRequest() {
        assertThat(ManPage.escaped(".so /etc/passwd")).isEqualTo("\\&.so /etc/passwd");
        assertThat(ManPage.escaped("a\\fB-'ü")).isEqualTo("a\\efB\\-\\(aq\\[u00FC]");
    }

    @Test
    void completionKnowsEveryVerbAndOption() {
        CommandLine stet = Main.commandLine();
        for (Shell shell : Shell.values()) {
            String script = CompletionCommand.script(shell, stet);
            for (CommandSpec spec : PAGES) {
                assertThat(script).contains(spec.name());
                spec.options()
                        .forEach(option ->
                                assertThat(script).contains(option.longestName().replaceFirst("^--?", "")));
            }
            assertThat(script).doesNotContain("_man ");
        }
    }
}
