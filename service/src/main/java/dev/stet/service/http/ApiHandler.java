package dev.stet.service.http;

import dev.stet.service.Broadcast;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.eclipse.jetty.util.Promise;

/// Everything between Jetty and [Routes]: who asks, whether he may and how often, what he asks, and the
/// answer.
final class ApiHandler extends Handler.Abstract {
    private static final int TOO_MANY = 429;
    private static final List<String> METRICS = List.of("metrics");

    private final Routes routes;
    private final Broadcast broadcast;
    private final Door door;
    private final RateLimit limit;
    private final Consumer<String> say;

    /// @param say takes what went wrong on Stet's side
    ApiHandler(Routes routes, Broadcast broadcast, Door door, RateLimit limit, Consumer<String> say) {
        this.routes = routes;
        this.broadcast = broadcast;
        this.door = door;
        this.limit = limit;
        this.say = say;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        harden(response);
        switch (door.enter(request)) {
            case Door.Entry.Refused(var answer, var headers) -> {
                headers.forEach(response.getHeaders()::put);
                send(answer, request, response, callback);
            }
            case Door.Entry.Admitted(var caller) -> {
                if (!limit.take(caller.who())) {
                    response.getHeaders().put("Retry-After", "1");
                    send(Answer.problem(TOO_MANY, "too-many-requests", "ask less often"), request, response, callback);
                } else {
                    read(request, response, callback, caller);
                }
            }
        }
        return true;
    }

    /// Nothing of it is for browsers to show, to keep, or to frame.
    private static void harden(Response response) {
        response.getHeaders().put("Cache-Control", "no-store");
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        response.getHeaders().put("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        response.getHeaders().put("Cross-Origin-Resource-Policy", "same-origin");
    }

    /// No thread waits for a body, however slowly it comes.
    private void read(Request request, Response response, Callback callback, Caller caller) {
        if (request.getLength() == 0 || request.getMethod().equals("GET")) {
            answer(request, response, callback, caller, "");
            return;
        }
        Content.Source.asByteBuffer(request, new Promise<>() {
            @Override
            public void succeeded(ByteBuffer body) {
                answer(
                        request,
                        response,
                        callback,
                        caller,
                        StandardCharsets.UTF_8.decode(body).toString());
            }

            @Override
            public void failed(Throwable cause) {
                Response.writeError(request, response, callback, cause);
            }
        });
    }

    private void answer(Request request, Response response, Callback callback, Caller caller, String body) {
        try {
            Asked asked = asked(request, caller, body);
            if (!caller.scope().covers(routes.needed(asked))) {
                send(
                        Answer.problem(403, "forbidden", caller.who() + " may see and not change"),
                        request,
                        response,
                        callback);
                return;
            }
            reply(routes.reply(asked), asked, request, response, callback);
        } catch (IllegalArgumentException e) {
            send(Answer.problem(400, "wrong-request", String.valueOf(e.getMessage())), request, response, callback);
        } catch (IOException | RuntimeException e) {
            say.accept(
                    "API: " + request.getMethod() + " " + request.getHttpURI().getPath() + ": " + e);
            send(Answer.problem(500, "failed", "the agent could not answer; see its log"), request, response, callback);
        }
    }

    private static Asked asked(Request request, Caller caller, String body) {
        List<String> path = Stream.of(Request.getPathInContext(request).split("/", -1))
                .filter(part -> !part.isEmpty())
                .toList();
        Map<String, String> query = new LinkedHashMap<>();
        for (Fields.Field field : Request.extractQueryParameters(request)) {
            query.putIfAbsent(field.getName(), field.getValue());
        }
        HttpField accept = request.getHeaders().getField(HttpHeader.ACCEPT);
        return new Asked(
                request.getMethod(), route(path), query, accept == null ? "" : accept.getValue(), body, caller);
    }

    /// Everything has a version, but for what Prometheus asks for unless it is told otherwise.
    private static List<String> route(List<String> path) {
        boolean versioned = path.size() > 1 && path.getFirst().equals("v1");
        return versioned ? path.subList(1, path.size()) : path.equals(METRICS) ? path : List.of("");
    }

    private void reply(Routes.Reply reply, Asked asked, Request request, Response response, Callback callback) {
        switch (reply) {
            case Routes.Reply.Whole(var answer) -> send(answer, request, response, callback);
            case Routes.Reply.Stream(var wanted) -> {
                boolean lines = asked.accept().contains("ndjson");
                if (!StreamResponse.begin(broadcast, wanted, lines, request, response, callback)) {
                    send(
                            Answer.problem(503, "too-many-watchers", "too many watch the stream already"),
                            request,
                            response,
                            callback);
                }
            }
        }
    }

    private static void send(Answer answer, Request request, Response response, Callback callback) {
        response.setStatus(answer.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.type());
        if (answer.status() >= 400 && request.getLength() != 0) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close"); // what it still sends is not read
        }
        Content.Sink.write(response, true, answer.body().toString(), callback);
    }
}
