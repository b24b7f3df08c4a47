package dev.stet.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/// A receiver of OTLP by HTTP, which takes what comes, or refuses it, or never answers.
final class OtlpReceiver implements AutoCloseable {
    /// What it does with what comes.
    enum Mood {
        TAKES,
        REFUSES,
        HANGS
    }

    /// A span, and whose it is.
    record Seen(Map<String, String> resource, Span span) {
        Map<String, String> attributes() {
            return texts(span.getAttributesList());
        }
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final List<Seen> spans = new ArrayList<>();
    private final List<LogRecord> logs = new ArrayList<>();
    private final List<Metric> metrics = new ArrayList<>();
    private volatile Mood mood;

    OtlpReceiver(Mood mood, int port) throws IOException {
        this.mood = mood;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
        server.setExecutor(threads);
        server.createContext("/v1/", this::take);
        server.start();
    }

    static OtlpReceiver taking() throws IOException {
        return new OtlpReceiver(Mood.TAKES, 0);
    }

    String endpoint() {
        return "http://127.0.0.1:" + port();
    }

    int port() {
        return server.getAddress().getPort();
    }

    void mood(Mood next) {
        mood = next;
    }

    private void take(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        switch (mood) {
            case TAKES -> {
                keep(exchange.getRequestURI().getPath(), body);
                exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
                exchange.sendResponseHeaders(200, -1);
            }
            case REFUSES -> exchange.sendResponseHeaders(503, -1);
            case HANGS -> {
                try {
                    closed.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
        exchange.close();
    }

    private synchronized void keep(String path, byte[] body) throws IOException {
        switch (path) {
            case "/v1/traces" ->
                ExportTraceServiceRequest.parseFrom(body).getResourceSpansList().forEach(resource -> {
                    Map<String, String> texts = texts(resource.getResource().getAttributesList());
                    resource.getScopeSpansList()
                            .forEach(scope -> scope.getSpansList().forEach(span -> spans.add(new Seen(texts, span))));
                });
            case "/v1/logs" ->
                ExportLogsServiceRequest.parseFrom(body)
                        .getResourceLogsList()
                        .forEach(resource ->
                                resource.getScopeLogsList().forEach(scope -> logs.addAll(scope.getLogRecordsList())));
            case "/v1/metrics" ->
                ExportMetricsServiceRequest.parseFrom(body)
                        .getResourceMetricsList()
                        .forEach(resource -> resource.getScopeMetricsList()
                                .forEach(scope -> metrics.addAll(scope.getMetricsList())));
            default -> throw new IOException("nobody sends to " + path);
        }
    }

    static Map<String, String> texts(List<KeyValue> attributes) {
        return attributes.stream().collect(Collectors.toMap(KeyValue::getKey, each -> switch (each.getValue()
                .getValueCase()) {
            case STRING_VALUE -> each.getValue().getStringValue();
            case INT_VALUE -> Long.toString(each.getValue().getIntValue());
            default -> each.getValue().toString();
        }));
    }

    synchronized List<Seen> spans() {
        return List.copyOf(spans);
    }

    synchronized List<LogRecord> logs() {
        return List.copyOf(logs);
    }

    synchronized List<Metric> metrics() {
        return List.copyOf(metrics);
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
