package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What `stet trace` shows of a C program's values is what the program has.
class CaptureTest {
    private static Traced typed;

    @BeforeAll
    static void trace() {
        Requires.root();
        Requires.uprobeMulti();
        typed = Traced.run(
                Targets.values(),
                "use_conn(fd=c->fd, state=c->state, name=c->name, open=c->open, level=c->level, delta=c->delta, "
                        + "load=c->load, ratio=c->ratio, tag=c->tag, ports=c->ports, port=c->ports[3], key=c->key, "
                        + "next=c->next->fd, peer=c->peer.port, mode) -> ret",
                "use_union(u=*u)",
                "use_pair(p, second=p.second) -> ret",
                "use_big(b, item=b.values[index]) -> ret",
                "use_deep(two=*d, three=fields(d, depth=3), d->x.y.z.d)",
                "use_text(text, short=string(text, max=8), room) -> ret",
                "use_float(x, n, y) -> ret",
                "use_many(a, b, c, d, e, f, g, h, i) -> ret",
                "make_big(first, step) -> ret",
                "make_pair(first, second) -> ret",
                "fill(fd, room) -> b=bytes(buf, len=ret), t=text(buf, len=ret), ret",
                "use_items(third=items[3], first=*items, mask, hex(mask)) -> ret",
                "next_state(now) -> ret",
                "nothing -> ret",
                "huge(x) -> ret");
    }

    @Test
    void everyCallIsReported() {
        typed.assertComplete();
        assertThat(typed.stderr()).isEmpty();
        assertThat(typed.calls())
                .hasSize(22)
                .allSatisfy(call -> assertThat(call.get("end").stringValue()).isEqualTo("returned"));
    }

    @Test
    void fieldsThroughPointer() {
        assertThat(typed.args("use_conn", 0))
                .isEqualTo("{\"fd\":3,\"state\":\"READY\",\"name\":\"anna\",\"open\":1,\"level\":5,\"delta\":-3,"
                        + "\"load\":0.5,\"ratio\":-2.25,\"tag\":\"main\",\"ports\":[1,2,3,-4],\"port\":-4,"
                        + "\"key\":\"0102feff\",\"next\":9,\"peer\":8080,\"mode\":\"READ|WRITE\"}");
        assertThat(typed.call("use_conn", 0).has("unreadable")).isFalse();
        assertThat(typed.results("use_conn", 0)).isEqualTo("{\"ret\":6}");
    }

    /// Eight characters without a NUL, no name, nothing behind the next pointer.
    @Test
    void fieldsThatAreNotThere() {
        assertThat(typed.args("use_conn", 1))
                .contains("\"state\":\"CLOSED\",\"name\":null,")
                .contains("\"tag\":\"12345678\",")
                .contains("\"next\":null,")
                .endsWith("\"mode\":\"EXEC\"}");
        assertThat(typed.call("use_conn", 1).get("unreadable").toString()).isEqualTo("[\"args.next\"]");
    }

    /// Through NULL and through an address that is not mapped: never 0.
    @Test
    void badPointers() {
        for (int bad : new int[] {2, 3}) {
            var call = typed.call("use_conn", bad);
            var args = call.get("args");
            assertThat(args.get("fd").isNull()).isTrue();
            assertThat(args.get("state").isNull()).isTrue();
            assertThat(args.get("open").isNull()).isTrue();
            assertThat(call.get("unreadable").toString())
                    .contains("\"args.fd\"", "\"args.state\"", "\"args.name\"", "\"args.open\"", "\"args.load\"")
                    .contains("\"args.ports[0]\"", "\"args.key\"", "\"args.peer\"")
                    .doesNotContain("mode");
        }
        assertThat(typed.call("use_conn", 2).get("args").get("mode").longValue())
                .isZero();
        assertThat(typed.call("use_conn", 3).get("args").get("mode").longValue())
                .isEqualTo(16);
    }

    @Test
    void wholeValues() {
        assertThat(typed.args("use_union", 0)).isEqualTo("{\"u\":{\"whole\":1069547520,\"real\":1.5}}");
        assertThat(typed.args("use_pair", 0))
                .isEqualTo("{\"p\":{\"first\":-4,\"second\":1099511627776},\"second\":1099511627776}");
        assertThat(typed.results("use_pair", 0)).isEqualTo("{\"ret\":1099511627772}");
        assertThat(typed.args("use_big", 0)).isEqualTo("{\"b\":{\"values\":[10,20,30,40,50]},\"item\":30}");
        assertThat(typed.args("use_items", 0))
                .isEqualTo("{\"third\":16,\"first\":19,\"mask\":17361641481138401520,\"mask#4\":"
                        + "\"0xf0f0f0f0f0f0f0f0\"}");
        assertThat(typed.results("use_items", 0)).isEqualTo("{\"ret\":true}");
        assertThat(typed.results("huge", 0)).isEqualTo("{\"ret\":18446744073709551600}");
    }

    @Test
    void structuresToTheirDepth() {
        assertThat(typed.args("use_deep", 0))
                .startsWith("{\"two\":{\"a\":1,\"x\":{\"b\":2,\"y\":null}},"
                        + "\"three\":{\"a\":1,\"x\":{\"b\":2,\"y\":{\"c\":3,\"z\":null}}},")
                .endsWith(":4}");
        assertThat(typed.call("use_deep", 0).get("redacted").toString())
                .isEqualTo("[{\"path\":\"args.two.x.y\",\"why\":\"too deep\"},"
                        + "{\"path\":\"args.three.x.y.z\",\"why\":\"too deep\"}]");
    }

