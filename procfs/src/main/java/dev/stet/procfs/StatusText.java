package dev.stet.procfs;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Finds fields of `/proc/PID/status`, whose lines are `Name:`, a tab and values. Its first line holds a
/// name of the target's choosing, in which the kernel escapes newlines; so no line of the target's making
/// can pass for a field.
record StatusText(String text) {
    static StatusText of(byte[] bytes) {
        // Numbers are all that is taken from it, so one byte is one character.
        return new StatusText(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    /// The first number of a field, as the kernel's unsigned int: user IDs reach 2^32 - 2.
    ///
    /// @return empty if there is no such field, or it does not begin with a number
    Optional<Integer> number(String field) {
        int at = text.indexOf("\n" + field + ":");
        if (at < 0) {
            return Optional.empty();
        }
        int from = at + field.length() + 2;
        while (from < text.length() && (text.charAt(from) == '\t' || text.charAt(from) == ' ')) {
            from++;
        }
        int to = from;
        while (to < text.length() && Character.isDigit(text.charAt(to))) {
            to++;
        }
        try {
            return Optional.of(Integer.parseUnsignedInt(text, from, to, 10));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }
}
