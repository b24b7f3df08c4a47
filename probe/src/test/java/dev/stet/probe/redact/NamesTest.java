package dev.stet.probe.redact;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
    private static final Names NAMES = new Names(List.of(), List.of());

    @Test
    void namesAreMadeOfWords() {
        assertThat(Words.of("userPassword2")).containsExactly("user", "password");
        assertThat(Words.of("APIKey")).containsExactly("api", "key");
        assertThat(Words.of("X-Api_KEY")).containsExactly("x", "api", "key");
        assertThat(Words.of("oauth2token")).containsExactly("oauth", "token");
        assertThat(Words.of("http.request.header.cookie")).endsWith("cookie");
        assertThat(Words.of("*main.Secret")).containsExactly("main", "secret");
        assertThat(Words.of("")).isEmpty();
        assertThat(Words.of("42-_")).isEmpty();
        assertThat(Words.of("x".repeat(10_000) + "_pin")).endsWith("pin");
    }

    @ParameterizedTest
    @CsvSource({
        "password, password",
        "Passwd, password",
        "pwd, password",
        "dbpassword, password",
        "oldPasswd1, password",
        "userpwd, password",
        "passwordHash, password",
        "pass, password",
        "passPhrase, password",
        "secret, secret",
        "clientSecret, secret",
        "client_secret, secret",
        "appsecret, secret",
        "token, token",
        "accessToken, token",
        "auth_token, token",
        "csrftoken, token",
        "JWT, token",
        "cookie, cookie",
        "Set-Cookie, cookie",
        "cookies, cookie",
        "Authorization, authorization",
        "proxy_authorization, authorization",
        "authHeader, authorization",
        "apikey, api key",
        "api_key, api key",
        "X-Api-Key, api key",
        "AccessKey, api key",
        "cred, credential",
        "credentials, credential",
        "private_key, private key",
        "signingKey, private key",
        "session, session",
        "sessionId, session",
        "PHPSESSID, ''",
        "sessid, session",
        "cvv, cvv",
        "cvv2, cvv",
        "pin, pin",
        "user_pin, pin",
        "cardNumber, card number",
        "card_no, card number",
    })
    void privateNames(String name, String what) {
        assertThat(NAMES.ofName(name).orElse("")).isEqualTo(what);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tokenize",
                "tokenizer",
                "passenger",
                "author",
                "authority",
                "authors",
                "secretary",
                "spin",
                "pinned",
                "pineapple",
                "mapping",
                "compass",
                "pass_count",
                "render_pass",
                "passes",
                "key",
                "keys",
                "keyword",
                "max_tokens",
                "num_tokens",
                "tokenType",
                "token_count",
                "password_len",
                "passwordLength",
                "cookie_path",
                "cookieName",
                "has_password",
                "isToken",
                "session_count",
                "session_timeout",
                "secretName",
                "card",
                "number",
                "code",
                "auth",
                "card_count",
                "header",
                "id",
                "",
                "42",
                "len",
                "credit",
                "accessed",
                "pin_mode",
                "pin_id",
                "obsession",
                "pink",
            })
    void otherNames(String name) {
        assertThat(NAMES.ofName(name)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "*main.Secret, secret",
        "Password, password",
        "SecretString, secret",
        "secrecy::Secret<alloc::string::String>, ''",
        "secrecy::SecretBox<str>, secret",
        "*vault.Credentials, credential",
        "rsa.PrivateKey, private key",
        "http.Cookie, cookie",
        "http.CookieJar, ''",
        "PasswordHasher, ''",
        "token.Token, ''",
        "SessionManager, ''",
        "*errors.errorString, ''",
        "v1.SecretList, ''",
        "main.APIKey, api key",
    })
    void types(String type, String what) {
        assertThat(NAMES.ofType(type).orElse("")).isEqualTo(what);
    }

    @Test
    void namesCanBeAddedAndExcepted() {
        Names names = new Names(List.of("iban", "tax id"), List.of("session", "PIN"));
        assertThat(names.ofName("customerIban")).contains("iban");
        assertThat(names.ofName("tax_id_2")).contains("tax id");
        assertThat(names.ofName("tax")).isEmpty();
        assertThat(names.ofName("Session")).isEmpty();
        assertThat(names.ofName("pin")).isEmpty();
        assertThat(names.ofName("session_id")).contains("session");
        assertThat(names.ofName("password")).contains("password");
    }

    /// A hostile binary may have as many fields as it likes.
    @Test
    void soManyNamesAreRememberedAndNoMore() {
        for (int i = 0; i < 20_000; i++) {
            assertThat(NAMES.ofName("field" + i)).isEmpty();
        }
        assertThat(NAMES.ofName("password")).isPresent();
    }
}
