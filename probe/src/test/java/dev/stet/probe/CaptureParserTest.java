package dev.stet.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stet.probe.Capture.Format;
import dev.stet.probe.Expression.Argument;
import dev.stet.probe.Expression.Memory;
import dev.stet.probe.Expression.Plus;
import dev.stet.probe.Expression.Result;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaptureParserTest {
    @Test
    void everyFormIsRead() throws Exception {
        assertThat(CaptureParser.captures(
                        "arg1, name=str(arg2), i16(arg3 - 0x10), ret, int(ret2), gostr(*(arg4 + 16) + 56)"))
                .containsExactly(
                        new Capture("arg1", new Argument(1), Format.WORD),
                        new Capture("name", new Argument(2), Format.TEXT),
                        new Capture(
                                "i16(arg3 - 0x10)", new Memory(new Plus(new Argument(3), -16), 2, true), Format.WORD),
                        new Capture("ret", new Result(1), Format.WORD),
                        new Capture("ret2", new Result(2), Format.INT),
                        new Capture(
                                "gostr(*(arg4 + 16) + 56)",
                                new Plus(new Memory(new Plus(new Argument(4), 16), 8, false), 56),
                                Format.GO_TEXT));
        assertThat(CaptureParser.captures("  ")).isEqualTo(List.of());
        assertThat(CaptureParser.capture("sql", "string(arg2)"))
                .isEqualTo(new Capture("sql", new Argument(2), Format.TEXT));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "arg0|words are numbered from 1 to 16",
                "arg17|words are numbered from 1 to 16",
                "arg1 arg2|at 'arg2' (character 6): expected the end",
                "str(arg1|at 'the end' (character 9): expected ')'",
                "str arg1|expected '('",
                "foo|expected arg1 to arg16",
                "arg1 + x|expected a number",
                "arg1 + 99999999999999999999|expected a number",
                "arg1,|expected arg1",
                "u8(u8(u8(u8(u8(u8(u8(u8(u8(u8(arg1))))))))))|at most 8 reads",
            })
    void mistakesAreNamedWithTheirPlace(String text, String message) {
        assertThatThrownBy(() -> CaptureParser.captures(text))
                .isInstanceOf(CaptureSyntaxException.class)
                .hasMessageContaining(message);
    }
}
