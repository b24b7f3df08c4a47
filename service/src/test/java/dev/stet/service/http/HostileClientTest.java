package dev.stet.service.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.agent.AgentEvent;
import dev.stet.service.Broadcast;
import dev.stet.service.EventFilter;
import dev.stet.service.StreamRequest;
import dev.stet.service.client.ApiClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Clients that mean harm, over a real socket: each loses its connection, and nobody else anything.
class HostileClientTest {
    @TempDir
    private Path directory;

    private final Broadcast broadcast = new Broadcast(_ -> List.of());
    private final List<String> said = new CopyOnWriteArrayList<>();
    private ApiServer server;
    private Path socket;
    private Path readSocket;

    /// Three routes: something to see, something to change, and the stream.
    static final class Few implements Routes {
        @Override
        public Reply reply(Asked asked) {
            if (asked.is("GET", "stream")) {
                return new Reply.Stream(new StreamRequest(Set.of(), EventFilter.ALL));
            }
            if (asked.is("GET", "broken")) {
                throw new IllegalStateException("secret of the server's");
            }
            return new Reply.Whole(
                    Answer.json(json -> json.text("who", asked.caller().who())
                            .text("method", asked.method())
                            .number("body", asked.body().length())));
        }

        @Override
        public Scope needed(Asked asked) {
            return asked.method().equals("GET") ? Scope.READ : Scope.CHANGE;
        }
    }

    @BeforeEach
    void open() {
        socket = directory.resolve("run/stet.sock");
        readSocket = directory.resolve("run/read.sock");
        server = new ApiServer(new Few(), broadcast, said::add);
        assertThat(server.open(new ApiSettings(
                        Optional.of(socket), "no-such-group", Optional.of(readSocket), Optional.empty())))
                .isEmpty();
    }

    @AfterEach
    void close() {
        server.close();
        assertThat(socket).doesNotExist();
    }

    private void isWell() throws IOException {
        long begin = System.nanoTime();
        assertThat(new ApiClient(socket).get("/v1/hello").status()).isEqualTo(200);
        assertThat(System.nanoTime() - begin).isLessThan(5_000_000_000L);
    }

