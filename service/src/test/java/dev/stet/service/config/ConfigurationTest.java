package dev.stet.service.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.stet.policy.yaml.Problem;
import dev.stet.policy.yaml.SourceText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConfigurationTest {
    private static Configuration.Result read(String yaml) {
        return Configuration.read(Optional.of(new SourceText("stet.yaml", yaml)), Map.of(), Map.of());
    }

    private static Configuration valid(Configuration.Result result) {
        assertThat(result).isInstanceOf(Configuration.Result.Valid.class);
        return ((Configuration.Result.Valid) result).configuration();
    }

    private static List<Problem> problems(Configuration.Result result) {
        assertThat(result).isInstanceOf(Configuration.Result.Invalid.class);
        return ((Configuration.Result.Invalid) result).problems();
    }

    @Test
    void nothingSaidIsTheUsual() {
        Configuration usual = valid(read(""));
        for (Configuration.Value value : usual.values()) {
            assertThat(value.text())
                    .as(value.setting().name())
                    .isEqualTo(value.setting().usual());
            assertThat(value.origin()).isEqualTo("usual");
        }
        assertThat(usual.percent("budget")).isEqualTo(25);
        assertThat(usual.path("packs")).isEmpty();
        assertThat(usual.isOn("strict")).isFalse();
    }

    @Test
    void anOptionComesBeforeAVariableAndThatBeforeTheFile() {
        Optional<SourceText> file =
                Optional.of(new SourceText("stet.yaml", "budget: 10\nmachine-budget: 11\nexe: /a\n"));
        Configuration read = valid(Configuration.read(
                file, Map.of("STET_BUDGET", "20", "STET_MACHINE_BUDGET", "21"), Map.of("budget", List.of("30"))));
        assertThat(read.percent("budget")).isEqualTo(30);
        assertThat(read.percent("machine-budget")).isEqualTo(21);
        assertThat(read.text("exe")).isEqualTo("/a");
        assertThat(read.values())
                .filteredOn(value -> !value.origin().equals("usual"))
                .extracting(Configuration.Value::origin)
                .containsExactly("stet.yaml:3", "--budget", "STET_MACHINE_BUDGET");
    }

    @Test
    void allMistakesAreToldAtOnceWithTheirPlaces() {
        List<Problem> problems = problems(read("""
                budgit: 5
                budget: much
                strict: [true]
                api:
                  socket: stet.sock
                  listen: 1.2.3.4
                  sockets: /x
                redact: maybe
                """));
        assertThat(problems)
                .extracting(Problem::toString)
                .satisfiesExactlyInAnyOrder(
                        text -> assertThat(text).startsWith("stet.yaml:1:1").contains("did you mean 'budget'"),
                        text -> assertThat(text)
                                .startsWith("stet.yaml:2:9: budget")
                                .contains("from 0 to 100"),
                        text -> assertThat(text).startsWith("stet.yaml:3:9: strict"),
                        text -> assertThat(text)
                                .startsWith("stet.yaml:5:11: api.socket")
                                .contains("begins with '/'"),
                        text -> assertThat(text)
                                .startsWith("stet.yaml:6:11: api.listen")
                                .contains("HOST:PORT"),
                        text -> assertThat(text).startsWith("stet.yaml:7:3").contains("did you mean 'socket'"),
                        text -> assertThat(text)
                                .startsWith("stet.yaml:8:9: redact")
                                .contains("one of on, off"));
    }

    @Test
    void wrongVariablesAndOptionsAreToldToo() {
        List<Problem> problems = problems(Configuration.read(
                Optional.empty(), Map.of("STET_BUDGET", "x"), Map.of("machine-budget", List.of("101"))));
        assertThat(problems).extracting(Problem::file).containsExactlyInAnyOrder("STET_BUDGET", "--machine-budget");
    }

    @Test
    void whatBelongsTogetherIsAskedForTogether() {
        assertThat(problems(read("api: {listen: '127.0.0.1:1'}")))
                .extracting(Problem::message)
                .containsExactly("takes api.certificate, too", "takes api.key, too");
        assertThat(problems(read("redact: off\nredact-name: [x]")))
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("leaves nothing"));
    }

    @Test
    void listsAreListsOrOneValue() {
        assertThat(valid(read("redact-name: [a, b]")).list("redact-name")).containsExactly("a", "b");
        assertThat(valid(read("redact-name: a")).list("redact-name")).containsExactly("a");
        assertThat(valid(Configuration.read(Optional.empty(), Map.of("STET_REDACT_NAME", "a,b"), Map.of()))
                        .list("redact-name"))
                .containsExactly("a", "b");
    }

    @Test
    void amountsHaveUnits() {
        assertThat(Form.SIZE.value("256MiB")).isEqualTo(256L << 20);
        assertThat(Form.SIZE.value("5 GB")).isEqualTo(5_000_000_000L);
        assertThat(Form.TIME.value("7d")).isEqualTo(Duration.ofDays(7));
        for (String wrong : new String[] {"", "1", "-1s", "1y", "9999999999999999s", "999999999999999w"}) {
            assertThat(catchMessage(() -> Form.TIME.value(wrong))).as(wrong).isNotEmpty();
        }
        for (String wrong : new String[] {"x", "-1", "1.5GiB", "999999999999999GiB"}) {
            assertThat(catchMessage(() -> Form.SIZE.value(wrong))).as(wrong).isNotEmpty();
        }
    }

    private static String catchMessage(Runnable action) {
        try {
            action.run();
            return "";
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        }
    }

    @Test
    void changesAreWhatDiffers() {
        Configuration before = valid(read("budget: 10"));
        Configuration after = valid(read("budget: 12\nstrict: true"));
        assertThat(before.changes(after))
                .extracting(value -> value.setting().name())
                .containsExactly("strict", "budget");
        assertThat(before.changes(before)).isEmpty();
    }

    @Test
    void theSchemaSaysTheSameAsTheReader() {
        var schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(ConfigSchema.text());
        String right = "budget: 10\nredact-name: [a]\napi: {socket: /x, host: h}\nstrict: true\noutput: none\n";
        assertThat(schema.validate(right, InputFormat.YAML)).isEmpty();
        assertThat(valid(read(right)).path("api.socket")).isPresent();
        for (String wrong : new String[] {"budgit: 1", "budget: 101", "strict: 5", "output: all", "api: {nix: 1}"}) {
            assertThat(schema.validate(wrong, InputFormat.YAML)).as(wrong).isNotEmpty();
            assertThat(problems(read(wrong))).as(wrong).isNotEmpty();
        }
    }

    @Test
    void everySettingIsOnThePage() throws IOException {
        String page = Files.readString(Path.of("../docs/config.md"));
        for (Setting setting : Settings.all()) {
            String usual = setting.usual().isEmpty() ? "" : "`" + setting.usual() + "`";
            String counts = setting.reload() == Setting.Reload.LIVE ? "at once" : "at the next start";
            assertThat(page)
                    .contains("| `%s` | %s | %s | %s | %s |%n"
                            .formatted(setting.name(), setting.form().name(), usual, counts, setting.what()));
        }
    }
}
