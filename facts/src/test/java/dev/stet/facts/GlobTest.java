package dev.stet.facts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
    @ParameterizedTest
    @CsvSource({
        "/usr/bin/*, /usr/bin/ls, true",
        "/usr/bin/*, /usr/bin/x/ls, false",
        "/usr/**, /usr/bin/x/ls, true",
        "/**/ls, /usr/bin/ls, true",
        "/**/*.so*, /lib/a/libc.so.6, true",
        "/**/b*/c, /x/by/bz/c, true",
        "/usr/bin/l?, /usr/bin/ls, true",
        "/usr/bin?ls, /usr/bin/ls, false",
        "/usr/bin/[a-l]s, /usr/bin/ls, true",
        "/usr/bin/[!a-l]s, /usr/bin/ls, false",
        "/usr/bin/ls, /usr/bin/lss, false",
        "'', '', true",
        "*, '', true",
    })
    void paths(String pattern, String text, boolean expected) {
        assertThat(Glob.path(pattern).matches(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "net/http.*, net/http.(*Server).Serve, true",
        "*Serve, net/http.(*Server).Serve, true",
        "net?http.*, net/http.Get, true",
        "main.\\*x, main.*x, true",
        "main.[]]x, main.]x, true",
        "sqlite3_*, sqlite3_step, true",
        "sqlite3_*_v2, sqlite3_step, false",
    })
    void names(String pattern, String text, boolean expected) {
        assertThat(Glob.name(pattern).matches(text)).isEqualTo(expected);
    }

    @Test
    void whatIsNotFinishedIsRefused() {
        assertThatThrownBy(() -> Glob.path("/a[b")).hasMessageContaining("'[' at 3");
        assertThatThrownBy(() -> Glob.name("a\\")).hasMessageContaining("escapes nothing");
    }

    /// The classic that takes other engines exponential time.
    @Test
    void manyStarsAreNotSlow() {
        Glob glob = Glob.path("/**/*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b");
        String text = "/" + "a/".repeat(100) + "a".repeat(4000);
        Assertions.assertTimeout(
                Duration.ofSeconds(5), () -> assertThat(glob.matches(text)).isFalse());
    }
}