    @Test
    void theKernelSaysWhoAsksAndTheModeWhoMay() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(readSocket)))
                .isEqualTo("rw-rw-rw-");
        assertThat(new ApiClient(socket).get("/v1/hello").body())
                .contains("\"who\":\"user:" + System.getProperty("user.name") + "\"");
        assertThat(new ApiClient(socket)
                        .ask("POST", "/v1/x", Optional.of("12345"))
                        .body())
                .contains("\"body\":5");
        ApiClient.Reply refused = new ApiClient(readSocket).ask("POST", "/v1/x", Optional.of("12345"));
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.body()).contains("may see and not change");
        assertThat(new ApiClient(readSocket).get("/v1/hello").status()).isEqualTo(200);
    }

    @Test
    void whatIsNoHttpIsRefusedWithoutAnEcho() throws Exception {
        for (String wrong : List.of(
                "\r\n\r\n",
                "NONSENSE\r\n\r\n",
                "GET /v1/<script> HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /v1/../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /v1/%2e%2e/%2e%2e HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET / HTTP/9.9\r\n\r\n",
                "GET /v1/x HTTP/1.1\r\n\r\n",
                "GET /v1/x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "POST /v1/x HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
                "POST /v1/x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000")) {
            try (RawClient client = new RawClient(socket)) {
                String answer = client.send(wrong).receive(3);
                assertThat(answer).as(wrong).doesNotContain("<script>").doesNotContain("root:x:");
                if (!answer.startsWith("<open>") && !answer.isEmpty()) {
                    assertThat(answer).as(wrong).matches("(?s)HTTP/1\\.1 [45]\\d\\d .*");
                }
            }
        }
        isWell();
    }

    @Test
    void aMistakeOfTheServersIsNotTold() throws IOException {
        ApiClient.Reply reply = new ApiClient(socket).get("/v1/broken");
        assertThat(reply.status()).isEqualTo(500);
        assertThat(reply.body()).doesNotContain("secret");
        assertThat(said).singleElement().asString().contains("secret of the server's");
    }

    @Test
    void aHeaderOrBodyThatIsTooLongEndsTheRequest() throws Exception {
        try (RawClient client = new RawClient(socket)) {
            var _ = client.send("GET /v1/x HTTP/1.1\r\nHost: x\r\nX-Long: ");
            assertThat(client.flood("x".repeat(8192), 64 << 20)).isLessThan(16 << 20);
        }
        try (RawClient client = new RawClient(socket)) {
            assertThat(client.send("GET /" + "x".repeat(9000) + " HTTP/1.1\r\nHost: x\r\n\r\n")
                            .receive(3))
                    .contains(" 414 ");
        }
        try (RawClient client = new RawClient(socket)) {
            assertThat(client.send("POST /v1/x HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n")
                            .receive(3))
                    .contains(" 413 ");
        }
        try (RawClient client = new RawClient(socket)) {
            var _ = client.send("POST /v1/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            assertThat(client.flood("1000\r\n" + "x".repeat(4096) + "\r\n", 256 << 20))
                    .isLessThan(16 << 20);
        }
        isWell();
    }

    @Test
    void slowSendersHoldNoThread() throws Exception {
        List<RawClient> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 40; i++) {
                slow.add(new RawClient(socket)
                        .send(
                                i % 2 == 0
                                        ? "GET /v1/x HT"
                                        : "POST /v1/x HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nslow"));
            }
            for (int i = 0; i < 5; i++) {
                isWell();
            }
        } finally {
            for (RawClient client : slow) {
                client.close();
            }
        }
    }

    @Test
    void connectionsAreLimitedAndGivenBack() throws Exception {
        List<RawClient> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            try {
                all.add(new RawClient(socket));
            } catch (IOException e) {
                break; // the backlog is full
            }
        }
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (all.stream().filter(RawClient::isCutOff).count() < 100) {
            assertThat(System.nanoTime()).as("more than the limit are open").isLessThan(deadline);
            Thread.sleep(20);
        }
        // Who comes by the other way is not kept out by these.
        assertThat(new ApiClient(readSocket).get("/v1/hello").status()).isEqualTo(200);
        for (RawClient client : all) {
            client.close();
        }
        awaitWell();
    }

    private void awaitWell() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (true) {
            try {
                isWell();
                return;
            } catch (IOException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.sleep(20); // those that have gone are not noticed at once
            }
        }
    }

    @Test
    void whoAsksTooOftenIsToldToWait() throws IOException {
        int refused = 0;
        for (int i = 0; i < 400; i++) {
            refused += new ApiClient(socket).get("/v1/hello").status() == 429 ? 1 : 0;
        }
        assertThat(refused).isPositive();
        assertThat(new ApiClient(readSocket).get("/v1/hello").status()).isEqualTo(200);
    }

    @Test
    void whoWatchesAndDoesNotReadHoldsNothingUp() throws Exception {
        try (RawClient silent = new RawClient(socket)) {
            var _ = silent.send("GET /v1/stream HTTP/1.1\r\nHost: x\r\n\r\n");
            awaitWatching(1);
            String text = "x".repeat(1000);
            long worst = 0;
            for (int i = 0; i < 20_000; i++) {
                long begin = System.nanoTime();
                broadcast.event(new AgentEvent.Notice(text));
                worst = Math.max(worst, System.nanoTime() - begin);
            }
            assertThat(broadcast.dropped()).isGreaterThan(15_000);
            assertThat(worst).as("the thread that traced waited").isLessThan(1_000_000_000L);
            isWell();
        }
        awaitWatching(0);
    }

    @Test
    void aStreamIsWholeForWhoReads() throws Exception {
        List<String> got = new CopyOnWriteArrayList<>();
        Thread reader = Thread.ofPlatform().start(() -> {
            try {
                var _ = new ApiClient(socket).lines("GET", "/v1/stream", Optional.empty(), line -> {
                    got.add(line);
                    return got.size() < 5000;
                });
            } catch (IOException e) {
                got.add(e.toString());
            }
        });
        awaitWatching(1);
        for (int i = 0; i < 5000; i++) {
            broadcast.event(new AgentEvent.Notice("number " + i));
        }
        reader.join(20_000);
        assertThat(got).hasSize(5000);
        assertThat(got.getFirst()).contains("number 0\"");
        assertThat(got.getLast()).contains("number 4999\"");
        broadcast.event(new AgentEvent.Notice("to notice that it has gone"));
        broadcast.event(new AgentEvent.Notice("to notice that it has gone"));
        awaitWatching(0);
    }

    private void awaitWatching(int count) throws InterruptedException {
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (broadcast.watching() != count) {
            assertThat(System.nanoTime())
                    .as(count + " watching, not " + broadcast.watching())
                    .isLessThan(deadline);
            broadcast.event(new AgentEvent.Notice("are you there?"));
            Thread.sleep(20);
        }
    }

    @Test
    void aSocketThatWasLeftIsReplacedAndAnythingElseIsNot() throws IOException {
        ApiServer second = new ApiServer(new Few(), broadcast, said::add);
        assertThat(second.open(new ApiSettings(Optional.of(socket), "", Optional.empty(), Optional.empty())))
                .singleElement()
                .asString()
                .contains("another agent answers there");
        second.close();
        isWell();
        Path file = Files.writeString(directory.resolve("file"), "mine");
        assertThat(second.open(new ApiSettings(Optional.of(file), "", Optional.empty(), Optional.empty())))
                .singleElement()
                .asString()
                .contains("no socket");
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);
        assertThat(second.open(new ApiSettings(Optional.of(link), "", Optional.empty(), Optional.empty())))
                .singleElement()
                .asString()
                .contains("no socket");
        assertThat(file).hasContent("mine");
    }
}
