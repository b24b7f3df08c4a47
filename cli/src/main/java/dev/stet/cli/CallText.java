package dev.stet.cli;

import dev.stet.probe.Call;

/// A call as a line for people, and as a JSON object.
final class CallText {
    private final Times times;
    private final Output style;

    CallText(Times times, Output style) {
        this.times = times;
        this.style = style;
    }

    /// `16:01:02.123456   12.3us  caller[4711]     work(arg1=1, s="abc") = 42`
    CharSequence line(Call call) {
        StringBuilder line = new StringBuilder(160);
        style.beginDim(line);
        times.clock(line, call.entryNanos());
        style.end(line);
        line.append("  ");
        String latency = call.latencyNanos().isPresent()
                ? Times.duration(call.latencyNanos().getAsLong())
                : "-";
        pad(line, latency, 8, true);
        line.append("  ");
        pad(line, plain(call.attachment().program()) + "[" + call.attachment().process() + "]", 20, false);
        style.beginBold(line.append(' '));
        line.append(plain(call.point().name()));
        style.end(line);
        line.append('(');
        line.append(call.arguments());
        line.append(')');
        switch (call.end()) {
            case Call.End.Returned _
            when !call.results().isEmpty() -> {
                line.append(" = ");
                line.append(call.results());
            }
            case Call.End.TailCall _ -> line.append(" = <by another function>");
            case Call.End.Unwound _ -> line.append(" = <unwound>");
            case Call.End.Returned _, Call.End.NotFollowed _ -> {
                // nothing to show
            }
        }
        return line;
    }

    /// The heading of such lines.
    CharSequence heading() {
        StringBuilder line = new StringBuilder();
        pad(line, "TIME", 15, false);
        line.append("  ");
        pad(line, "LATENCY", 8, true);
        line.append("  ");
        pad(line, "PROCESS", 20, false);
        return style.dim(line.append(" CALL").toString());
    }

    /// Text of a target's making, with whatever would move a terminal's cursor made visible.
    static String plain(String text) {
        StringBuilder safe = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069)) {
                if (safe == null) {
                    safe = new StringBuilder(text.length() + 16).append(text, 0, i);
                }
                safe.append(
                        switch (c) {
                            case '\n' -> "\\n";
                            case '\t' -> "\\t";
                            case '\r' -> "\\r";
                            default -> "\\u%04x".formatted((int) c);
                        });
            } else if (safe != null) {
                safe.append(c);
            }
        }
        return safe == null ? text : safe.toString();
    }

    static void pad(StringBuilder line, String text, int width, boolean right) {
        if (right) {
            line.repeat(' ', Math.max(width - text.length(), 0));
        }
        line.append(text);
        if (!right) {
            line.repeat(' ', Math.max(width - text.length(), 0));
        }
    }

    /// One object; docs/json.md describes it.
    CharSequence json(Call call) {
        StringBuilder out = new StringBuilder(256);
        Json json = Json.object(out)
                .text("type", "call")
                .text("time", times.instant(call.entryNanos()))
                .number("pid", call.attachment().process().pid())
                .number("tid", call.tid())
                .text("process", call.attachment().program())
                .text("pack", call.point().probe().pack())
                .text("file", call.attachment().path())
                .text("function", call.point().name());
        json.end();
        return out;
    }
}
