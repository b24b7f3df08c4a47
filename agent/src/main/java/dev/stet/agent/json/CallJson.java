package dev.stet.agent.json;

import dev.stet.probe.Call;
import dev.stet.probe.Frame;
import dev.stet.probe.NamedValue;
import java.util.List;
import java.util.function.Function;

/// A call as a JSON object; docs/json.md describes it.
public final class CallJson {
    private final Times times;
    private final Function<Call, List<Frame>> frames;

    /// @param frames the functions of a call's stack
    public CallJson(Times times, Function<Call, List<Frame>> frames) {
        this.times = times;
        this.frames = frames;
    }

    /// Stacks are shown as addresses.
    public CallJson(Times times) {
        this(times, call -> call.stack().stream().map(Frame::unknown).toList());
    }

    /// One object.
    public CharSequence line(Call call) {
        StringBuilder out = new StringBuilder(256);
        Json json = Json.object(out)
                .text("type", "call")
                .text("time", times.instant(call.entryNanos()))
                .number("pid", call.attachment().process().pid())
                .number("tid", call.tid())
                .text("process", call.attachment().program())
                .text("pack", call.point().probe().pack());
        if (!call.point().probe().kind().isEmpty()) {
            json.text("kind", call.point().probe().kind());
        }
        json.text("file", call.attachment().path())
                .text("function", call.point().name());
        ValueJson values = new ValueJson();
        object(json, values, "args", call.arguments());
        if (call.latencyNanos().isPresent()) {
            json.number("latencyNanos", call.latencyNanos().getAsLong());
        }
        json.text("end", end(call.end()));
        if (call.end() instanceof Call.End.Returned) {
            object(json, values, "results", call.results());
        }
        values.notes(json);
        if (!call.stack().isEmpty()) {
            stack(json, frames.apply(call));
        }
        json.end();
        return out;
    }

    private static void object(Json json, ValueJson values, String name, List<NamedValue> named) {
        Json object = json.object(name);
        values.members(object, name, named);
        object.end();
    }

    public static String end(Call.End end) {
        return switch (end) {
            case Call.End.NotFollowed _ -> "notFollowed";
            case Call.End.Returned _ -> "returned";
            case Call.End.TailCall _ -> "tailCall";
            case Call.End.Unwound(var _, var cause) ->
                switch (cause) {
                    case EXCEPTION -> "exception";
                    case LONGJMP -> "longjmp";
                    case PANIC -> "panic";
                    case GOEXIT -> "goexit";
                    case THREAD_ENDED -> "threadEnded";
                    case UNKNOWN -> "unknown";
                };
        };
    }

    public static void stack(Json json, List<Frame> stack) {
        json.objects("stack", stack, (each, frame) -> {
            if (!frame.function().isEmpty()) {
                each.text("function", frame.function());
            }
            each.value("offset").unsigned(frame.offset());
            if (!frame.file().isEmpty()) {
                each.text("file", frame.file());
            }
        });
    }
}
