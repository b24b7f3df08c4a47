package dev.stet.it;

import static dev.stet.it.PackRun.arg;
import static dev.stet.it.PackRun.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.it.Events.Event;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What programs say through TLS: OpenSSL's library in curl, nginx and Python, OpenSSL inside Node.js, and
/// GnuTLS.
class TlsPacksTest {
    @TempDir
    static Path directory;

    private static int port;

    @BeforeAll
    static void needs() throws IOException {
        Requires.root();
        Requires.uprobeMulti();
        try (TargetProcess openssl = TargetProcess.start(
                Requires.tool("openssl"),
                Stream.of(("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
                                        + " -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout %s -out %s")
                                .formatted(key(), certificate())
                                .split(" "))
                        .toArray(String[]::new))) {
            assertThat(openssl.waitFor(Duration.ofSeconds(20))).isZero();
        }
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Files.writeString(directory.resolve("nginx.conf"), """
                daemon off;
                master_process off;
                pid nginx.pid;
                error_log stderr;
                events {}
                http {
                    access_log off;
                    client_body_temp_path body;
                    proxy_temp_path proxy;
                    fastcgi_temp_path fastcgi;
                    uwsgi_temp_path uwsgi;
                    scgi_temp_path scgi;
                    server {
                        listen 127.0.0.1:%d ssl;
                        ssl_certificate %s;
                        ssl_certificate_key %s;
                        location / { return 200 "nothing secret"; }
                        location /missing/ { return 404; }
                    }
                }
                """.formatted(port, certificate(), key()));
    }

    private static Path key() {
        return directory.resolve("key.pem");
    }

    private static Path certificate() {
        return directory.resolve("certificate.pem");
    }

    private static Path nginx() {
        Path nginx = Path.of("/usr/sbin/nginx");
        Requires.require(Files.isExecutable(nginx), "nginx (Debian: nginx-light)");
        return nginx;
    }

