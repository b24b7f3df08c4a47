package dev.stet.service.http;

import dev.stet.agent.json.Json;
import java.util.function.Consumer;

/// What is answered at once, and in whole.
///
/// @param status of HTTP
/// @param type of the body
public record Answer(int status, String type, CharSequence body) {
    public static final String JSON = "application/json";

    public static Answer json(Consumer<Json> write) {
        return json(200, write);
    }

    public static Answer json(int status, Consumer<Json> write) {
        StringBuilder out = new StringBuilder(512);
        Json json = Json.object(out);
        write.accept(json);
        json.end();
        return new Answer(status, JSON, out.append('\n'));
    }

    /// @param code for programs, `not-found`
    /// @param message for people: what is wrong, and what to do
    public static Answer problem(int status, String code, String message) {
        return json(status, json -> json.text("error", code).text("message", message));
    }
}
