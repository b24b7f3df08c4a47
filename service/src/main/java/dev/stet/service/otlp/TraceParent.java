package dev.stet.service.otlp;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The header `traceparent` (W3C Trace Context, level 1): `00-TRACE ID-SPAN ID-FLAGS`. A target says it,
/// so anything else is no header.
final class TraceParent {
    private static final Pattern FORM =
            Pattern.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.{0,400})?");

    private TraceParent() {}

    /// Who called.
    ///
    /// @return empty if it is no such header
    static Optional<SpanContext> parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches() || matcher.group(1).equals("ff")) {
            return Optional.empty();
        }
        if (matcher.group(1).equals("00") && matcher.group(5) != null) {
            return Optional.empty();
        }
        SpanContext context = SpanContext.createFromRemoteParent(
                matcher.group(2), matcher.group(3), TraceFlags.fromHex(matcher.group(4), 0), TraceState.getDefault());
        return context.isValid() ? Optional.of(context) : Optional.empty();
    }
}
