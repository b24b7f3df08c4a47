package dev.stet.cli;

import java.util.Locale;

/// Writes one JSON object on one line. By hand, for it runs once a call and a library's start alone takes
/// longer than Stet's.
final class Json {
    private final StringBuilder out;
    private boolean first = true;

    private Json(StringBuilder out) {
        this.out = out;
        out.append('{');
    }

    /// Begins an object at the end of `out`.
    static Json object(StringBuilder out) {
        return new Json(out);
    }

    /// Begins an object that is the value of `name`.
    Json object(String name) {
        key(name);
        return new Json(out);
    }

    Json text(String name, String value) {
        key(name);
        quote(value);
        return this;
    }

    Json number(String name, long value) {
        key(name);
        out.append(value);
        return this;
    }

    Json bool(String name, boolean value) {
        key(name);
        out.append(value);
        return this;
    }

    Json nothing(String name) {
        key(name);
        out.append("null");
        return this;
    }

    Json texts(String name, Iterable<String> values) {
        key(name);
        out.append('[');
        String comma = "";
        for (String value : values) {
            out.append(comma);
            quote(value);
            comma = ",";
        }
        out.append(']');
        return this;
    }

    /// A list of objects.
    <T> Json objects(String name, Iterable<T> values, java.util.function.BiConsumer<Json, T> write) {
        key(name);
        out.append('[');
        String comma = "";
        for (T value : values) {
            out.append(comma);
            Json object = new Json(out);
            write.accept(object, value);
            object.end();
            comma = ",";
        }
        out.append(']');
        return this;
    }

    void end() {
        out.append('}');
    }

    private void key(String name) {
        if (!first) {
            out.append(',');
        }
        first = false;
        quote(name);
        out.append(':');
    }

    private void quote(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                case '\r' -> out.append("\\r");
                default -> {
                    // Besides what JSON wants escaped: DEL, C1 controls and line separators, which terminals and log
                    // readers take for more than text.
                    if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 || Character.isSurrogate(c)) {
                        out.append("\\u").append("%04x".formatted((int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
