package dev.stet.cli;

import dev.stet.agent.audit.JsonReader;
import dev.stet.agent.audit.JsonValue;
import dev.stet.agent.audit.MalformedRecordException;
import dev.stet.agent.json.SafeText;
import dev.stet.service.client.ApiClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;
import picocli.CommandLine.Option;

/// `--socket PATH`, for the commands that ask a running agent.
final class AgentOption {
    private static final Path USUAL = Path.of("/run/stet/stet.sock");
    /// For everybody, where the configuration allows it and is as people usually write it.
    private static final Path FOR_ALL = Path.of("/run/stet/read.sock");

    @Option(
            names = "--socket",
            paramLabel = "PATH",
            description = "Where the agent is asked: its api.socket or api.read-socket"
                    + " (default: $STET_API_SOCKET, /run/stet/stet.sock, or /run/stet/read.sock).")
    private Path socket;

    /// The socket that counts.
    Path path() {
        if (socket != null) {
            return socket;
        }
        String variable = System.getenv("STET_API_SOCKET");
        if (variable != null && variable.startsWith("/")) {
            return Path.of(variable);
        }
        return !Files.isWritable(USUAL) && Files.isWritable(FOR_ALL) ? FOR_ALL : USUAL;
    }

    /// Is there one to ask?
    boolean isThere() {
        return Files.isWritable(path());
    }

    /// Asks, and reads the JSON of the answer.
    ///
    /// @throws Failure if nobody answers, or refuses
    JsonValue.Fields get(String path) {
        return fields(text("GET", path, Optional.empty()));
    }

    /// Asks.
    ///
    /// @return the body of the answer
    String text(String method, String path, Optional<String> body) {
        try {
            ApiClient.Reply reply = new ApiClient(path()).ask(method, path, body);
            if (!reply.isGood()) {
                throw refused(reply);
            }
            return reply.body();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /// Asks for lines, until they end or nobody wants more.
    void lines(String method, String path, Optional<String> body, Predicate<String> take) {
        try {
            new ApiClient(path()).lines(method, path, body, take).ifPresent(reply -> {
                throw refused(reply);
            });
        } catch (IOException e) {
            throw failure(e);
        }
    }

    static JsonValue.Fields fields(String json) {
        try {
            return JsonReader.read(json.strip());
        } catch (MalformedRecordException e) {
            throw new Failure(ExitCode.BUG, "the agent's answer cannot be read: " + e.getMessage());
        }
    }

    private static Failure refused(ApiClient.Reply reply) {
        int code = switch (reply.status()) {
            case 400 -> ExitCode.USAGE;
            case 401, 403 -> ExitCode.NOT_PERMITTED;
            case 404 -> ExitCode.NO_INPUT;
            case 409 -> ExitCode.NOTHING;
            case 422 -> ExitCode.BAD_DATA;
            // Statuses of HTTP, of which there are many.
            default -> ExitCode.UNAVAILABLE;
        };
        String message;
        try {
            message = JsonReader.read(reply.body().strip()).text("message").orElse("");
        } catch (MalformedRecordException e) {
            message = "";
        }
        return new Failure(code, message.isEmpty() ? "the agent refused: " + reply.status() : SafeText.plain(message));
    }

    private Failure failure(IOException e) {
        Path asked = path();
        if (Files.exists(asked) && !Files.isWritable(asked)) {
            return new Failure(
                    ExitCode.NOT_PERMITTED,
                    "may not ask the agent at " + asked
                            + ": that takes root or its group (stet); try: sudo ./stet ...");
        }
        return new Failure(
                ExitCode.UNAVAILABLE,
                "no agent answers at " + asked + " (" + SafeText.plain(String.valueOf(e.getMessage()))
                        + "); start one: sudo ./stet run, or systemctl start stet");
    }
}
