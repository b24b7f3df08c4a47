package dev.stet.binary.names;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// Characters and strings among the constants of Rust names.
final class RustText {
    private RustText() {}

    static String character(String hex) throws Undecodable {
        if (hex.isEmpty() || hex.length() > 6) {
            throw Undecodable.name();
        }
        int point = Integer.parseInt(hex, 16);
        if (!Character.isValidCodePoint(point) || (point >= 0xd800 && point < 0xe000)) {
            throw Undecodable.name();
        }
        return Character.toString(point);
    }

    static String utf8(String hex) throws Undecodable {
        if (hex.length() % 2 != 0) {
            throw Undecodable.name();
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex(hex));
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException notText) {
            throw Undecodable.name();
        }
    }

    /// As Rust's `escape_debug` shows it.
    static String escaped(String text, char quote) {
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(point -> {
            switch (point) {
                case 0 -> out.append("\\0");
                case '\t' -> out.append("\\t");
                case '\r' -> out.append("\\r");
                case '\n' -> out.append("\\n");
                case '\\' -> out.append("\\\\");
                default -> {
                    if (point == quote) {
                        out.append('\\').append(quote);
                    } else if (isPrintable(point)) {
                        out.appendCodePoint(point);
                    } else {
                        out.append("\\u{").append(Integer.toHexString(point)).append('}');
                    }
                }
            }
        });
        return out.toString();
    }

    private static boolean isPrintable(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> point == ' ' || Character.getType(point) != Character.SPACE_SEPARATOR;
        };
    }
}