    @Test
    void texts() {
        assertThat(typed.args("use_text", 0)).isEqualTo("{\"text\":\"plain\",\"short\":\"plain\",\"room\":1}");
        assertThat(typed.args("use_text", 1)).isEqualTo("{\"text\":null,\"short\":null,\"room\":2}");
        assertThat(typed.call("use_text", 1).has("unreadable")).isFalse();
        assertThat(typed.call("use_text", 2).get("args").get("text").stringValue())
                .isEqualTo("x".repeat(127));
        assertThat(typed.call("use_text", 2).get("truncated").toString())
                .isEqualTo("[{\"path\":\"args.text\",\"taken\":127},{\"path\":\"args.short\",\"taken\":7}]");
        assertThat(typed.args("use_text", 3)).isEqualTo("{\"text\":\"\",\"short\":\"\",\"room\":4}");
    }

    /// Probes see the general registers only, and what is elsewhere is said to be.
    @Test
    void floatingPointRegisters() {
        var call = typed.call("use_float", 0);
        assertThat(call.get("args").toString()).isEqualTo("{\"x\":null,\"n\":2,\"y\":null}");
        assertThat(call.get("missing").toString())
                .contains("\"path\":\"args.x\"", "xmm0")
                .contains("\"path\":\"args.y\"", "xmm1")
                .contains("\"path\":\"results.ret\"");
        assertThat(call.get("results").get("ret").isNull()).isTrue();
    }

    @Test
    void argumentsOnTheStack() {
        assertThat(typed.args("use_many", 0))
                .isEqualTo("{\"a\":1,\"b\":-2,\"c\":3,\"d\":-4,\"e\":5,\"f\":-6,\"g\":7,\"h\":-8,\"i\":-9}");
        assertThat(typed.results("use_many", 0)).isEqualTo("{\"ret\":-13}");
    }

    @Test
    void structuresAsResults() {
        assertThat(typed.args("make_big", 0)).isEqualTo("{\"first\":100,\"step\":7}");
        assertThat(typed.results("make_big", 0)).isEqualTo("{\"ret\":{\"values\":[100,107,114,121,128]}}");
        assertThat(typed.results("make_pair", 0)).isEqualTo("{\"ret\":{\"first\":-1,\"second\":-2}}");
        assertThat(typed.args("next_state", 0)).isEqualTo("{\"now\":\"IDLE\"}");
        assertThat(typed.results("next_state", 0)).isEqualTo("{\"ret\":\"READY\"}");
        assertThat(typed.args("nothing", 0)).isEqualTo("{}");
    }

    /// What was read is seen at the return, by the pointer and the length that were given at the entry.
    @Test
    void memoryIsReadAtTheReturn() {
        assertThat(typed.results("fill", 0))
                .isEqualTo("{\"b\":\"68656c6c6f20776f726c64\",\"t\":\"hello world\",\"ret\":11}");
        assertThat(typed.results("fill", 1)).isEqualTo("{\"b\":\"68656c\",\"t\":\"hel\",\"ret\":3}");
    }

    /// Without debug information and parameters' names: words, and what a person knows of them.
    @Test
    void withoutDebugInformation() {
        Traced plain = Traced.run(
                Targets.valuesPlain(),
                "use_conn(fd=i32(arg1), name=string(u64(arg1 + 8)), port=u16(arg1 + 20), load=f64(arg1 + 32), int(arg2))"
                        + " -> int(ret)",
                "use_text(string(arg1), arg2) -> ret",
                "use_many(int(arg1), arg5, seventh=arg7, last=sbyte(arg9)) -> int(ret)",
                "fill(u=arg1) -> b=bytes(arg2, len=ret), t=text(arg2, len=ret)",
                "huge(arg1, ulong(arg1), hex(arg1)) -> ret");
        plain.assertComplete();
        assertThat(plain.args("use_conn", 0))
                .isEqualTo("{\"fd\":3,\"name\":\"anna\",\"port\":8080,\"load\":0.5,\"arg2\":3}");
        assertThat(plain.call("use_conn", 2).get("unreadable").toString())
                .isEqualTo("[\"args.fd\",\"args.name\",\"args.port\",\"args.load\"]");
        assertThat(plain.results("use_conn", 2)).isEqualTo("{\"ret\":-1}");
        assertThat(plain.args("use_text", 0)).isEqualTo("{\"arg1\":\"plain\",\"arg2\":1}");
        assertThat(plain.args("use_text", 1)).isEqualTo("{\"arg1\":null,\"arg2\":2}");
        assertThat(plain.args("use_many", 0)).isEqualTo("{\"arg1\":1,\"arg5\":5,\"seventh\":7,\"last\":-9}");
        assertThat(plain.results("fill", 1)).isEqualTo("{\"b\":\"68656c\",\"t\":\"hel\"}");
        assertThat(plain.args("huge", 0))
                .isEqualTo("{\"arg1\":-16,\"arg1#2\":18446744073709551600,\"arg1#3\":\"0xfffffffffffffff0\"}");
    }
}
