package dev.stet.cli;

import dev.stet.agent.json.CallJson;
import dev.stet.agent.json.Times;
import dev.stet.probe.Call;
import dev.stet.probe.Frame;
import dev.stet.probe.Histogram;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/// Prints calls, as lines for people or as JSON.
final class CallPrinter {
    private final Output output;
    private final boolean json;
    private final CallText text;
    private final CallJson objects;

    /// @param frames the functions of a call's stack
    CallPrinter(Output output, boolean json, Function<Call, List<Frame>> frames) {
        this.output = output;
        this.json = json;
        Times times = new Times();
        text = new CallText(times, output, frames);
        objects = new CallJson(times, frames);
    }

    void heading() {
        if (!json) {
            output.lineNow(text.heading());
        }
    }

    void call(Call call) {
        output.line(json ? objects.line(call) : text.line(call));
    }

    /// @param over how long it was counted
    void histogram(Histogram histogram, Duration over) {
        output.lineNow(json ? HistogramText.json(histogram, over) : HistogramText.text(histogram, over, output));
    }
}
