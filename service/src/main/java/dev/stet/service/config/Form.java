package dev.stet.service.config;

import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What values a setting takes.
///
/// @param name for people: `seconds`, `a path`
/// @param schema of JSON Schema, the members of one value
/// @param check throws [IllegalArgumentException] at a value that it is not, saying what it takes
public record Form(String name, String schema, Function<String, Object> check) {
    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,15})\\s?([A-Za-z]*)");
    private static final Pattern HOST_PORT =
            Pattern.compile("(\\[[0-9a-fA-F:.]{2,45}\\]|[A-Za-z0-9.-]{1,253}):(\\d{1,5})");
    private static final Map<String, Long> BYTES = Map.of(
            "",
            1L,
            "B",
            1L,
            "KiB",
            1L << 10,
            "MiB",
            1L << 20,
            "GiB",
            1L << 30,
            "KB",
            1000L,
            "MB",
            1_000_000L,
            "GB",
            1_000_000_000L);
    private static final Map<String, Long> SECONDS = Map.of("s", 1L, "m", 60L, "h", 3600L, "d", 86400L, "w", 604800L);

    /// Any text of one line.
    static final Form TEXT = new Form("text", "\"type\":\"string\"", Form::line);
    /// `true` or `false`.
    static final Form SWITCH = new Form("true or false", "\"type\":\"boolean\"", Form::toggle);
    /// A path.
    static final Form PLACE = new Form("a path", "\"type\":\"string\"", Form::place);
    /// A path, or `off`.
    static final Form PATH = new Form("a path, or off", "\"type\":\"string\"", Form::path);
    /// From 0 to 100.
    static final Form PERCENT =
            new Form("0 to 100", "\"type\":\"number\",\"minimum\":0,\"maximum\":100", Form::percent);
    /// A number of bytes, with a unit.
    static final Form SIZE = new Form("bytes, KiB, MiB or GiB", "\"type\":[\"string\",\"integer\"]", Form::bytes);
    /// A time, with a unit.
    static final Form TIME = new Form("s, m, h, d or w", "\"type\":\"string\"", Form::duration);
    /// `HOST:PORT`, or `off`.
    static final Form ADDRESS = new Form("HOST:PORT, or off", "\"type\":\"string\"", Form::address);

    /// `http://HOST:PORT/PATH`, or `off`.
    static final Form URL = new Form("a URL, or off", "\"type\":\"string\"", Form::url);

    /// Is an option of it enough to say that it is so?
    public boolean isSwitch() {
        return equals(SWITCH);
    }

    /// A whole number.
    static Form number(long least, long most) {
        return new Form(
                least + " to " + most,
                "\"type\":\"integer\",\"minimum\":" + least + ",\"maximum\":" + most,
                text -> number(text, least, most));
    }

    /// One of some words.
    static Form oneOf(String... words) {
        return new Form(String.join(", ", words), "\"enum\":[\"" + String.join("\",\"", words) + "\"]", text -> {
            if (!List.of(words).contains(text)) {
                throw new IllegalArgumentException("one of " + String.join(", ", words));
            }
            return text;
        });
    }

    private static Object line(String text) {
        if (text.length() > 4096 || text.chars().anyMatch(c -> c < ' ')) {
            throw new IllegalArgumentException("one line of at most 4096 characters");
        }
        return text;
    }

    private static Object toggle(String text) {
        return switch (text) {
            case "true", "on" -> true;
            case "false", "off" -> false;
            // Text of a person's making, not a sum of cases.
            default -> throw new IllegalArgumentException("true or false");
        };
    }

    /// Is it a path? One in a file begins with `/`, for who reads it may be anywhere.
    boolean isPath() {
        return equals(PATH) || equals(PLACE);
    }

    private static Object place(String text) {
        if (text.equals("off")) {
            throw new IllegalArgumentException("a path; it cannot be off");
        }
        return path(text);
    }

    private static Object path(String text) {
        if (text.isEmpty() || text.indexOf('\0') >= 0 || text.length() > 4000) {
            throw new IllegalArgumentException("a path");
        }
        return text;
    }

    private static Object percent(String text) {
        try {
            double percent = new BigDecimal(text).doubleValue();
            if (text.length() < 20 && percent >= 0 && percent <= 100) {
                return percent;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("a number from 0 to 100, of percent");
    }

    private static Object number(String text, long least, long most) {
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("a whole number from " + least + " to " + most);
    }

    private static Object bytes(String text) {
        Matcher matcher = AMOUNT.matcher(text);
        Long unit = matcher.matches() ? BYTES.get(matcher.group(2)) : null;
        if (unit == null) {
            throw new IllegalArgumentException("a number of bytes such as 256MiB");
        }
        return Math.multiplyExact(Long.parseLong(matcher.group(1)), unit);
    }

    private static Object duration(String text) {
        Matcher matcher = AMOUNT.matcher(text);
        Long unit = matcher.matches() ? SECONDS.get(matcher.group(2)) : null;
        if (unit == null) {
            throw new IllegalArgumentException("a time such as 90s, 12h or 7d");
        }
        return Duration.ofSeconds(Math.multiplyExact(Long.parseLong(matcher.group(1)), unit));
    }

    private static Object address(String text) {
        Matcher matcher = HOST_PORT.matcher(text);
        boolean isOne = matcher.matches() && Integer.parseInt(matcher.group(2)) < 65536;
        if (!isOne && !text.equals("off")) {
            throw new IllegalArgumentException("HOST:PORT such as 127.0.0.1:8347, or off");
        }
        return text;
    }

    /// Who sends there may show a name and a password in what it logs, so there is none in it.
    private static Object url(String text) {
        if (text.equals("off")) {
            return text;
        }
        try {
            URI url = new URI(text);
            boolean isHttp = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            if (isHttp && url.getHost() != null && url.getRawUserInfo() == null && url.getRawFragment() == null) {
                return text;
            }
        } catch (URISyntaxException e) {
            // said below
        }
        throw new IllegalArgumentException("http://HOST:PORT or https://HOST:PORT, without a password, or off");
    }

    /// The value that a text is.
    ///
    /// @throws IllegalArgumentException if it is none: what is expected
    Object value(String text) {
        try {
            return check.apply(text);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("a smaller number", e);
        }
    }
}
