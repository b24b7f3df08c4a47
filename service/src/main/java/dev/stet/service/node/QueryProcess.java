package dev.stet.service.node;

import dev.stet.service.http.Answer;
import dev.stet.service.http.Asked;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Asks the store for somebody who may not read it himself, by a `stet query` of its own: what a
/// question takes of time and memory is that process's, and ends with it. One at a time.
final class QueryProcess {
    private static final int MOST_ROWS = 10_000;
    private static final int USUAL_ROWS = 1000;
    private static final int MAX_BYTES = 4 << 20;
    private static final int MAX_WORDS = 4096;
    private static final Duration TIME = Duration.ofSeconds(10);
    /// Of the process, its start and its end included.
    private static final Duration ALL = TIME.plusSeconds(5);

    private static final int MEGABYTES = 32;

    private final Path launcher;
    private final Path state;
    private final Semaphore turn = new Semaphore(1);

    /// @param launcher of Stet
    /// @param state the agent's state directory
    QueryProcess(Path launcher, Path state) {
        this.launcher = launcher;
        this.state = state;
    }

    /// The body is the question.
    Answer ask(Asked asked) throws IOException {
        int rows = AgentRoutes.number(asked, "limit", USUAL_ROWS, MOST_ROWS);
        if (asked.body().isBlank()) {
            return Answer.problem(400, "no-question", "the body is to be the question, in SQL");
        }
        if (!turn.tryAcquire()) {
            return Answer.problem(503, "busy", "another question is being asked; ask again in a few seconds");
        }
        try {
            return ask(asked.body(), rows);
        } finally {
            turn.release();
        }
    }

    private Answer ask(String sql, int rows) throws IOException {
        Process process = new ProcessBuilder(
                        launcher.toString(),
                        "query",
                        "--json",
                        "--state",
                        state.toString(),
                        "--limit",
                        Integer.toString(rows),
                        "--timeout",
                        Long.toString(TIME.toSeconds()),
                        "--memory",
                        Integer.toString(MEGABYTES),
                        "-")
                .start();
        var _ = process.onExit()
                .orTimeout(ALL.toSeconds(), TimeUnit.SECONDS)
                .exceptionally(_ -> process.destroyForcibly());
        try (InputStream answer = process.getInputStream();
                InputStream words = process.getErrorStream()) {
            try (OutputStream question = process.getOutputStream()) {
                question.write(sql.getBytes(StandardCharsets.UTF_8));
            }
            byte[] lines = answer.readNBytes(MAX_BYTES + 1);
            if (lines.length > MAX_BYTES) {
                return Answer.problem(
                        413, "too-much", "the answer has more than " + MAX_BYTES + " bytes; ask for less");
            }
            String said = new String(words.readNBytes(MAX_WORDS), StandardCharsets.UTF_8)
                    .replaceFirst("^stet: ", "")
                    .strip();
            return answer(process.waitFor(), new String(lines, StandardCharsets.UTF_8), said);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    /// @param code as docs/cli.md has them
    private static Answer answer(int code, String lines, String said) {
        return switch (code) {
            case 0 -> {
                StringBuilder out = new StringBuilder(lines.length() + 64).append("{\"rows\":[");
                out.append(String.join(",", lines.lines().toList())).append(']');
                Optional<String> cut = Optional.of(said).filter(text -> !text.isEmpty());
                out.append(",\"complete\":").append(cut.isEmpty()).append("}\n");
                yield new Answer(200, Answer.JSON, out);
            }
            case 64 -> Answer.problem(400, "wrong-question", said);
            case 66 -> Answer.problem(404, "no-store", said);
            case 1 -> Answer.problem(422, "too-much", said);
            // What ends a process otherwise is its own, or that it was killed.
            default -> Answer.problem(500, "failed", said.isEmpty() ? "the question was broken off" : said);
        };
    }
}
