package dev.stet.agent.json;

import java.util.Locale;

/// Writes one JSON object on one line. By hand, for it runs once a call and a library's start alone
/// takes longer than Stet's.
public final class Json {
    private final StringBuilder out;
    private final Slot slot;
    private boolean first = true;

    private Json(StringBuilder out) {
        this.out = out;
        slot = new Slot(out);
        out.append('{');
    }

    /// Where one value goes: a member of an object or an item of a list. Exactly one is to be written.
    public static final class Slot {
        private final StringBuilder out;

        private Slot(StringBuilder out) {
            this.out = out;
        }

        public void text(String value) {
            quote(out, value);
        }

        public void number(long value) {
            out.append(value);
        }

        public void unsigned(long value) {
            out.append(Long.toUnsignedString(value));
        }

        /// As short as it can be and still be the same number; what is none, which JSON has not, as
        /// text.
        public void real(double value, boolean single) {
            String digits = single ? Float.toString((float) value) : Double.toString(value);
            if (Double.isFinite(value)) {
                out.append(digits);
            } else {
                text(digits);
            }
        }

        public void bool(boolean value) {
            out.append(value);
        }

        public void nothing() {
            out.append("null");
        }

        public Json object() {
            return new Json(out);
        }

        /// @param write is to write exactly one value for each
        public <T> void list(Iterable<T> values, java.util.function.BiConsumer<Slot, T> write) {
            out.append('[');
            String comma = "";
            for (T value : values) {
                out.append(comma);
                write.accept(this, value);
                comma = ",";
            }
            out.append(']');
        }
    }

    /// The value of `name`, to be written next.
    public Slot value(String name) {
        key(name);
        return slot;
    }

    /// Begins an object at the end of `out`.
    public static Json object(StringBuilder out) {
        return new Json(out);
    }

    /// Begins an object that is the value of `name`.
    public Json object(String name) {
        key(name);
        return new Json(out);
    }

    public Json text(String name, String value) {
        key(name);
        quote(out, value);
        return this;
    }

    public Json number(String name, long value) {
        key(name);
        out.append(value);
        return this;
    }

    public Json bool(String name, boolean value) {
        key(name);
        out.append(value);
        return this;
    }

    public Json nothing(String name) {
        key(name);
        out.append("null");
        return this;
    }

    public Json texts(String name, Iterable<String> values) {
        key(name);
        out.append('[');
        String comma = "";
        for (String value : values) {
            out.append(comma);
            quote(out, value);
            comma = ",";
        }
        out.append(']');
        return this;
    }

    /// A list of objects.
    public <T> Json objects(String name, Iterable<T> values, java.util.function.BiConsumer<Json, T> write) {
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

    public void end() {
        out.append('}');
    }

    private void key(String name) {
        if (!first) {
            out.append(',');
        }
        first = false;
        quote(out, name);
        out.append(':');
    }

    private static void quote(StringBuilder out, String text) {
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
                    // Besides what JSON wants escaped: what terminals and log readers take for more than text.
                    if (SafeText.isUnsafe(c) || Character.isSurrogate(c)) {
                        SafeText.escape(out, c);
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    public static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
