package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What `stet trace` shows of Go's values.
class CaptureGoTest {
    @BeforeAll
    static void needs() {
        Requires.root();
        Requires.uprobeMulti();
    }

    static Stream<Arguments> versions() {
        return Stream.of(
                Arguments.of("1.26", (Supplier<Path>) () -> Targets.goValues("1.26")),
                Arguments.of("1.19", (Supplier<Path>) () -> Targets.goValues("1.19")));
    }

    @ParameterizedTest(name = "Go {0}")
    @MethodSource("versions")
    void typed(String version, Supplier<Path> program) {
        Traced traced = Traced.run(
                program.get(),
                "main.Strings(s, t, n) -> ret",
                "main.Slices(numbers, bytes, words, n=len(numbers), second=numbers[1]) -> ret",
                "main.Maps(m, c) -> ret",
                "main.Interfaces(any, shape, kind=typeof(any)) -> ret",
                "main.Errors(err) -> ret",
                "main.Wait(d, level, ok) -> ret",
                "main.Split(s, at) -> head, tail, err, second=ret2",
                "main.(*User).Greet(name=u.Name, next=u.Next.Name, other, loud) -> ret",
                "main.Many(a, b, c, d, e, f, g, h, i, j, k, l) -> ret");
        traced.assertComplete();
        assertThat(traced.calls()).hasSize(19);
        assertThat(traced.args("Strings", 0)).isEqualTo("{\"s\":\"one\",\"t\":\"\",\"n\":1}");
        assertThat(traced.results("Strings", 0)).isEqualTo("{\"ret\":\"one\"}");
        assertThat(traced.call("Strings", 1).get("truncated").toString())
                .isEqualTo("[{\"path\":\"args.s\",\"taken\":128,\"full\":200},"
                        + "{\"path\":\"results.ret\",\"taken\":128,\"full\":205}]");
        assertThat(traced.args("Slices", 0))
                .isEqualTo(
                        "{\"numbers\":[1,-2,3],\"bytes\":\"686900\",\"words\":[\"a\",\"bc\"],\"n\":3,\"second\":-2}");
        assertThat(traced.call("Slices", 1).get("unreadable").toString()).isEqualTo("[\"args.second\"]");
        assertThat(traced.args("Maps", 0)).isEqualTo("{\"m\":[],\"c\":[]}");
        assertThat(traced.call("Maps", 0).get("truncated").toString())
                .isEqualTo(
                        "[{\"path\":\"args.m\",\"taken\":0,\"full\":3},{\"path\":\"args.c\",\"taken\":0,\"full\":1}]");
        assertThat(traced.args("Maps", 1)).isEqualTo("{\"m\":null,\"c\":null}");
        assertInterfaces(traced);
        assertThat(traced.args("Wait", 0)).isEqualTo("{\"d\":1500000000,\"level\":3,\"ok\":true}");
        assertThat(traced.results("Wait", 0)).isEqualTo("{\"ret\":3000000000}");
        assertThat(traced.results("Split", 0))
                .isEqualTo("{\"head\":\"he\",\"tail\":\"llo\",\"err\":null,\"second\":\"llo\"}");
        assertThat(traced.call("Split", 1).get("results").get("err").toString())
                .isEqualTo("{\"type\":\"*errors.errorString\",\"value\":\"too short\"}");
        assertThat(traced.args("Greet", 0))
                .isEqualTo("{\"name\":\"ann\",\"next\":\"zoe\",\"other\":{\"Name\":\"bob\",\"Age\":5,\"Tags\":[],"
                        + "\"Next\":null},\"loud\":true}");
        assertThat(traced.results("Greet", 0)).isEqualTo("{\"ret\":\"ann greets bob\"}");
        assertThat(traced.args("Many", 0))
                .isEqualTo("{\"a\":-1,\"b\":65535,\"c\":null,\"d\":[1,2,3],\"e\":200,\"f\":\"six\",\"g\":7,\"h\":8,"
                        + "\"i\":9,\"j\":10,\"k\":11,\"l\":12}");
        assertThat(traced.call("Many", 0).get("missing").toString()).contains("args.c", "xmm0");
    }

    /// Also of a program that has ended by the time its last calls are looked at.
    private static void assertInterfaces(Traced traced) {
        assertThat(traced.args("Interfaces", 0))
                .isEqualTo("{\"any\":{\"type\":\"int\",\"value\":42},\"shape\":{\"type\":\"*main.Square\",\"value\":"
                        + traced.call("Interfaces", 0).at("/args/shape/value") + "},\"kind\":{\"type\":\"int\"}}");
        assertThat(traced.args("Interfaces", 1))
                .isEqualTo("{\"any\":{\"type\":\"string\",\"value\":\"text\"},\"shape\":null,"
                        + "\"kind\":{\"type\":\"string\"}}");
        assertThat(traced.args("Interfaces", 2)).isEqualTo("{\"any\":null,\"shape\":null,\"kind\":null}");
        assertThat(traced.calls("Errors").stream()
                        .map(call -> call.get("args").get("err").toString()))
                .containsExactly(
                        "null",
                        "{\"type\":\"*errors.errorString\",\"value\":\"plain\"}",
                        "{\"type\":\"*fmt.wrapError\",\"value\":\"wrapped: file already closed\"}",
                        "{\"type\":\"*strconv.NumError\",\"value\":\"Atoi 12x: *errors.errorString\"}",
                        "{\"type\":\"*io/fs.PathError\",\"value\":\"open /no/such/file: ENOENT\"}");
        assertThat(traced.calls("Errors"))
                .allSatisfy(call -> assertThat(call.get("results").get("ret"))
                        .isEqualTo(call.get("args").get("err")));
    }

    /// No symbol table and no DWARF: words by position.
    @Test
    void stripped() {
        Traced traced = Traced.run(
                Targets.goValuesStripped(),
                "main.Strings(string(arg1), string(arg3), int(arg5)) -> string(ret1)",
                "main.Slices(n=arg2, b=bytes(arg4, len=arg5), first=i64(arg1)) -> int(ret)",
                "main.(*User).Greet(me=gostr(arg1), other=string(arg2)) -> string(ret1)",
                "main.Wait(duration(arg1)) -> duration(ret)",
                "main.Split(string(arg1)) -> head=string(ret1), tail=string(ret3)");
        traced.assertComplete();
        assertThat(traced.args("Strings", 0)).isEqualTo("{\"arg1\":\"one\",\"arg3\":\"\",\"arg5\":1}");
        assertThat(traced.results("Strings", 0)).isEqualTo("{\"ret1\":\"one\"}");
        assertThat(traced.args("Slices", 0)).isEqualTo("{\"n\":3,\"b\":\"686900\",\"first\":1}");
        assertThat(traced.call("Slices", 1).get("unreadable").toString()).isEqualTo("[\"args.first\"]");
        assertThat(traced.args("Greet", 0)).isEqualTo("{\"me\":\"ann\",\"other\":\"bob\"}");
        assertThat(traced.args("Wait", 0)).isEqualTo("{\"arg1\":1500000000}");
        assertThat(traced.results("Split", 0)).isEqualTo("{\"head\":\"he\",\"tail\":\"llo\"}");
    }
}
