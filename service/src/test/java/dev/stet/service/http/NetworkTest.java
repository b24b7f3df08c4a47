package dev.stet.service.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.service.Broadcast;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The API over the network, with a certificate of openssl's.
class NetworkTest {
    @TempDir
    private Path directory;

    private final List<String> said = new CopyOnWriteArrayList<>();
    private final Tokens.Made reads = Tokens.make(Scope.READ, "dashboard", new SecureRandom());
    private final Tokens.Made changes = Tokens.make(Scope.CHANGE, "deploy", new SecureRandom());
    private ApiServer server;
    private Path tokens;
    private String base;

    @BeforeEach
    void open() throws Exception {
        Path certificate = directory.resolve("cert.pem");
        Path key = directory.resolve("key.pem");
        Process openssl = new ProcessBuilder(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:P-256",
                        "-nodes",
                        "-days",
                        "2",
                        "-subj",
                        "/CN=localhost",
                        "-addext",
                        "subjectAltName=DNS:localhost,IP:127.0.0.1",
                        "-keyout",
                        key.toString(),
                        "-out",
                        certificate.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("openssl.log").toFile())
                .start();
        assertThat(openssl.waitFor()).isZero();
        tokens = Files.writeString(
                directory.resolve("tokens"), "# who\n" + reads.line() + "\n\n" + changes.line() + "\n");
        Files.setPosixFilePermissions(tokens, PosixFilePermissions.fromString("rw-------"));
        server = new ApiServer(new HostileClientTest.Few(), new Broadcast(_ -> List.of()), said::add);
        assertThat(server.open(settings(certificate, key))).isEmpty();
        base = said.getFirst().replace("API at ", "");
    }

    private ApiSettings settings(Path certificate, Path key) {
        return new ApiSettings(
                Optional.empty(),
                "",
                Optional.empty(),
                Optional.of(new ApiSettings.Tcp(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        certificate,
                        key,
                        tokens,
                        List.of("Stet.example"))));
    }

    @AfterEach
    void close() {
        server.close();
    }

    /// @param head in small letters
    private record Heard(int status, String head, String body) {}

    /// By curl, which believes in this certificate only.
    private Heard ask(String method, String... headers) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "curl",
                "-s",
                "-i",
                "--max-time",
                "20",
                "--cacert",
                directory.resolve("cert.pem").toString()));
        for (int i = 0; i < headers.length; i += 2) {
            command.addAll(List.of("-H", headers[i] + ": " + headers[i + 1]));
        }
        command.addAll(method.equals("GET") ? List.of() : List.of("-X", method, "-d", "{}"));
        command.add(base + "/v1/x");
        Process curl = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String all = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(curl.waitFor()).as(all).isZero();
        String[] parts = all.split("\r\n\r\n", 2);
        return new Heard(Integer.parseInt(parts[0].split(" ", 3)[1]), parts[0].toLowerCase(Locale.ROOT), parts[1]);
    }

    @Test
    void aTokenSaysWhoAsksAndWhatHeMay() throws Exception {
        assertThat(ask("GET", "Authorization", "Bearer " + reads.token()).body())
                .contains("token:dashboard");
        assertThat(ask("POST", "Authorization", "Bearer " + reads.token()).status())
                .isEqualTo(403);
        assertThat(ask("POST", "Authorization", "bearer " + changes.token()).body())
                .contains("token:deploy");
    }

    @Test
    void withoutOneNothingIsToldAndNothingIsWrittenDown() throws Exception {
        for (String[] headers : new String[][] {
            {},
            {"Authorization", "Bearer "},
            {"Authorization", "Bearer " + reads.token() + "x"},
            {"Authorization", "Basic " + reads.token()},
            {"Cookie", "token=" + reads.token()},
        }) {
            Heard refused = ask("GET", headers);
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.head()).contains("www-authenticate: bearer");
            assertThat(refused.body()).doesNotContain("stet_");
        }
        assertThat(String.join("\n", said)).doesNotContain(reads.token()).doesNotContain("stet_");
    }

    @Test
    void aBrowserIsOfNoUseToSomebodyElsesPage() throws Exception {
        String token = "Bearer " + reads.token();
        assertThat(ask("GET", "Authorization", token, "Origin", "https://evil.example")
                        .status())
                .isEqualTo(403);
        Heard rebound = ask("GET", "Authorization", token, "Host", "evil.example");
        assertThat(rebound.status()).isEqualTo(421);
        assertThat(ask("GET", "Authorization", token, "Host", "stet.example").status())
                .isEqualTo(200);
        Heard preflight = ask("OPTIONS", "Origin", "https://evil.example");
        assertThat(preflight.head()).doesNotContain("access-control");
        assertThat(ask("GET", "Authorization", token).head()).contains("x-content-type-options: nosniff");
    }

    @Test
    void withoutTlsNothingIsSaid() throws IOException, InterruptedException {
        try (var socket =
                new Socket(InetAddress.getLoopbackAddress(), URI.create(base).getPort())) {
            socket.getOutputStream()
                    .write("GET /v1/x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.setSoTimeout(5000);
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .doesNotContain("200");
        }
    }

    @Test
    void tokensThatOthersMayReadAreRefused() throws IOException {
        Files.setPosixFilePermissions(tokens, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(message(tokens)).contains("chmod 600");
        Files.setPosixFilePermissions(tokens, PosixFilePermissions.fromString("rw-------"));
        for (String wrong : List.of("read abc x", "write " + "0".repeat(64) + " x", "read " + "0".repeat(64))) {
            Files.writeString(tokens, "# fine\n" + wrong + "\n");
            assertThat(message(tokens)).as(wrong).contains(tokens + ":2:").doesNotContain("abc");
        }
    }

    private static String message(Path tokens) {
        try {
            var _ = Tokens.read(tokens);
            return "";
        } catch (IOException e) {
            return e.getMessage();
        }
    }

    @Test
    void whatIsNoCertificateOrKeyIsToldWithItsFile() throws IOException {
        Path wrong = Files.writeString(directory.resolve("wrong.pem"), "hello");
        assertThat(server.open(settings(wrong, directory.resolve("key.pem"))))
                .singleElement()
                .asString()
                .contains("wrong.pem");
        assertThat(server.open(settings(directory.resolve("cert.pem"), wrong)))
                .singleElement()
                .asString()
                .contains("wrong.pem", "BEGIN PRIVATE KEY");
    }
}
