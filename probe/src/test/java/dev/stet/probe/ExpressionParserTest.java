package dev.stet.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpressionParserTest {
    /// With all parentheses.
    private static String text(Expression expression) {
        return switch (expression) {
            case Expression.Name(var name, var ignored) -> name;
            case Expression.Number(var value, var ignored) -> Long.toUnsignedString(value);
            case Expression.Text(var text, var ignored) -> "'" + text + "'";
            case Expression.Member(var of, var field, var ignored) -> text(of) + "." + field;
            case Expression.Index(var of, var index, var ignored) -> text(of) + "[" + text(index) + "]";
            case Expression.Call(var function, var arguments, var ignored) ->
                function
                        + arguments.stream()
                                .map(it -> it.key().map(key -> key + "=").orElse("") + text(it.value()))
                                .collect(Collectors.joining(", ", "(", ")"));
            case Expression.Unary(var sign, var operand, var ignored) -> sign.text() + text(operand);
            case Expression.Binary(var sign, var left, var right, var ignored) ->
                "(" + text(left) + " " + sign.text() + " " + text(right) + ")";
        };
    }

    private static String text(String expression) throws ExpressionException {
        return text(ExpressionParser.capture("x", expression).expression());
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            arg1                            ; arg1
            1 + 2 * 3 - 4                   ; ((1 + (2 * 3)) - 4)
            a || b && c                     ; (a || (b && c))
            a & 3 == b                      ; ((a & 3) == b)
            a | b ^ c & d                   ; (a | (b ^ (c & d)))
            a << 2 + 1 >= 3                 ; ((a << (2 + 1)) >= 3)
            -*a.b[1]->c                     ; -*a.b[1].c
            !(a < b)                        ; !(a < b)
            a - -1                          ; (a - -1)
            &a.b                            ; &a.b
            t.0.1                           ; t.0.1
            0xffffffffffffffff              ; 18446744073709551615
            18446744073709551615            ; 18446744073709551615
            0b101 + 0o17 + 1_000            ; ((5 + 15) + 1000)
            latency > 10ms                  ; (latency > 10000000)
            2s + 3us + 4ns                  ; ((2000000000 + 3000) + 4)
            bytes(arg2, len = arg3, max=64) ; bytes(arg2, len=arg3, max=64)
            as(arg1, 'struct conn *').fd    ; as(arg1, 'struct conn *').fd
            state == std::state::Ready      ; (state == std::state::Ready)
            "it's" != 'a\\'b\\\\\\n'        ; ('it's' != 'a'b\\
            größe$1 . _x                    ; größe$1._x
            min(x, max(y, 1))               ; min(x, max(y, 1))
            ((a))                           ; a
            """)
    void precedence(String expression, String expected) throws ExpressionException {
        assertThat(text(expression)).startsWith(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                      | 0  | expected a value, found the end
            1 +                     | 3  | expected a value, found the end
            (a                      | 2  | expected ')', found the end
            a b                     | 2  | expected the end, found 'b'
            a, b                    | 1  | expected the end, found ','
            a < b < c               | 6  | comparisons cannot follow each other: join them with &&
            a.                      | 2  | expected the name of a field, found the end
            a.'b'                   | 2  | expected the name of a field, found a text
            a[1                     | 3  | expected ']', found the end
            strng(a)                | 0  | no function 'strng'; did you mean 'string'?
            zzzzzzz(a)              | 0  | no function 'zzzzzzz'
            hex()                   | 0  | hex takes one argument, not 0
            min(a)                  | 0  | min takes 2 arguments, not 1
            hex(a, b)               | 0  | hex takes one argument, not 2
            hex(a, max=3)           | 0  | hex has no argument 'max'
            string(a, len=3)        | 0  | string has no argument 'len' (there are: max=)
            bytes(a)                | 0  | bytes needs a length: bytes(..., len=n)
            bytes(a, len=1, len=2)  | 0  | bytes is given an argument twice
            'abc                    | 0  | the text has no end: ' is missing
            'a\\q'                  | 2  | a backslash stands before n, t, r, 0, a quote or a backslash only
            a # b                   | 2  | '#' means nothing here
            1.5ms                   | 2  | a number has no fields; numbers are whole: write 1500us in place of 1.5ms
            10min                   | 0  | 'min' is no unit of a number; there are ns, us, ms, s
            010                     | 0  | a number that begins with 0: write 10, or 0o10 if it is octal
            0q1                     | 0  | a number that begins with 0: 0x is hexadecimal, 0o octal, 0b binary
            0x                      | 0  | 'x' is no unit of a number; there are ns, us, ms, s
            18446744073709551616    | 0  | '18446744073709551616' is no number of 64 bits
            9999999999999s          | 0  | more than 292 years
            a = 1                   | 2  | expected the end, found '='
            a &&                    | 4  | expected a value, found the end
            )                       | 0  | expected a value, found ')'
            """)
    void mistakes(String expression, int at, String problem) {
        var thrown = catchThrowableOfType(ExpressionException.class, () -> ExpressionParser.capture("x", expression));
        assertThat(thrown.problem()).isEqualTo(problem);
        assertThat(thrown).hasMessage(problem + "\n    " + expression + "\n    " + " ".repeat(at) + "^");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                                   | []
            arg1, ret                            | [arg1 arg1, ret ret]
            string(name), hex( req.URL.Path )    | [name string(name), req.URL.Path hex(req.URL.Path)]
            bytes(len=n, buf)                    | [buf bytes(len=n, buf)]
            len(x), u32(a), string(a + 1)        | [len(x) len(x), u32(a) u32(a), string(a + 1) string((a + 1))]
            a=1, db.query.text = string(arg1)    | [a 1, db.query.text string(arg1)]
            req.Method, a == b                   | [req.Method req.Method, a == b (a == b)]
            """)
    void names(String list, String expected) throws ExpressionException {
        assertThat(ExpressionParser.captures(list).stream()
                        .map(it -> it.name() + " " + text(it.expression()))
                        .toList())
                .hasToString(expected);
    }

    @Test
    void aCaptureOfAListKnowsItsOwnText() throws ExpressionException {
        Capture second = ExpressionParser.captures("a, n = f.g ").getLast();
        assertThat(second.source()).isEqualTo("f.g");
        assertThat(second.expression().at()).isEqualTo(2);
        assertThat(ExpressionParser.condition("a > 1").name()).isEqualTo("where");
    }

    @Test
    void limits() throws ExpressionException {
        assertThat(text("(".repeat(31) + "a" + ")".repeat(31))).isEqualTo("a");
        assertThat(text("-".repeat(31) + "a")).endsWith("a");
        assertThat(text("a" + "+a".repeat(255))).startsWith("(((");
        refused("(".repeat(32) + "a" + ")".repeat(32), "deeper than 32 levels");
        refused("-".repeat(32) + "a", "deeper than 32 levels");
        refused("(".repeat(4000), "deeper than 32 levels");
        refused("a" + "+a".repeat(256), "more than 512 names, numbers and signs");
        refused("a" + ".a".repeat(600), "more than 512 names, numbers and signs");
        refused("a".repeat(4097), "longer than 4096 characters: it has 4097");
        assertThat(ExpressionParser.captures("a" + ",a".repeat(63))).hasSize(64);
        var thrown =
                catchThrowableOfType(ExpressionException.class, () -> ExpressionParser.captures("a" + ",a".repeat(64)));
        assertThat(thrown.problem()).isEqualTo("more than 64 captures");
    }

    private static void refused(String expression, String problem) {
        var thrown = catchThrowableOfType(ExpressionException.class, () -> ExpressionParser.capture("x", expression));
        assertThat(thrown.problem()).isEqualTo(problem);
    }

    private static final List<String> SOUP = List.of(
            "arg1",
            "ret",
            "x",
            "'",
            "\"",
            "'t'",
            "(",
            ")",
            "[",
            "]",
            ".",
            "->",
            ",",
            "=",
            "==",
            "&&",
            "||",
            "!",
            "-",
            "*",
            "&",
            "~",
            "<",
            ">>",
            "0",
            "1",
            "10ms",
            "0x",
            "1.5",
            "string(",
            "bytes(",
            "len=",
            "as(",
            "::",
            "a::b",
            " ",
            "\n",
            "\\",
            "\0",
            "\uD800",
            "é",
            "min(",
            "9".repeat(30),
            "%",
            "+",
            "true");

    @Test
    void soupHasOneWayToFail() {
        long seed = Long.getLong("stet.seed", System.nanoTime());
        Random random = new Random(seed);
        int read = 0;
        for (int round = 0; round < 50_000; round++) {
            StringBuilder soup = new StringBuilder();
            for (int words = random.nextInt(12); words >= 0; words--) {
                soup.append(SOUP.get(random.nextInt(SOUP.size())));
            }
            try {
                read += ExpressionParser.captures(soup.toString()).size();
            } catch (ExpressionException expected) {
                assertThat(expected.problem()).isNotEmpty();
            } catch (Throwable escaped) {
                throw new AssertionError("replay: -Dstet.seed=" + seed + ", round " + round + ": " + soup, escaped);
            }
        }
        assertThat(read).isGreaterThan(1000);
    }
}
