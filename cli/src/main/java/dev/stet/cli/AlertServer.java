package dev.stet.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.stet.agent.suggest.Alerts;
import dev.stet.agent.suggest.Reading;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Takes the alerts that an Alertmanager posts (its receiver `webhook_configs`). It answers 200 when
/// they were judged; what is wrong with a post 4xx, so that it is not posted again; what is wrong here
/// 500, so that it is.
final class AlertServer implements AutoCloseable {
    /// Of one post: Alertmanager's groups have some dozen alerts of some hundred bytes.
    private static final int MAX_BODY = 1 << 20;

    private static final int MAX_CONNECTIONS = 16;

    /// The JDK's server takes its limits, in seconds, from nowhere else, and when its classes are loaded.
    private static final Map<String, String> LIMITS = Map.of(
            "jdk.httpserver.maxConnections",
            Integer.toString(MAX_CONNECTIONS),
            "sun.net.httpserver.maxReqTime",
            "10",
            "sun.net.httpserver.maxRspTime",
            "10",
            "sun.net.httpserver.idleInterval",
            "10",
            "sun.net.httpserver.maxReqHeaders",
            "50",
            "sun.net.httpserver.maxReqHeaderSize",
            "16384");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(
            MAX_CONNECTIONS,
            Thread.ofPlatform().daemon().name("stet-alerts-", 1).factory());
    private final boolean loopback;
    private final Judge judge;

    /// Is told of what came, one post at a time.
    interface Judge {
        /// @throws Failure if nothing can be said of it now
        void judge(Reading alerts);
    }

    private record Answer(int code, String text) {}

    /// Begins to listen.
    AlertServer(InetSocketAddress address, Judge judge) throws IOException {
        LIMITS.forEach(System::setProperty);
        this.judge = judge;
        loopback = address.getAddress().isLoopbackAddress();
        server = HttpServer.create(address, MAX_CONNECTIONS);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    /// Where it listens; the port is known now, if any would do.
    InetSocketAddress address() {
        return server.getAddress();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer = answer(exchange);
            byte[] text = (answer.text + "\n").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
            exchange.getResponseHeaders().set("Connection", "close");
            exchange.sendResponseHeaders(answer.code, text.length);
            exchange.getResponseBody().write(text);
        }
    }

    private Answer answer(HttpExchange exchange) throws IOException {
        if (!exchange.getRequestMethod().equals("POST")) {
            return new Answer(405, "alerts are posted");
        }
        if (loopback && !isOwn(exchange.getRequestHeaders().getFirst("Host"))) {
            return new Answer(403, "Host: it is known by its address, or as localhost");
        }
        byte[] body;
        try (InputStream in = exchange.getRequestBody()) {
            body = in.readNBytes(MAX_BODY + 1);
        }
        if (body.length > MAX_BODY) {
            return new Answer(413, "more than " + MAX_BODY + " bytes");
        }
        Reading reading = Alerts.read("post", body);
        if (!reading.refusals().isEmpty()) {
            return new Answer(400, reading.refusals().getFirst().reason());
        }
        try {
            synchronized (this) {
                judge.judge(reading);
            }
            return new Answer(200, "judged");
        } catch (Failure e) {
            System.err.println("stet: " + e.getMessage());
            return new Answer(500, "it could not be judged; Stet has said why");
        }
    }

    /// A page in a browser can make a name of its own lead here, but not the address.
    private static boolean isOwn(String host) {
        String name = host == null ? "" : host.replaceFirst(":[0-9]{1,5}$", "");
        return name.equals("localhost")
                || name.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}")
                || name.matches("\\[[0-9a-f:]+]");
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
