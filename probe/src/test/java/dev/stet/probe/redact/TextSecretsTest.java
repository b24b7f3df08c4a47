package dev.stet.probe.redact;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextSecretsTest {
    private static final TextSecrets SECRETS = new TextSecrets(new Names(List.of(), List.of()));

    /// Of each character, on the average of the worst text.
    private static final long MAX_READS = 40;

    /// What begins or continues a closer look.
    private static final List<String> PIECES = List.of(
            ":",
            "=",
            "a=",
            "a:",
            ":=",
            "://",
            "://a:",
            "a://b:c",
            "@tcp(",
            "a:@tcp(",
            "@",
            "'",
            "\"",
            "by '",
            "(",
            " ",
            "identified ",
            "identified by",
            "password",
            "password '",
            "password=",
            "password = ",
            "password:",
            "\\\"",
            "-",
            "-----BEGIN ",
            "-----BEGIN PRIVATE KEY",
            "-----",
            "END ",
            "J",
            "eyJ",
            ".eyJ",
            "eyJ.",
            "eyJaaaaaaaa.",
            "_",
            "ghp_",
            "A",
            "AKIA",
            "sk_live_",
            "b",
            "B",
            "Bearer ",
            "basic ",
            "basic aaaa",
            "1",
            "4",
            "4111 ",
            "4111-",
            "41111111111111111111",
            "cookie: ",
            "cookie: \n",
            "a.b.c.d=",
            "token: aaaaaaaaaaaaaaaaaa ");

    private static String redacted(String text) {
        StringBuilder safe = new StringBuilder();
        int from = 0;
        for (Secret secret : SECRETS.in(text)) {
            assertThat(secret.from()).isGreaterThanOrEqualTo(from).isLessThan(secret.to());
            safe.append(text, from, secret.from())
                    .append('<')
                    .append(secret.what())
                    .append('>');
            from = secret.to();
        }
        return safe.append(text.substring(from)).toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "Authorization: Digest username=\"x\", uri=\"/\" | Authorization: <authorization>",
                "GET /#authorization:Basic YTpi#Host: a | GET /#authorization:<authorization>#Host: a",
                "Cookie: a=b; c=d#Accept: x | Cookie: <cookie>#Accept: x",
                "Set-Cookie: id=1; Path=/ | Set-Cookie: <cookie>",
                "curl -H 'Authorization: Bearer x1' http://a | curl -H 'Authorization: <authorization>' http://a",
                "X-Api-Key: 12ab | X-Api-Key: <api key>",
                "sent Bearer abc123.def-4 to it | sent Bearer <token> to it",
                "Basic YWxpY2U6c2VzYW1l, Digest | Basic <password>, Digest",
                "jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.s1-_x ok | jwt <token> ok",
                "cut eyJhbGciOiJIUzI1NiJ9.eyJzd | cut <token>",
                "/login?user=a&password=b%20c&x=1 | /login?user=a&password=<password>&x=1",
                "/?access_token=1&sessionid=2 | /?access_token=<token>&sessionid=<session>",
                "postgres://user:p@ss@db:5432/x | postgres://user:<password>@db:5432/x",
                "redis://:hunter2@10.0.0.1 | redis://:<password>@10.0.0.1",
                "amqp://user:hun | amqp://user:<password>",
                "root:s3cret@tcp(127.0.0.1:3306)/db | root:<password>@tcp(127.0.0.1:3306)/db",
                "host=a password=b dbname=c | host=a password=<password> dbname=c",
                "Server=a;Pwd=b;Database=c | Server=a;Pwd=<password>;Database=c",
                "PGPASSWORD=x psql | PGPASSWORD=<password> psql",
                "CREATE USER a IDENTIFIED BY 'it''s' X | CREATE USER a IDENTIFIED BY '<password>' X",
                "identified with x by  'a\\'b' | identified with x by  '<password>'",
                "ALTER ROLE a ENCRYPTED PASSWORD 'x' | ALTER ROLE a ENCRYPTED PASSWORD '<password>'",
                "SET PASSWORD = PASSWORD('x') | SET PASSWORD = <password>'x')",
                "WHERE password = 'a' AND token='b' | WHERE password = '<password>' AND token='<token>'",
                "IDENTIFIED BY 'cut | IDENTIFIED BY '<password>",
                "{\"password\":\"a\\\"b\",\"user\":\"c\"} | {\"password\":\"<password>\",\"user\":\"c\"}",
                "{\"pin\": 1234,\"n\":1} | {\"pin\": <pin>,\"n\":1}",
                "{\\\"token\\\":\\\"a\\\"} | {\\\"token\\\":\\\"<token>\\\"}",
                "map[password:x user:y] | map[password:<password> user:y]",
                "user[password]=x&a=b | user[password]=<password>&a=b",
                "{User:a Password:b} | {User:a Password:<password>}",
                "pin: 1234 | pin: <pin>",
                "4111111111111111 | <card number>",
                "paid 4111 1111 1111 1111, thanks | paid <card number>, thanks",
                "5500-0000-0000-0004 | <card number>",
                "3782 822463 10005 | <card number>",
                "30569309025904. | <card number>.",
                "key AKIAIOSFODNN7EXAMPLE end | key <api key> end",
                "ghp_0123456789abcdefghij0123456789abcdef | <api key>",
                "sk_live_0123456789abcdef | <api key>",
            })
    void whatIsPrivateIsFound(String text, String expected) {
        assertThat(redacted(text.replace('#', '\n'))).isEqualTo(expected.replace('#', '\n'));
    }

    /// What only looks like it must be left as it is: output that is redacted at random is not trusted.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "tokenize passenger author secretary compass bypass cookiecutter pineapple",
                "author=me passenger=2 tokenize=1 tokenizer: fast spin=1 opinion=x shipping=3",
                "max_tokens=4096&token_type=bearer&password_length=12&cookie_path=/",
                "unexpected token: '}' ; missing token: identifier",
                "session: closed by peer; session = open(1)",
                "Password::check(a) == token::Token",
                "if (token != x) { secret <= y }",
                "SELECT password FROM users WHERE password = $1 OR password = ?",
                "ORDER BY 'x' GROUP BY 'password'",
                "basic authentication is not bearer authentication",
                "the bearer of these basic documents",
                "http://host:8080/path?x=1 https://user@host/ http://[::1]:80/",
                "mailto:a@b.c root@tcp(127.0.0.1:3306)/db",
                "order 4111111111111112, order 1234567890123456, 9999999999999995",
                "4111 1111 1111 11111 x4111111111111111 0.4111111111111111 4111111111111111.5",
                "6ba7b810-9dad-11d1-80b4-00c04fd430c8 4111-1111-1111-1111-1111-1111-1111",
                "2026-11-22T17:07:38.164882Z 1766423258164882123 20261122170738 1766423258164882",
                "0x7f0011112222 00:11:22:33:44:55 192.168.100.100 +1 555 123 4567 4000 6000 8000 1001",
                "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
                "eyJ eyJ. eyJhbGci hello.eyJhbGciOiJIUzI1NiJ9x0123456789 x",
                "AKIA AKIAxyz XAKIAIOSFODNN7EXAMPLE ghp_short github_patterns",
                "password=<redacted: password> password=**** password=",
                "SELECT * FROM pins WHERE pin_id = 4 AND compass = 'n'",
                "password_reset: sent",
                "<a accesskey=\"p\" href='x'>",
            })
    void whatIsNotPrivateIsLeft(String text) {
        assertThat(redacted(text)).isEqualTo(text);
    }

    @Test
    void privateKeysGoAsAWhole() {
        String key = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----";
        assertThat(redacted("a " + key + " b")).isEqualTo("a <private key> b");
        assertThat(redacted("a " + key.substring(0, 40))).isEqualTo("a <private key>");
    }

    /// No text makes it slow: besides the one pass over all, characters are read so many times at most.
    @Test
    void hostileTextTakesTimeInProportion() {
        for (String first : PIECES) {
            readsInProportion(first, 16 << 10);
            for (String second : PIECES) {
                readsInProportion(first + second, 2 << 10);
            }
        }
    }

    private static void readsInProportion(String piece, int length) {
        Counted text = new Counted(piece.repeat(length / piece.length()));
        assertThat(SECRETS.in(text)).as(piece).hasSizeLessThan(length);
        assertThat(text.reads).as(piece).isLessThan(MAX_READS * length);
    }

    /// Any text at all: what is found lies within it, in order, and nothing is thrown.
    @Test
    void anyTextIsRead() {
        long seed = Long.getLong("stet.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(12); i >= 0; i--) {
                text.append(random.nextInt(4) == 0 ? "" + (char) random.nextInt(0x250) : "");
                text.append(PIECES.get(random.nextInt(PIECES.size())));
            }
            try {
                assertThat(redacted(text.toString())).isNotNull();
            } catch (RuntimeException | AssertionError failed) {
                throw new AssertionError("replay: -Dstet.seed=" + seed + ", round " + round + ": " + text, failed);
            }
        }
    }

    /// Counts how often a character is read.
    private static final class Counted implements CharSequence {
        private final String text;
        private long reads;

        Counted(String text) {
            this.text = text;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            reads++;
            return text.charAt(index);
        }

        @Override
        public String toString() {
            return text;
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            reads += end - start;
            return text.substring(start, end);
        }
    }
}
