package dev.stet.service.otlp;

import dev.stet.agent.json.Json;
import dev.stet.agent.json.ValueJson;
import dev.stet.probe.Call;
import dev.stet.probe.NamedValue;
import dev.stet.probe.Value;
import dev.stet.service.JsonMembers;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A call as a span. What packs call their captures are the names of OpenTelemetry's semantic
/// conventions already.
final class CallSpan {
    private static final Set<String> PARENTS = Set.of("traceparent", "http.request.header.traceparent");
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE", "QUERY");
    private static final Set<String> STATEMENTS = Set.of(
            "SELECT",
            "INSERT",
            "UPDATE",
            "DELETE",
            "REPLACE",
            "MERGE",
            "WITH",
            "VALUES",
            "CALL",
            "EXECUTE",
            "BEGIN",
            "COMMIT",
            "ROLLBACK",
            "SAVEPOINT",
            "RELEASE",
            "CREATE",
            "ALTER",
            "DROP",
            "TRUNCATE",
            "COPY",
            "SET",
            "SHOW",
            "EXPLAIN",
            "ANALYZE",
            "VACUUM",
            "PRAGMA",
            "LOCK",
            "GRANT",
            "REVOKE",
            "START",
            "USE");
    /// The first word of a statement.
    private static final Pattern OPERATION = Pattern.compile("\\s*([A-Za-z]{2,16})\\b");
    private static final Pattern RPC = Pattern.compile("[\\w.$/-]{1,200}");
    private static final String UNKNOWN = "<unknown>";

    private CallSpan() {}

    /// Makes it and ends it.
    ///
    /// @param wallOffset wall clock minus CLOCK_MONOTONIC, nanoseconds
    /// @return is it to be sent? Whoever called may have said that it is not
    static boolean send(Tracer tracer, Call call, long latency, long wallOffset) {
        String kind = call.point().probe().kind();
        long begin = call.entryNanos() + wallOffset;
        Span span = tracer.spanBuilder(name(kind, call))
                .setSpanKind(spanKind(kind))
                .setParent(parent(call)
                        .map(caller -> Context.root().with(Span.wrap(caller)))
                        .orElse(Context.root()))
                .setStartTimestamp(begin, TimeUnit.NANOSECONDS)
                .startSpan();
        if (!span.isRecording()) {
            return false;
        }
        span.setAttribute(CountedSpans.PROGRAM, call.attachment().program());
        span.setAttribute(CountedSpans.PID, (long) call.attachment().process().pid());
        span.setAttribute("thread.id", (long) call.tid());
        span.setAttribute("code.function.name", call.point().name());
        span.setAttribute("stet.kind", kind);
        span.setAttribute("stet.pack", call.point().probe().pack());
        call.arguments().forEach(each -> attribute(span, each));
        call.results().forEach(each -> attribute(span, each));
        error(kind, call).ifPresent(what -> {
            span.setStatus(StatusCode.ERROR);
            span.setAttribute("error.type", what);
        });
        span.end(begin + Math.max(latency, 0), TimeUnit.NANOSECONDS);
        return span.getSpanContext().isSampled();
    }

    /// Of few values, as a span's name is to be, whatever a client sends: never a path, never a
    /// statement, and no word that nobody knows.
    private static String name(String kind, Call call) {
        Optional<String> name = Optional.empty();
        if (kind.startsWith("http.")) {
            name = text(call.arguments(), "http.request.method").filter(METHODS::contains);
        } else if (kind.startsWith("rpc.")) {
            name = text(call.arguments(), "rpc.method")
                    .filter(text -> RPC.matcher(text).matches());
        } else if (kind.startsWith("db.")) {
            name = text(call.arguments(), "db.query.text")
                    .map(OPERATION::matcher)
                    .filter(Matcher::lookingAt)
                    .map(matcher -> matcher.group(1).toUpperCase(Locale.ROOT))
                    .filter(STATEMENTS::contains);
        }
        return name.orElse(kind);
    }

    private static SpanKind spanKind(String kind) {
        if (kind.endsWith(".server")) {
            return SpanKind.SERVER;
        }
        boolean asks = kind.endsWith(".client") || kind.startsWith("db.") || kind.startsWith("dns.");
        return asks ? SpanKind.CLIENT : SpanKind.INTERNAL;
    }

    private static Optional<SpanContext> parent(Call call) {
        return call.arguments().stream()
                .filter(each -> PARENTS.contains(each.name()))
                .map(NamedValue::value)
                .filter(Value.Text.class::isInstance)
                .map(value -> TraceParent.parse(((Value.Text) value).text()))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /// What went wrong, in a word.
    private static Optional<String> error(String kind, Call call) {
        if (call.end() instanceof Call.End.Unwound(var _, var cause)
                && (cause == Call.Cause.EXCEPTION || cause == Call.Cause.PANIC)) {
            return Optional.of(Json.lower(cause));
        }
        for (NamedValue each : call.results()) {
            if (each.name().equals("http.response.status_code")
                    && each.value() instanceof Value.Signed(long status)
                    && status >= (kind.endsWith(".server") ? 500 : 400)) {
                return Optional.of(Long.toString(status));
            }
            boolean failed = switch (each.value()) {
                case Value.Truth(boolean truth) -> truth;
                case Value.Text text -> !text.text().isEmpty() && !text.text().equals(UNKNOWN);
                case Value.Dynamic _ -> true;
                default -> false; // nil, or nobody knows
            };
            if (each.name().equals("error") && failed) {
                return Optional.of("error");
            }
        }
        return Optional.empty();
    }

    private static Optional<String> text(List<NamedValue> values, String name) {
        return values.stream()
                .filter(each -> each.name().equals(name) && each.value() instanceof Value.Text)
                .map(each -> ((Value.Text) each.value()).text())
                .filter(text -> !text.isEmpty() && text.length() <= 4096 && !text.equals(UNKNOWN))
                .findFirst();
    }

    /// What was not to be had is left out; what is withheld says so.
    private static void attribute(Span span, NamedValue named) {
        String name = named.name();
        switch (named.value()) {
            case Value.Signed(long number) -> span.setAttribute(name, number);
            case Value.Unsigned(long number) -> span.setAttribute(name, number);
            case Value.Word(long bits) -> span.setAttribute(name, bits);
            case Value.Duration(long nanos) -> span.setAttribute(name, nanos);
            case Value.Truth(boolean truth) -> span.setAttribute(name, truth);
            case Value.Real(double number, boolean _) -> span.setAttribute(name, number);
            case Value.Named(var word, long _) -> span.setAttribute(name, word);
            case Value.Text text -> {
                if (!text.text().equals(UNKNOWN)) {
                    span.setAttribute(name, text.text());
                }
            }
            case Value.Withheld(var why) -> span.setAttribute(name, "<" + why + ">");
            case Value.Nil _, Value.Unreadable _, Value.Missing _ -> {}
            case Value.Hex _,
                    Value.Address _,
                    Value.Character _,
                    Value.Bytes _,
                    Value.Fields _,
                    Value.Items _,
                    Value.Variant _,
                    Value.Dynamic _,
                    Value.Frames _ -> span.setAttribute(name, json(named));
        }
    }

    /// As docs/json.md has it.
    private static String json(NamedValue named) {
        StringBuilder out = new StringBuilder(64);
        Json object = Json.object(out);
        new ValueJson().members(object, "args", List.of(named));
        object.end();
        Map<String, String> members = JsonMembers.of(out.toString());
        return members.values().stream().findFirst().map(JsonMembers::plain).orElse("");
    }
}
