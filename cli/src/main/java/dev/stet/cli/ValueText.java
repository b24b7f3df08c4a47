package dev.stet.cli;

import dev.stet.agent.json.SafeText;
import dev.stet.agent.json.Times;
import dev.stet.probe.Value;
import java.util.List;

/// A value as people read it, on one line: `{fd=3, state=READY, name="ab"}`. All that a target made is
/// made visible by [CallText#plain]; what is between `<` and `>` and not between quotes is Stet's.
final class ValueText {
    /// Bytes of a row that are shown in hexadecimal, too; as text all are.
    private static final int MAX_HEX = 32;
    /// Items, or members, that are shown; the rest is only counted.
    private static final int MAX_ITEMS = 64;
    /// Bits that a negative int has in a register whose upper half is 0.
    private static final int SMALL = 1 << 16;

    private final Output style;

    ValueText(Output style) {
        this.style = style;
    }

    void append(StringBuilder line, Value value) {
        switch (value) {
            case Value.Signed(long number) -> line.append(number);
            case Value.Unsigned(long number) -> line.append(Long.toUnsignedString(number));
            case Value.Word(long bits) -> line.append(word(bits));
            case Value.Hex(long bits) -> hex(line, bits);
            case Value.Address(long address) -> hex(line, address);
            case Value.Truth(boolean truth) -> line.append(truth);
            case Value.Real(double number, boolean single) -> line.append(single ? "" + (float) number : "" + number);
            case Value.Character(int codePoint) -> character(line, codePoint);
            case Value.Duration(long nanos) -> line.append(duration(nanos));
            case Value.Named(var name, long _) -> line.append(SafeText.plain(name));
            case Value.Text text -> text(line, text);
            case Value.Bytes bytes -> bytes(line, bytes);
            case Value.Fields(var _, var fields) -> fields(line, fields);
            case Value.Items items -> items(line, items);
            case Value.Variant variant -> variant(line, variant);
            case Value.Dynamic dynamic -> dynamic(line, dynamic);
            case Value.Frames(var addresses) -> frames(line, addresses);
            case Value.Nil _ -> line.append("nil");
            case Value.Unreadable _ -> remark(line, "unreadable");
            case Value.Missing(var why) -> remark(line, why);
            case Value.Withheld(var why) -> remark(line, why);
        }
    }

    /// What Stet says in place of a value, or of a part of it.
    private void remark(StringBuilder line, String what) {
        style.beginDim(line);
        line.append('<').append(SafeText.plain(what)).append('>');
        style.end(line);
    }

    /// A word nobody explained is a number if it is small, and an address or bits if it is not. A C
    /// function that returns an int leaves the upper half 0, so what would be a small negative int is
    /// shown as that.
    private static String word(long bits) {
        boolean negativeInt = bits >>> 32 == 0 && (int) bits < 0 && (int) bits >= -SMALL;
        return bits == (int) bits || negativeInt ? Integer.toString((int) bits) : "0x" + Long.toHexString(bits);
    }

    private static void hex(StringBuilder line, long bits) {
        line.append("0x").append(Long.toHexString(bits));
    }

    /// `'a'`; what is no character by its number in braces: `'{110000}'`.
    private static void character(StringBuilder line, int codePoint) {
        boolean is = Character.isValidCodePoint(codePoint) && (codePoint < 0xd800 || codePoint > 0xdfff);
        line.append('\'');
        if (is) {
            line.append(SafeText.plain(escaped(Character.toString(codePoint), '\'')));
        } else {
            line.append('{').append(Integer.toHexString(codePoint)).append('}');
        }
        line.append('\'');
    }

    /// With a sign, and 0 as `0s`, as Go writes it.
    private static String duration(long nanos) {
        if (nanos == 0) {
            return "0s";
        }
        if (nanos == Long.MIN_VALUE) {
            return "-" + Times.duration(Long.MAX_VALUE);
        }
        return nanos < 0 ? "-" + Times.duration(-nanos) : Times.duration(nanos);
    }

    private void text(StringBuilder line, Value.Text text) {
        quoted(line, text.text());
        if (text.cut()) {
            line.append(' ');
            remark(
                    line,
                    text.fullBytes() < 0
                            ? "truncated after " + text.takenBytes()
                            : "truncated " + text.takenBytes() + " of " + text.fullBytes());
        }
    }

    static void quoted(StringBuilder line, String text) {
        line.append('"').append(SafeText.plain(escaped(text, '"'))).append('"');
    }

    /// With a backslash before quotes and backslashes: a target's `\n` of two characters is no line's
    /// end.
    private static String escaped(String text, char quote) {
        if (text.indexOf('\\') < 0 && text.indexOf(quote) < 0) {
            return text;
        }
        return text.replace("\\", "\\\\").replace("" + quote, "\\" + quote);
    }

    /// `0x68656c6c6f "hello"`: what is no printable ASCII is a dot in the text.
    private void bytes(StringBuilder line, Value.Bytes bytes) {
        String latin1 = bytes.latin1();
        line.append("0x");
        for (int i = 0; i < Math.min(latin1.length(), MAX_HEX); i++) {
            line.append(Character.forDigit((latin1.charAt(i) >> 4) & 0xf, 16));
            line.append(Character.forDigit(latin1.charAt(i) & 0xf, 16));
        }
        line.append(latin1.length() > MAX_HEX ? "... \"" : " \"");
        for (int i = 0; i < latin1.length(); i++) {
            char c = latin1.charAt(i);
            line.append(c < ' ' || c > '~' ? '.' : c);
        }
        line.append('"');
        if (bytes.cut()) {
            line.append(' ');
            remark(line, "truncated " + latin1.length() + " of " + bytes.fullBytes());
        }
    }

    private void fields(StringBuilder line, List<Value.Field> fields) {
        line.append('{');
        for (int i = 0; i < Math.min(fields.size(), MAX_ITEMS); i++) {
            line.append(i > 0 ? ", " : "");
            String name = fields.get(i).name();
            line.append(SafeText.plain(name)).append(name.isEmpty() ? "" : "=");
            append(line, fields.get(i).value());
        }
        more(line, fields.size(), fields.size());
        line.append('}');
    }

    private void items(StringBuilder line, Value.Items items) {
        line.append('[');
        for (int i = 0; i < Math.min(items.items().size(), MAX_ITEMS); i++) {
            line.append(i > 0 ? ", " : "");
            append(line, items.items().get(i));
        }
        more(line, items.items().size(), items.fullCount());
        line.append(']');
    }

    private static void more(StringBuilder line, int taken, long full) {
        int shown = Math.min(taken, MAX_ITEMS);
        if (full > shown) {
            line.append(shown > 0 ? ", ... " : "... ").append(full - shown).append(" more");
        }
    }

    private void variant(StringBuilder line, Value.Variant variant) {
        line.append(SafeText.plain(variant.name()));
        if (variant.content().isPresent()) {
            Value content = variant.content().get();
            boolean struct = content instanceof Value.Fields;
            line.append(struct ? "" : "(");
            append(line, content);
            line.append(struct ? "" : ")");
        }
    }

    private void dynamic(StringBuilder line, Value.Dynamic dynamic) {
        line.append(SafeText.plain(dynamic.type()));
        if (dynamic.value().isPresent()) {
            line.append(": ");
            append(line, dynamic.value().get());
        }
    }

    private static void frames(StringBuilder line, List<Long> addresses) {
        line.append('[');
        String comma = "";
        for (long address : addresses) {
            hex(line.append(comma), address);
            comma = ", ";
        }
        line.append(']');
    }
}
