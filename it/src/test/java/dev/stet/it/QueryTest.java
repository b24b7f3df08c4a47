package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `stet query` on the store that an agent has left, as people ask.
class QueryTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    static Path directory;

    private static Path store;

    @BeforeAll
    static void keep() throws IOException {
        Requires.root();
        Requires.uprobeMulti();
        store = directory.resolve("state/store.db");
        try (StetProcess agent = StetProcess.start(
                        "run",
                        "--policy",
                        PolicyFiles.in(directory).option(),
                        "--exe",
                        Targets.sqliteUser().toRealPath().toString(),
                        "--output",
                        "none",
                        "--state",
                        directory.resolve("state").toString());
                TargetProcess _ = TargetProcess.startReady(Targets.sqliteUser(), "20000", "0")) {
            long deadline = System.nanoTime() + LIMIT.toNanos();
            while (!Files.exists(store) || count("calls") < 10) {
                assertThat(System.nanoTime()).as(agent.stderr().toString()).isLessThan(deadline);
            }
        }
    }

    private static long count(String table) {
        List<String> said = ask("query", "--file", store.toString(), "--csv", "SELECT count(*) FROM " + table);
        return said.getFirst().equals("exit 0") ? Long.parseLong(said.getLast()) : 0;
    }

    private static List<String> ask(String... arguments) {
        try (StetProcess verb = StetProcess.start(arguments)) {
            List<String> said = new ArrayList<>();
            said.add("exit " + verb.waitFor(LIMIT));
            said.addAll(verb.stdout());
            said.addAll(verb.stderr());
            return said;
        }
    }

    @Test
    void everyQuestionOfTheDocumentsIsAnswered() throws IOException, InterruptedException {
        List<String> questions = new ArrayList<>();
        for (String page : List.of("docs/store.md", "docs/cli.md")) {
            Files.readAllLines(StetProcess.HOME.resolve(page)).stream()
                    .filter(line -> line.startsWith("sudo ./stet query"))
                    .forEach(questions::add);
        }
        assertThat(questions).hasSizeGreaterThan(6);
        for (String question : questions) {
            boolean isOfStore = !question.contains("--tables");
            String words = question.replaceFirst("^sudo \\./stet query", "").replaceFirst("> calls\\.csv", "");
            ProcessBuilder shell = new ProcessBuilder(
                    "sh",
                    "-c",
                    "\"$0\" query " + (isOfStore ? "--file \"$1\" " : "") + words,
                    StetProcess.HOME + "/stet",
                    store.toString());
            shell.environment()
                    .put("STET_JARS", StetProcess.HOME.resolve("cli/target/lib").toString());
            shell.environment().put("JAVA_HOME", System.getProperty("java.home"));
            Process asked = shell.redirectErrorStream(true).start();
            String said = new String(asked.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            assertThat(asked.waitFor()).as(question + ": " + said).isZero();
            assertThat(said).as(question).isNotBlank();
        }
    }

    @Test
    void callsAndTheirCountsAreThere() {
        assertThat(count("verdicts")).isPositive();
        List<String> said = ask(
                "query",
                "--file",
                store.toString(),
                "--json",
                "SELECT function, sum(calls) AS calls, p99(latencies) > 0 AS slow FROM functions GROUP BY 1 ORDER BY 2 DESC");
        assertThat(said.getFirst()).isEqualTo("exit 0");
        assertThat(StetProcess.parse(said.get(1)).get("function").asString("")).startsWith("sqlite3_");
        assertThat(StetProcess.parse(said.get(1)).get("calls").longValue()).isPositive();
    }

    @Test
    void aFunctionThatNeverEndsIsEnded() {
        String endless = "SELECT instr(hex(zeroblob(130000)) || hex(zeroblob(120000)), hex(zeroblob(120000)) || '1'"
                + " || hex(zeroblob(x))) FROM (SELECT 1 AS x UNION ALL SELECT 2 UNION ALL SELECT 3)";
        List<String> said = ask("query", "--file", store.toString(), "--timeout", "0.5", endless);
        assertThat(said.getFirst()).isEqualTo("exit 1");
        assertThat(said).anyMatch(line -> line.contains("takes longer than it may"));
    }
}
