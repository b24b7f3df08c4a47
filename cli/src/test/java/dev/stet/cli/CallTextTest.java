package dev.stet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.agent.json.CallJson;
import dev.stet.agent.json.Json;
import dev.stet.agent.json.Times;
import dev.stet.probe.Call.Cause;
import dev.stet.probe.Call.End;
import dev.stet.probe.Distribution;
import dev.stet.probe.Frame;
import dev.stet.probe.NamedValue;
import dev.stet.probe.Value;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallTextTest {
    private static final Output PIPE = new Output(OutputStream.nullOutputStream(), false, () -> {});
    private static final CallText TEXT = new CallText(new Times(), PIPE);
    private static final End RETURNED = new End.Returned(1);

    private static NamedValue number(String name, long number) {
        return new NamedValue(name, new Value.Signed(number));
    }

    private static NamedValue text(String name, String text) {
        return new NamedValue(name, new Value.Text(text, text.length(), text.length()));
    }

    private static String function(End end, List<NamedValue> arguments, List<NamedValue> results) {
        StringBuilder line = new StringBuilder();
        TEXT.function(line, "work", arguments, end, results);
        return line.toString();
    }

    private static String meaning(End end, List<NamedValue> arguments, List<NamedValue> results) {
        StringBuilder line = new StringBuilder();
        TEXT.meaning(line, "http.server", arguments, end, results);
        return line.toString();
    }

    @Test
    void functions() {
        List<NamedValue> arguments = List.of(number("arg1", 1), text("s", "abc"));
        assertThat(function(RETURNED, arguments, List.of(number("ret", 42)))).isEqualTo("work(arg1=1, s=\"abc\") = 42");
        assertThat(function(RETURNED, List.of(), List.of())).isEqualTo("work()");
        assertThat(function(RETURNED, List.of(), List.of(number("n", 1), number("ret2", 2))))
                .isEqualTo("work() = n=1, ret2=2");
        assertThat(function(new End.NotFollowed(), arguments, List.of())).isEqualTo("work(arg1=1, s=\"abc\")");
        assertThat(function(RETURNED, List.of(number("a\n", 1)), List.of())).isEqualTo("work(a\\n=1)");
    }

    @ParameterizedTest
    @CsvSource({
        "EXCEPTION, <left by an exception>, exception",
        "LONGJMP, <left by a longjmp>, longjmp",
        "PANIC, <left by a panic>, panic",
        "GOEXIT, <left by Goexit>, goexit",
        "THREAD_ENDED, <its thread ended>, threadEnded",
        "UNKNOWN, <did not return>, unknown",
    })
    void whatWasLeftOtherwiseSaysHow(Cause cause, String text, String json) {
        End end = new End.Unwound(5, cause);
        assertThat(function(end, List.of(), List.of())).isEqualTo("work() = " + text);
        assertThat(meaning(end, List.of(), List.of())).isEqualTo("http.server " + text);
        assertThat(CallJson.end(end)).isEqualTo(json);
    }

    @Test
    void otherEnds() {
        assertThat(function(new End.TailCall(1), List.of(), List.of())).isEqualTo("work() = <by another function>");
        assertThat(CallJson.end(new End.TailCall(1))).isEqualTo("tailCall");
        assertThat(CallJson.end(new End.NotFollowed())).isEqualTo("notFollowed");
        assertThat(CallJson.end(RETURNED)).isEqualTo("returned");
    }

    /// What is known by its meaning is not called by its function.
    @Test
    void meanings() {
        List<NamedValue> arguments = List.of(text("http.request.method", "GET"), text("url.path", "/x"));
        assertThat(meaning(RETURNED, arguments, List.of(number("http.response.status_code", 200))))
                .isEqualTo("http.server method=\"GET\" path=\"/x\" status_code=200");
        assertThat(meaning(RETURNED, List.of(number("a.size", 1), number("b.size", 2), number("n", 3)), List.of()))
                .isEqualTo("http.server a.size=1 b.size=2 n=3");
        assertThat(meaning(RETURNED, List.of(), List.of())).isEqualTo("http.server");
    }

    @Test
    void stacks() {
        List<Frame> frames = List.of(
                new Frame("main.work", 0x1f, "/srv/shop"), new Frame("", 0x1234, "/lib/x\n"), Frame.unknown(-1));
        StringBuilder line = new StringBuilder("work()");
        TEXT.stack(line, frames);
        assertThat(line).hasToString("""
                        work()
                            at main.work+0x1f (/srv/shop)
                            at 0x1234 (/lib/x\\n)
                            at 0xffffffffffffffff""");
        StringBuilder out = new StringBuilder();
        Json json = Json.object(out);
        CallJson.stack(json, frames);
        json.end();
        assertThat(out)
                .hasToString("{\"stack\":[{\"function\":\"main.work\",\"offset\":31,\"file\":\"/srv/shop\"},"
                        + "{\"offset\":4660,\"file\":\"/lib/x\\n\"},{\"offset\":18446744073709551615}]}");
    }

    private static Distribution latencies() {
        List<Long> buckets = new ArrayList<>(java.util.Collections.nCopies(16, 0L));
        buckets.set(0, 1L);
        buckets.set(13, 100L);
        buckets.set(15, 400L);
        return new Distribution(501, 10_000_000, 30_000, buckets);
    }

    @Test
    void histogramsAreAligned() {
        String lines = HistogramText.lines(latencies(), true, Duration.ofSeconds(2), PIPE)
                .toString();
        List<String> rows = lines.lines().toList();
        assertThat(rows.getFirst())
                .isEqualTo("  501 calls, 251/s, mean 19.9us, p50 ~22.5us, p90 ~30.0us, p99 ~30.0us, max 30.0us");
        assertThat(rows).hasSize(17);
        assertThat(rows.get(1)).endsWith("0ns    1 |#");
        assertThat(rows.get(14)).isEqualTo("    4.09us .. 8.19us  100 |" + "#".repeat(10));
        assertThat(rows.get(15)).isEqualTo("    8.19us .. 16.3us    0 |");
        assertThat(rows.get(16)).isEqualTo("    16.3us .. 32.7us  400 |" + "#".repeat(40));
        assertThat(rows.stream().skip(1).mapToInt(row -> row.indexOf('|')).distinct())
                .hasSize(1);
    }

    /// Of values, the whole range of a word; and of nothing, nothing.
    @Test
    void histogramsOfAnything() {
        Long[] all = new Long[Distribution.MAX_BUCKETS];
        Arrays.fill(all, 1L);
        Distribution values = new Distribution(64, -1, Long.MAX_VALUE, List.of(all));
        List<String> rows = HistogramText.lines(values, false, Duration.ZERO, PIPE)
                .toString()
                .lines()
                .toList();
        assertThat(rows).hasSize(65);
        assertThat(rows.stream().skip(1).mapToInt(row -> row.indexOf('|')).distinct())
                .hasSize(1);
        assertThat(rows.get(1)).contains("negative ..").endsWith("0  1 |" + "#".repeat(40));
        assertThat(rows.get(64)).contains("4,611,686,018,427,387,904 .. 9,223,372,036,854,775,807");
        assertThat(HistogramText.lines(new Distribution(0, 0, 0, List.of()), true, Duration.ofSeconds(1), PIPE))
                .hasToString("  0 calls");
    }

    @Test
    void histogramsAsJson() {
        StringBuilder out = new StringBuilder();
        Json json = Json.object(out);
        HistogramText.members(json, latencies());
        json.end();
        assertThat(out)
                .hasToString("{\"count\":501,\"sum\":10000000,\"max\":30000,\"p50\":22507,\"p90\":30000,\"p99\":30000,"
                        + "\"buckets\":[{\"upTo\":0,\"count\":1},{\"from\":4096,\"upTo\":8191,\"count\":100},"
                        + "{\"from\":16384,\"upTo\":32767,\"count\":400}]}");
    }
}
