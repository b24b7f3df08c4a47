package dev.stet.cli;

import dev.stet.agent.json.SafeText;
import dev.stet.agent.json.Times;
import dev.stet.probe.Call;
import dev.stet.probe.Frame;
import dev.stet.probe.NamedValue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// A call as a line for people.
final class CallText {
    private final Times times;
    private final Output style;
    private final ValueText values;
    private final Function<Call, List<Frame>> frames;

    /// @param frames the functions of a call's stack
    CallText(Times times, Output style, Function<Call, List<Frame>> frames) {
        this.times = times;
        this.style = style;
        this.frames = frames;
        values = new ValueText(style);
    }

    /// Stacks are shown as addresses.
    CallText(Times times, Output style) {
        this(times, style, call -> call.stack().stream().map(Frame::unknown).toList());
    }

    /// `16:01:02.123456   12.3us  caller[4711]     work(arg1=1, s="abc") = 42`, and a line for each
    /// frame of its stack.
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
        pad(
                line,
                SafeText.plain(call.attachment().program()) + "["
                        + call.attachment().process() + "]",
                20,
                false);
        line.append(' ');
        String kind = call.point().probe().kind();
        if (kind.isEmpty()) {
            function(line, call.point().name(), call.arguments(), call.end(), call.results());
        } else {
            meaning(line, kind, call.arguments(), call.end(), call.results());
        }
        if (!call.stack().isEmpty()) {
            stack(line, frames.apply(call));
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

    /// `work(arg1=1, s="abc") = 42`
    void function(StringBuilder line, String name, List<NamedValue> arguments, Call.End end, List<NamedValue> results) {
        style.beginBold(line);
        line.append(SafeText.plain(name));
        style.end(line);
        line.append('(');
        String comma = "";
        for (NamedValue argument : arguments) {
            line.append(comma).append(SafeText.plain(argument.name())).append('=');
            values.append(line, argument.value());
            comma = ", ";
        }
        line.append(')');
        String before = " = ";
        for (NamedValue result : results) {
            line.append(before);
            line.append(result.name().equals("ret") ? "" : SafeText.plain(result.name()) + "=");
            values.append(line, result.value());
            before = ", ";
        }
        String otherwise = otherwise(end);
        line.append(otherwise.isEmpty() ? "" : " = " + otherwise);
    }

    /// `http.server method="GET" path="/x" status_code=200`: what it means in place of the function that
    /// it is, and of a name only what is after its last dot, unless two end alike.
    void meaning(StringBuilder line, String kind, List<NamedValue> arguments, Call.End end, List<NamedValue> results) {
        style.beginBold(line);
        line.append(SafeText.plain(kind));
        style.end(line);
        List<NamedValue> all = new ArrayList<>(arguments);
        all.addAll(results);
        for (NamedValue value : all) {
            String last = last(value.name());
            boolean alone = all.stream()
                            .filter(other -> last(other.name()).equals(last))
                            .count()
                    == 1;
            line.append(' ').append(SafeText.plain(alone ? last : value.name())).append('=');
            values.append(line, value.value());
        }
        String otherwise = otherwise(end);
        line.append(otherwise.isEmpty() ? "" : " " + otherwise);
    }

    private static String last(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /// How it ended, if not by returning.
    private static String otherwise(Call.End end) {
        return switch (end) {
            case Call.End.NotFollowed _, Call.End.Returned _ -> "";
            case Call.End.TailCall _ -> "<by another function>";
            case Call.End.Unwound(var _, var cause) ->
                switch (cause) {
                    case EXCEPTION -> "<left by an exception>";
                    case LONGJMP -> "<left by a longjmp>";
                    case PANIC -> "<left by a panic>";
                    case GOEXIT -> "<left by Goexit>";
                    case THREAD_ENDED -> "<its thread ended>";
                    case UNKNOWN -> "<did not return>";
                };
        };
    }

    /// `    at main.work+0x1f (/srv/shop)`, innermost first.
    void stack(StringBuilder line, List<Frame> stack) {
        for (Frame frame : stack) {
            style.beginDim(line.append('\n'));
            line.append("    at ").append(SafeText.plain(frame.function()));
            line.append(frame.function().isEmpty() ? "" : "+");
            line.append("0x").append(Long.toHexString(frame.offset()));
            line.append(frame.file().isEmpty() ? "" : " (" + SafeText.plain(frame.file()) + ")");
            style.end(line);
        }
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
}
