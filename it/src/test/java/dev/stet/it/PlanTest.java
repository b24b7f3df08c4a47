package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `--explain-plan`, and requests that mean nothing: said before anything is attached.
class PlanTest {
    @BeforeAll
    static void needs() {
        Requires.root();
        Requires.uprobeMulti();
    }

    private record Said(int exit, String stdout, String stderr) {}

    /// Asks about a program that waits; it must not be touched.
    private static Said ask(String... options) throws Exception {
        try (TargetProcess target = TargetProcess.startReady(Targets.shop(), "1")) {
            List<String> command = new ArrayList<>(List.of("trace", "-p", "" + target.pid()));
            command.addAll(List.of(options));
            try (StetProcess stet = StetProcess.start(command.toArray(String[]::new))) {
                int exit = stet.waitFor(Events.LIMIT);
                assertThat(TextBytes.of(target.pid()).differences()).isEmpty();
                target.signal("USR1");
                assertThat(target.waitFor(Events.LIMIT)).isZero();
                return new Said(exit, String.join("\n", stet.stdout()), String.join("\n", stet.stderr()));
            }
        }
    }

    @Test
    void planIsPrinted() throws Exception {
        Said said = ask("--explain-plan", "--where", "amount > 3", "order(id, name, w=item->weight) -> ret");
        assertThat(said.exit).as(said.stderr).isZero();
        assertThat(said.stdout)
                .contains("order", "id, at the entry", "takes rdi", "name, at the entry", "w, at the entry")
                .contains("ret, at the end", "entry program", "call bpf_get_current_pid_tgid");
    }

    @Test
    void wrongNamesAreRefusedWithThoseThatThereAre() throws Exception {
        Said said = ask("order(idd)");
        assertThat(said.exit).isEqualTo(1);
        assertThat(said.stderr).contains("idd", "id", "amount", "name", "kind", "item");
        assertThat(said.stdout).doesNotContain("order(");
        said = ask("order(item->wait)");
        assertThat(said.exit).isEqualTo(1);
        assertThat(said.stderr).contains("wait", "weight", "password");
        said = ask("ordre(id)");
        assertThat(said.exit).isEqualTo(1);
        assertThat(said.stderr).contains("ordre").contains("order");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '@',
            quoteCharacter = '~',
            value = {"nonsense > 1 @ 1", "kind == NOVEL @ 1", "id == @ 64", "(id @ 64", "latency > 1ms && @ 64"})
    void conditionsThatMeanNothing(String condition, int exit) throws Exception {
        Said said = ask("--where", condition, "order(id)");
        assertThat(said.exit).as(said.stderr).isEqualTo(exit);
        assertThat(said.stderr).isNotEmpty().doesNotContain("Exception");
    }
}
