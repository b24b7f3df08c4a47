package dev.stet.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RedactionTest {
    private static Value text(String text) {
        return new Value.Text(text, text.length(), text.length());
    }

    private static Value withheld(String what) {
        return new Value.Withheld("redacted: " + what);
    }

    private static Value apply(String name, Value value) {
        return Redaction.DEFAULT
                .apply(List.of(new NamedValue(name, value)))
                .getFirst()
                .value();
    }

    private static Value struct(String type, String field, Value value) {
        return new Value.Fields(
                type, List.of(new Value.Field("id", new Value.Signed(1)), new Value.Field(field, value)));
    }

    @Test
    void whatIsNotPrivateIsTheSameList() {
        List<NamedValue> values = List.of(
                new NamedValue("n", new Value.Signed(4)),
                new NamedValue("path", text("/a?b=c")),
                new NamedValue("s", struct("conn", "fd", new Value.Signed(3))));
        assertThat(Redaction.DEFAULT.apply(values)).isSameAs(values);
        List<NamedValue> secret = List.of(new NamedValue("password", text("x")));
        assertThat(Redaction.NONE.apply(secret)).isSameAs(secret);
    }

    @Test
    void byNameAtAnyDepth() {
        assertThat(apply("password", text("x"))).isEqualTo(withheld("password"));
        assertThat(apply("pin", new Value.Signed(1234))).isEqualTo(withheld("pin"));
        assertThat(apply("a", struct("", "token", text("x")))).isEqualTo(struct("", "token", withheld("token")));
        Value nested = new Value.Items(List.of(struct("", "cvv", new Value.Word(123))), 9);
        assertThat(apply("cards", new Value.Variant("Some", Optional.of(nested))))
                .isEqualTo(new Value.Variant(
                        "Some", Optional.of(new Value.Items(List.of(struct("", "cvv", withheld("cvv"))), 9))));
        assertThat(apply("cookies", new Value.Items(List.of(text("x")), 1))).isEqualTo(withheld("cookie"));
    }

    /// That there is none, or that it could not be read, is worth knowing; an address tells nothing.
    @Test
    void nothingIsNotRedacted() {
        for (Value value : List.of(
                new Value.Nil(),
                new Value.Unreadable(),
                new Value.Missing("optimised out"),
                new Value.Withheld("exempt: payload"),
                new Value.Address(0x1000))) {
            assertThat(apply("password", value)).isSameAs(value);
        }
    }

    @Test
    void byType() {
        assertThat(apply("x", struct("Credentials", "user", text("a")))).isEqualTo(withheld("credential"));
        assertThat(apply("x", new Value.Dynamic("*main.Secret", Optional.of(text("a")))))
                .isEqualTo(new Value.Dynamic("*main.Secret", Optional.of(withheld("secret"))));
        Value nil = new Value.Dynamic("*main.Secret", Optional.of(new Value.Nil()));
        assertThat(apply("x", nil)).isEqualTo(nil);
    }

    @Test
    void byTheNameBesideIt() {
        Value header = new Value.Fields(
                "hpack.HeaderField",
                List.of(new Value.Field("Name", text("authorization")), new Value.Field("Value", text("x"))));
        assertThat(apply("h", header))
                .isEqualTo(new Value.Fields(
                        "hpack.HeaderField",
                        List.of(
                                new Value.Field("Name", text("authorization")),
                                new Value.Field("Value", withheld("authorization")))));
        List<NamedValue> setenv =
                List.of(new NamedValue("name", text("DB_PASSWORD")), new NamedValue("value", text("x")));
        assertThat(Redaction.DEFAULT.apply(setenv).get(1).value()).isEqualTo(withheld("password"));
        List<NamedValue> other = List.of(new NamedValue("name", text("HOME")), new NamedValue("value", text("/x")));
        assertThat(Redaction.DEFAULT.apply(other)).isSameAs(other);
    }

    @Test
    void byPatternTheRestStays() {
        assertThat(apply("dsn", new Value.Text("postgres://a:b@h/d", 18, 400)))
                .isEqualTo(new Value.Text("postgres://a:<redacted: password>@h/d", 18, 400));
        assertThat(apply("s", text("card 4111111111111111!")))
                .isEqualTo(new Value.Text("card <redacted: card number>!", 22, 22));
        assertThat(apply("e", new Value.Dynamic("*errors.errorString", Optional.of(text("password=x")))))
                .isEqualTo(new Value.Dynamic(
                        "*errors.errorString", Optional.of(new Value.Text("password=<redacted: password>", 10, 10))));
    }

    /// Offsets in a message mean something, so what is behind a secret stays where it was.
    @Test
    void bytesKeepTheirNumber() {
        String request = "\u0000\u00ffGET /\r\nCookie: a=0123456789012345678901234567\r\n\r\n\u0001";
        Value.Bytes safe = (Value.Bytes) apply("data", new Value.Bytes(request, 5000));
        assertThat(safe.latin1())
                .isEqualTo("\u0000\u00ffGET /\r\nCookie: <redacted: cookie>*************\r\n\r\n\u0001"
                        .replace("*************", "*".repeat(30 - "<redacted: cookie>".length())));
        assertThat(safe.latin1()).hasSameSizeAs(request);
        assertThat(apply("data", new Value.Bytes("password=abc;x", 14)))
                .isEqualTo(new Value.Bytes("password=***;x", 14));
    }

    /// What was redacted once is left alone the second time.
    @Test
    void twiceIsOnce() {
        Value once = apply("s", text("a?password=b&token='c' postgres://a:b@h IDENTIFIED BY 'x' Bearer abc123"));
        assertThat(apply("s", once)).isEqualTo(once);
    }

    /// The decoder bounds depth; if it did not, nothing would leave unseen.
    @Test
    void whatIsTooDeepIsWithheld() {
        Value value = text("x");
        for (int i = 0; i < 100; i++) {
            value = new Value.Items(List.of(value), 1);
        }
        Value safe = apply("x", value);
        int depth = 0;
        while (safe instanceof Value.Items items) {
            safe = items.items().getFirst();
            depth++;
        }
        assertThat(safe).isInstanceOf(Value.Withheld.class);
        assertThat(depth).isEqualTo(65);
    }
}
