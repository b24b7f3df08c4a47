package dev.stet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.agent.json.Json;
import dev.stet.agent.json.ValueJson;
import dev.stet.probe.NamedValue;
import dev.stet.probe.Value;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Values as people and as programs read them.
class ValuesTest {
    private static final Output PIPE = new Output(OutputStream.nullOutputStream(), false, () -> {});

    private static String text(Value value) {
        StringBuilder line = new StringBuilder();
        new ValueText(PIPE).append(line, value);
        return line.toString();
    }

    private static String json(Value value) {
        StringBuilder out = new StringBuilder();
        Json json = Json.object(out);
        ValueJson values = new ValueJson();
        Json args = json.object("args");
        values.members(args, "args", List.of(new NamedValue("x", value)));
        args.end();
        values.notes(json);
        json.end();
        return out.toString();
    }

    private static Value string(String text) {
        return new Value.Text(text, text.length(), text.length());
    }

    private static Value struct(Object... namesAndValues) {
        List<Value.Field> fields = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.add(new Value.Field((String) namesAndValues[i], (Value) namesAndValues[i + 1]));
        }
        return new Value.Fields("conn", fields);
    }

    private static Value items(long full, Value... items) {
        return new Value.Items(List.of(items), full);
    }

    private static Arguments row(Value value, String text, String json) {
        return Arguments.of(value, text, json);
    }

    static Stream<Arguments> values() {
        return Stream.of(
                row(new Value.Signed(-5), "-5", "-5"),
                row(new Value.Signed(Long.MIN_VALUE), "-9223372036854775808", "-9223372036854775808"),
                row(new Value.Unsigned(-1), "18446744073709551615", "18446744073709551615"),
                row(new Value.Word(7), "7", "7"),
                row(new Value.Word(0xffff_ffffL), "-1", "4294967295"),
                row(new Value.Word(0x7fff_1234_5678L), "0x7fff12345678", "140733498807928"),
                row(new Value.Word(-2), "-2", "-2"),
                row(new Value.Hex(0), "0x0", "\"0x0\""),
                row(new Value.Address(-1), "0xffffffffffffffff", "\"0xffffffffffffffff\""),
                row(new Value.Truth(true), "true", "true"),
                row(new Value.Real(0.1f, true), "0.1", "0.1"),
                row(new Value.Real(0.1, false), "0.1", "0.1"),
                row(new Value.Real(1e300, false), "1.0E300", "1.0E300"),
                row(new Value.Real(Double.NaN, false), "NaN", "\"NaN\""),
                row(new Value.Real(Double.NEGATIVE_INFINITY, true), "-Infinity", "\"-Infinity\""),
                row(new Value.Real(-0.0, false), "-0.0", "-0.0"),
                row(new Value.Character('a'), "'a'", "\"a\""),
                row(new Value.Character('\''), "'\\''", "\"'\""),
                row(new Value.Character('\n'), "'\\n'", "\"\\n\""),
                row(new Value.Character(0), "'\\u0000'", "\"\\u0000\""),
                row(new Value.Character(0x1f600), "'😀'", "\"\\ud83d\\ude00\""),
                row(new Value.Character(0xd800), "'{d800}'", "55296"),
                row(new Value.Character(-1), "'{ffffffff}'", "-1"),
                row(new Value.Duration(1_500_000), "1.50ms", "1500000"),
                row(new Value.Duration(0), "0s", "0"),
                row(new Value.Duration(-30), "-30ns", "-30"),
                row(new Value.Duration(Long.MIN_VALUE), "-9223372036s", "-9223372036854775808"),
                row(new Value.Named("READ|WRITE", 3), "READ|WRITE", "\"READ|WRITE\""),
                row(string("ab"), "\"ab\"", "\"ab\""),
                row(string(""), "\"\"", "\"\""),
                row(new Value.Bytes("hello", 5), "0x68656c6c6f \"hello\"", "\"68656c6c6f\""),
                row(new Value.Bytes("\u0000\u00ff\"", 3), "0x00ff22 \"..\"\"", "\"00ff22\""),
                row(new Value.Bytes("", 0), "0x \"\"", "\"\""),
                row(
                        struct("fd", new Value.Signed(3), "state", new Value.Named("READY", 1), "name", string("ab")),
                        "{fd=3, state=READY, name=\"ab\"}",
                        "{\"fd\":3,\"state\":\"READY\",\"name\":\"ab\"}"),
                row(struct(), "{}", "{}"),
                row(
                        struct("a", new Value.Signed(1), "a", new Value.Signed(2), "", new Value.Signed(3)),
                        "{a=1, a=2, 3}",
                        "{\"a\":1,\"a#2\":2,\"#3\":3}"),
                row(items(2, new Value.Signed(1), new Value.Signed(2)), "[1, 2]", "[1,2]"),
                row(items(0), "[]", "[]"),
                row(new Value.Variant("None", Optional.empty()), "None", "\"None\""),
                row(new Value.Variant("Some", Optional.of(new Value.Signed(5))), "Some(5)", "{\"Some\":5}"),
                row(
                        new Value.Variant("Move", Optional.of(struct("x", new Value.Signed(1)))),
                        "Move{x=1}",
                        "{\"Move\":{\"x\":1}}"),
                row(
                        new Value.Dynamic("*errors.errorString", Optional.of(string("no such file"))),
                        "*errors.errorString: \"no such file\"",
                        "{\"type\":\"*errors.errorString\",\"value\":\"no such file\"}"),
                row(new Value.Dynamic("*main.T", Optional.empty()), "*main.T", "{\"type\":\"*main.T\"}"),
                row(new Value.Frames(List.of(1L, 255L)), "[0x1, 0xff]", "[\"0x1\",\"0xff\"]"),
                row(new Value.Nil(), "nil", "null"));
    }

    @ParameterizedTest
    @MethodSource("values")
    void wholeValues(Value value, String text, String json) {
        assertThat(text(value)).isEqualTo(text);
        assertThat(json(value)).isEqualTo("{\"args\":{\"x\":" + json + "}}");
    }

    static Stream<Arguments> gaps() {
        return Stream.of(
                row(new Value.Unreadable(), "<unreadable>", "null},\"unreadable\":[\"args.x\"]}"),
                row(
                        new Value.Missing("optimised out"),
                        "<optimised out>",
                        "null},\"missing\":[{\"path\":\"args.x\",\"why\":\"optimised out\"}]}"),
                row(
                        new Value.Withheld("redacted: password"),
                        "<redacted: password>",
                        "null},\"redacted\":[{\"path\":\"args.x\",\"why\":\"redacted: password\"}]}"),
                row(
                        new Value.Text("abc", 3, 9000),
                        "\"abc\" <truncated 3 of 9000>",
                        "\"abc\"},\"truncated\":[{\"path\":\"args.x\",\"taken\":3,\"full\":9000}]}"),
                row(
                        new Value.Text("abc", 3, -1),
                        "\"abc\" <truncated after 3>",
                        "\"abc\"},\"truncated\":[{\"path\":\"args.x\",\"taken\":3}]}"),
                row(
                        new Value.Bytes("ab", 5),
                        "0x6162 \"ab\" <truncated 2 of 5>",
                        "\"6162\"},\"truncated\":[{\"path\":\"args.x\",\"taken\":2,\"full\":5}]}"),
                row(
                        items(100, new Value.Signed(1), new Value.Unreadable(), new Value.Signed(3)),
                        "[1, <unreadable>, 3, ... 97 more]",
                        "[1,null,3]},\"unreadable\":[\"args.x[1]\"],"
                                + "\"truncated\":[{\"path\":\"args.x\",\"taken\":3,\"full\":100}]}"),
                row(items(7), "[... 7 more]", "[]},\"truncated\":[{\"path\":\"args.x\",\"taken\":0,\"full\":7}]}"),
                row(
                        struct(
                                "header",
                                struct("name", new Value.Text("a", 1, 2)),
                                "o",
                                new Value.Variant("Some", Optional.of(new Value.Unreadable())),
                                "e",
                                new Value.Dynamic("T", Optional.of(new Value.Missing("in xmm0")))),
                        "{header={name=\"a\" <truncated 1 of 2>}, o=Some(<unreadable>), e=T: <in xmm0>}",
                        "{\"header\":{\"name\":\"a\"},\"o\":{\"Some\":null},\"e\":{\"type\":\"T\",\"value\":null}}},"
                                + "\"unreadable\":[\"args.x.o.Some\"],"
                                + "\"missing\":[{\"path\":\"args.x.e.value\",\"why\":\"in xmm0\"}],"
                                + "\"truncated\":[{\"path\":\"args.x.header.name\",\"taken\":1,\"full\":2}]}"));
    }

    @ParameterizedTest
    @MethodSource("gaps")
    void whatIsNotThereSaysSo(Value value, String text, String json) {
        assertThat(text(value)).isEqualTo(text);
        assertThat(json(value)).isEqualTo("{\"args\":{\"x\":" + json);
    }

    /// A target must not be able to write what Stet writes, or anything but characters.
    @Test
    void textOfATargetStaysBetweenItsQuotes() {
        String hostile = "a\u0000\u001b[2J\n\"<unreadable>\\\u202e\u2066\u200f\u0085\u061c\ufeff";
        assertThat(text(string(hostile)))
                .isEqualTo("\"a\\u0000\\u001b[2J\\n\\\"<unreadable>\\\\\\u202e\\u2066\\u200f\\u0085\\u061c\\ufeff\"");
        assertThat(json(string(hostile)))
                .isEqualTo("{\"args\":{\"x\":\"a\\u0000\\u001b[2J\\n\\\"<unreadable>\\\\\\u202e\\u2066\\u200f\\u0085"
                        + "\\u061c\\ufeff\"}}");
        assertThat(text(string("\\n"))).isEqualTo("\"\\\\n\"");
        String name = "a\u001b[1m\n";
        assertThat(text(struct(name, new Value.Nil()))).isEqualTo("{a\\u001b[1m\\n=nil}");
        assertThat(text(new Value.Named(name, 1))).isEqualTo("a\\u001b[1m\\n");
        assertThat(text(new Value.Variant(name, Optional.empty()))).isEqualTo("a\\u001b[1m\\n");
        assertThat(text(new Value.Dynamic(name, Optional.empty()))).isEqualTo("a\\u001b[1m\\n");
        assertThat(text(new Value.Missing(name))).isEqualTo("<a\\u001b[1m\\n>");
        assertThat(text(new Value.Bytes("\u001b[2J", 4))).isEqualTo("0x1b5b324a \".[2J\"");
        assertThat(json(struct("x\"\n", new Value.Unreadable())))
                .isEqualTo("{\"args\":{\"x\":{\"x\\\"\\n\":null}},\"unreadable\":[\"args.x.x\\\"\\n\"]}");
        assertThat(json(string("\ud800x"))).contains("\\ud800x");
    }

    @Test
    void longValuesAreOneLine() {
        String controls = "\u0001".repeat(16 << 10);
        assertThat(text(string(controls))).hasSize((16 << 10) * 6 + 2).doesNotContain("\u0001");
        assertThat(json(string(controls))).doesNotContain("\u0001");
        String bytes = "A".repeat(16 << 10);
        assertThat(text(new Value.Bytes(bytes, 16 << 10))).isEqualTo("0x" + "41".repeat(32) + "... \"" + bytes + "\"");
        List<Value> many = java.util.Collections.nCopies(1000, new Value.Signed(1));
        assertThat(text(new Value.Items(many, 2000)))
                .endsWith("1, ... 1936 more]")
                .hasSizeLessThan(230);
        assertThat(json(new Value.Items(many, 1000))).contains("[1,1,").doesNotContain("truncated");
    }

    @Test
    void colourIsForTerminals() {
        StringBuilder line = new StringBuilder();
        new ValueText(new Output(OutputStream.nullOutputStream(), true, () -> {}))
                .append(line, struct("a", new Value.Unreadable(), "b", string("x")));
        String expected = System.getenv("NO_COLOR") == null
                ? "{a=\u001b[2m<unreadable>\u001b[0m, b=\"x\"}"
                : "{a=<unreadable>, b=\"x\"}";
        assertThat(line).hasToString(expected);
    }
}