    /// Starts nginx, and waits until it answers.
    private static TargetProcess startNginx() {
        TargetProcess nginx = TargetProcess.start(nginx(), "-p", directory.toString(), "-c", "nginx.conf");
        long deadline = System.nanoTime() + Events.LIMIT.toNanos();
        while (true) {
            try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return nginx;
            } catch (IOException e) {
                if (System.nanoTime() > deadline || !nginx.isAlive()) {
                    nginx.close();
                    throw new AssertionError("nginx does not answer: " + nginx.stderr(), e);
                }
                Thread.onSpinWait();
            }
        }
    }

    /// Asks for /curl/0 to /curl/1999, twenty a second, over one connection.
    private static TargetProcess startCurl(String path) {
        return TargetProcess.start(
                Requires.tool("curl"),
                "--silent",
                "--http1.1",
                "--cacert",
                certificate().toString(),
                "--rate",
                "1200/m",
                "--oauth2-bearer",
                "curl-secret",
                "https://localhost:" + port + path + "[0-1999]");
    }

    private static List<String> requests(List<Event> writes) {
        return writes.stream()
                .map(call -> arg(call, "http"))
                .map(http -> http.path("method").asString("") + " "
                        + http.path("path").asString(""))
                .toList();
    }

    private static boolean isStatus(Event read) {
        return !result(read, "http").path("status").isMissingNode();
    }

    private static boolean isRequest(Event write) {
        return !arg(write, "http").path("method").isMissingNode();
    }

    @Test
    void curl() {
        try (TargetProcess nginx = startNginx();
                PackRun run = PackRun.on(Requires.tool("curl")).ready();
                TargetProcess curl = startCurl("/missing/")) {
            List<Event> writes = run.await("tls.write", 10, TlsPacksTest::isRequest);
            assertThat(requests(writes)).allMatch(line -> line.matches("GET /missing/\\d+"));
            assertThat(requests(writes)).doesNotHaveDuplicates();
            assertThat(writes).allSatisfy(call -> {
                assertThat(call.number("pid")).isEqualTo(curl.pid());
                assertThat(call.text("pack")).isEqualTo("openssl");
                assertThat(result(call, "bytes").longValue())
                        .isEqualTo(arg(call, "size").longValue());
            });
            assertThat(run.await("tls.read", 10, TlsPacksTest::isStatus))
                    .allSatisfy(call -> assertThat(
                                    result(call, "http").path("status").intValue())
                            .isEqualTo(404));
            assertThat(nginx.isAlive()).isTrue();
            nothingSecret(run, "curl-secret");
        }
    }

    @Test
    void nginxReadsRequestsAndWritesStatus() {
        try (TargetProcess nginx = startNginx();
                PackRun run = PackRun.on(nginx()).ready();
                TargetProcess curl = startCurl("/found/")) {
            List<Event> reads = run.await(
                    "tls.read", 10, call -> !result(call, "http").path("method").isMissingNode());
            assertThat(reads).allSatisfy(call -> {
                assertThat(call.number("pid")).isEqualTo(nginx.pid());
                assertThat(result(call, "http").path("method").asString("")).isEqualTo("GET");
                assertThat(result(call, "http").path("path").asString("")).matches("/found/\\d+");
                assertThat(result(call, "bytes").longValue()).isPositive();
            });
            List<Event> writes = run.await(
                    "tls.write", 10, call -> !arg(call, "http").path("status").isMissingNode());
            assertThat(writes)
                    .allSatisfy(
                            call -> assertThat(arg(call, "http").path("status").intValue())
                                    .isEqualTo(200));
            // A read that gives nothing must not show what was in the buffer before.
            assertThat(run.await("tls.read", 5, call -> result(call, "bytes").intValue() < 0))
                    .allSatisfy(
                            call -> assertThat(result(call, "http").isNull()).isTrue());
            assertThat(curl.isAlive()).isTrue();
            nothingSecret(run, "curl-secret", "nothing secret");
        }
    }

    /// CPython calls SSL_read_ex and SSL_write_ex.
    @Test
    void python() {
        Path python = Path.of("/usr/bin/python3");
        Requires.require(Files.isExecutable(python), "Debian's python3");
        try (TargetProcess nginx = startNginx();
                TargetProcess target = TargetProcess.startReady(
                        python,
                        Targets.script("https_client.py").toString(),
                        Integer.toString(port),
                        certificate().toString(),
                        "20000",
                        "0");
                PackRun run = PackRun.on(python)) {
            List<Event> writes = run.await("tls.write", 10, TlsPacksTest::isRequest);
            assertThat(requests(writes)).allMatch(line -> line.matches("GET /python/\\d+"));
            assertThat(requests(writes)).doesNotHaveDuplicates();
            assertThat(writes).allSatisfy(call -> {
                assertThat(call.number("pid")).isEqualTo(target.pid());
                assertThat(result(call, "bytes").longValue())
                        .isEqualTo(arg(call, "size").longValue());
            });
            assertThat(run.await("tls.read", 10, TlsPacksTest::isStatus))
                    .allSatisfy(call -> assertThat(
                                    result(call, "http").path("status").intValue())
                            .isEqualTo(200));
            nothingSecret(run, "python-secret", "nothing secret");
            assertThat(nginx.isAlive()).isTrue();
        }
    }

    /// Node.js has OpenSSL in itself, or Debian's library; both are seen.
    @Test
    void node() {
        Path node = Requires.tool("node");
        try (TargetProcess target = TargetProcess.startReady(
                        node,
                        Targets.script("https_both.js").toString(),
                        key().toString(),
                        certificate().toString(),
                        "20000",
                        "0");
                PackRun run = PackRun.on(node)) {
            List<Event> asked = run.await("tls.write", 10, TlsPacksTest::isRequest);
            assertThat(requests(asked)).allMatch(line -> line.matches("GET /node/\\d+"));
            assertThat(run.await("tls.read", 10, TlsPacksTest::isStatus))
                    .allSatisfy(call -> assertThat(
                                    result(call, "http").path("status").intValue())
                            .isIn(200, 404))
                    .anySatisfy(call -> assertThat(
                                    result(call, "http").path("status").intValue())
                            .isEqualTo(404));
            assertThat(target.isAlive()).isTrue();
        }
    }

    @Test
    void gnutls() {
        try (TargetProcess target = TargetProcess.startReady(Targets.gnutlsPair(), "20000", "0");
                PackRun run = PackRun.on(Targets.gnutlsPair())) {
            List<Event> asked = run.await("tls.write", 10, TlsPacksTest::isRequest);
            assertThat(requests(asked)).allMatch(line -> line.matches("GET /thing/\\d+"));
            List<Event> answered = run.await(
                    "tls.write", 10, call -> !arg(call, "http").path("status").isMissingNode());
            assertThat(answered)
                    .allSatisfy(call -> {
                        assertThat(call.number("pid")).isEqualTo(target.pid());
                        assertThat(call.text("pack")).isEqualTo("gnutls");
                        assertThat(result(call, "bytes").longValue())
                                .isEqualTo(arg(call, "size").longValue());
                    })
                    .anySatisfy(
                            call -> assertThat(arg(call, "http").path("status").intValue())
                                    .isEqualTo(404));
            assertThat(run.await("tls.read", 10))
                    .allSatisfy(call -> assertThat(result(call, "bytes").longValue())
                            .isLessThanOrEqualTo(arg(call, "size").longValue())
                            .isGreaterThan(10))
                    .anyMatch(call -> result(call, "http").path("status").asInt(0) == 200)
                    .anyMatch(call ->
                            result(call, "http").path("method").asString("").equals("GET"));
            assertThat(target.stop()).startsWith("done exchanges=");
        }
    }

    @Test
    void gnutlsContentsOnRequest() {
        try (TargetProcess target = TargetProcess.startReady(Targets.gnutlsPair(), "20000", "0");
                PackRun run = PackRun.on(Targets.gnutlsPair(), "--payload")) {
            assertThat(run.await("tls.read", 10))
                    .anySatisfy(call ->
                            assertThat(result(call, "content").asString("")).startsWith("GET /thing/"));
            assertThat(target.isAlive()).isTrue();
        }
    }

    /// Contents come with `--payload` only.
    @Test
    void contentsOnRequest() {
        try (TargetProcess nginx = startNginx();
                PackRun run = PackRun.on(Requires.tool("curl"), "--payload").ready();
                TargetProcess curl = startCurl("/found/")) {
            List<Event> writes = run.await("tls.write", 5, TlsPacksTest::isRequest);
            assertThat(writes)
                    .allSatisfy(call -> assertThat(PackRun.text(call, "content"))
                            .matches("(?s)GET /found/\\d+ HTTP/1.1\r\nHost: localhost.*"));
            assertThat(run.await("tls.read", 5, TlsPacksTest::isStatus))
                    .allSatisfy(call ->
                            assertThat(result(call, "content").asString("")).contains("nothing secret"));
            nothingSecret(run, "curl-secret");
            assertThat(nginx.isAlive() && curl.isAlive()).isTrue();
        }
    }

    private static void nothingSecret(PackRun run, String... secrets) {
        for (String secret : secrets) {
            assertThat(run.stet().stdout().stream().filter(line -> line.contains(secret)))
                    .isEmpty();
        }
    }
}
