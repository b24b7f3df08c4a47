package dev.stet.probe.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpLinesTest {
    /// `\r` and `\n` stand for themselves; `...` at the end for more that was not taken.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET / HTTP/1.1\\r\\nHost: a\\r\\n | {method='GET', path='/'}",
                "GET /a/b?token=1&x=2 HTTP/1.1\\r\\n | {method='GET', path='/a/b?…'}",
                "GET /?x#y HTTP/1.0\\n | {method='GET', path='/?…'}",
                "GET /a#b?c HTTP/1.0\\n | {method='GET', path='/a'}",
                "POST http://me:secret@host:80/p?q HTTP/1.1\\r\\n | {method='POST', path='http://host:80/p?…'}",
                "GET http://me@host HTTP/1.1\\r\\n | {method='GET', path='http://host'}",
                "CONNECT host:443 HTTP/1.1\\r\\n | {method='CONNECT', path='host:443'}",
                "M-SEARCH * HTTP/1.1\\r\\n | {method='M-SEARCH', path='*'}",
                "HTTP/1.1 200 OK\\r\\nDate: x | {status=200, reason='OK'}",
                "HTTP/1.0 404 Not Found\\r\\n | {status=404, reason='Not Found'}",
                "HTTP/1.1 204\\r\\n | {status=204, reason=''}",
                "HTTP/1.1 204 \\r\\n | {status=204, reason=''}",
                "HTTP/1.1 301 Mov... | {status=301, reason='Mov'}",
                "GET /very/long... | {method='GET', path='/very/long'~-1}",
                "GET /very?lon... | {method='GET', path='/very?…'}",
                "GET /very HTT... | {method='GET', path='/very'}",
                "GET /very HTTP/1.1\\r... | {method='GET', path='/very'}",
                "GET /very HTTQ... | nil",
                "GOT /very... | nil",
                "GET / HTTP/1.1 | nil",
                "GET  / HTTP/1.1\\r\\n | nil",
                "GET / HTTP/2.0\\r\\n | nil",
                "GET / HTTP/1.1x\\r\\n | nil",
                "get / HTTP/1.1\\r\\n | nil",
                "GET /\t HTTP/1.1\\r\\n | nil",
                "HTTP/1.1 20 OK\\r\\n | nil",
                "HTTP/1.1 2000 OK\\r\\n | nil",
                "HTTP/1.1 099 OK\\r\\n | nil",
                "HTTP/1.2 200 OK\\r\\n | nil",
                "\\n | nil",
                "'' | nil",
                "... | nil",
                "PRI * HTTP/2.0\\r\\n\\r\\nSM | nil",
            })
    void firstLines(String text, String shown) {
        boolean cut = text.endsWith("...");
        byte[] bytes = (cut ? text.substring(0, text.length() - 3) : text)
                .replace("\\r", "\r")
                .replace("\\n", "\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        var region = new TakenBytes.Region(
                MemorySegment.ofArray(bytes), 0, bytes.length, cut ? bytes.length + 100 : bytes.length);
        assertThat(Rendering.of(HttpLines.of(region)).replace('"', '\'')).isEqualTo(shown);
    }
}
