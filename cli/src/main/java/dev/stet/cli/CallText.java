package dev.stet.cli;

import dev.stet.probe.Call;
import dev.stet.probe.Capture;
import dev.stet.probe.Value;
import java.util.ArrayList;
import java.util.List;

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
        line.append(plain(call.point().function().name()));
        style.end(line);
        line.append('(');
        values(line, call.point().probe().atEntry(), call.arguments(), true);
        line.append(')');
        switch (call.end()) {
            case Call.End.Returned _
            when !call.results().isEmpty() -> {
                line.append(" = ");
                values(line, call.point().probe().atReturn(), call.results(), false);
            }
            case Call.End.TailCall _ -> line.append(" = <by another function>");
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

    private static void values(StringBuilder line, List<Capture> captures, List<Value> values, boolean named) {
        for (int i = 0; i < values.size(); i++) {
            if (i > 0) {
                line.append(", ");
            }
            String name = captures.get(i).name();
            if (named || !name.equals("ret")) {
                line.append(name).append('=');
            }
            value(line, captures.get(i), values.get(i));
        }
    }

    private static void value(StringBuilder line, Capture capture, Value value) {
        switch (value) {
            case Value.Unreadable _ -> line.append("<unreadable>");
            case Value.Word(long bits) -> line.append(word(capture.format(), bits));
            case Value.Text(var text, long full, boolean cut) -> {
                line.append('"').append(plain(text).replace("\"", "\\\"")).append('"');
                if (cut) {
                    line.append(full < 0 ? " <truncated>" : " <truncated, " + full + " bytes>");
                }
            }
        }
    }

    /// A word nobody explained is a number if it is small, and an address or bits if it is not. A C function
    /// that returns an int leaves the upper half 0, so what would be a small negative int is shown as that.
    private static String word(Capture.Format format, long bits) {
        return switch (format) {
            case INT -> Integer.toString((int) bits);
            case LONG -> Long.toString(bits);
            case HEX -> "0x" + Long.toHexString(bits);
            case BOOL -> Boolean.toString((bits & 0xff) != 0);
            case WORD, TEXT, GO_TEXT -> {
                boolean negativeInt = bits >>> 32 == 0 && (int) bits < 0 && (int) bits >= -(1 << 16);
                yield bits == (int) bits || negativeInt ? Integer.toString((int) bits) : "0x" + Long.toHexString(bits);
            }
        };
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
                .text("function", call.point().function().name());
        List<String> truncated = new ArrayList<>();
        values(json.object("args"), call.point().probe().atEntry(), call.arguments(), truncated);
        if (call.latencyNanos().isPresent()) {
            json.number("latencyNanos", call.latencyNanos().getAsLong());
        }
        switch (call.end()) {
            case Call.End.Returned _ ->
                values(json.object("results"), call.point().probe().atReturn(), call.results(), truncated);
            case Call.End.TailCall _ -> json.bool("tailCall", true);
            case Call.End.NotFollowed _ -> {
                // then there is no latency either
            }
        }
        if (!truncated.isEmpty()) {
            json.texts("truncated", truncated);
        }
        json.end();
        return out;
    }

    private static void values(Json json, List<Capture> captures, List<Value> values, List<String> truncated) {
        for (int i = 0; i < values.size(); i++) {
            String name = captures.get(i).name();
            switch (values.get(i)) {
                case Value.Unreadable _ -> json.nothing(name);
                case Value.Text(var text, long _, boolean cut) -> {
                    json.text(name, text);
                    if (cut) {
                        truncated.add(name);
                    }
                }
                case Value.Word(long bits) -> {
                    switch (captures.get(i).format()) {
                        case INT -> json.number(name, bits << 32 >> 32);
                        case BOOL -> json.bool(name, (bits & 0xff) != 0);
                        case HEX -> json.text(name, "0x" + Long.toHexString(bits));
                        case WORD, LONG, TEXT, GO_TEXT -> json.number(name, bits);
                    }
                }
            }
        }
        json.end();
    }
}
