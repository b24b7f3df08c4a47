package dev.stet.policy;

import com.google.re2j.Pattern;
import java.util.Optional;

/// What a text that a regular expression matches begins or ends with, as far as a look at the expression tells.
record RegexEnds(String begins, String ends) {
    private static final String REPEATS = "*+?{";

    /// Empty if it tells nothing. Of an expression with choices or flags nothing is told.
    static Optional<RegexEnds> of(Pattern regex) {
        String text = regex.pattern();
        if (regex.flags() != 0 || text.contains("|") || text.contains("(?")) {
            return Optional.empty();
        }
        RegexEnds ends = new RegexEnds(beginning(text), end(text));
        return ends.begins.isEmpty() && ends.ends.isEmpty() ? Optional.empty() : Optional.of(ends);
    }

    Demand demand(Column column) {
        return begins.length() >= ends.length()
                ? new Demand(column, Demand.How.BEGINS, begins)
                : new Demand(column, Demand.How.ENDS, ends);
    }

    private static String beginning(String text) {
        StringBuilder run = new StringBuilder();
        int at = 1;
        while (text.startsWith("^") && isLiteral(text, at)) {
            boolean escaped = text.charAt(at) == '\\';
            int next = escaped ? at + 2 : at + 1;
            if (next < text.length() && REPEATS.indexOf(text.charAt(next)) >= 0) {
                break;
            }
            run.append(text.charAt(next - 1));
            at = next;
        }
        return run.toString();
    }

    private static String end(String text) {
        if (!text.endsWith("$") || text.endsWith("\\$")) {
            return "";
        }
        StringBuilder run = new StringBuilder();
        int at = 0;
        while (at < text.length() - 1) {
            if (isLiteral(text, at)) {
                at += text.charAt(at) == '\\' ? 2 : 1;
                run.append(text.charAt(at - 1));
            } else if (text.charAt(at) == '\\') {
                return ""; // a class, or a character by its number: too much to know here
            } else {
                at++;
                run.setLength(0);
            }
        }
        return run.toString();
    }

    /// Is it a character that stands for itself, or an escaped sign that does?
    private static boolean isLiteral(String text, int at) {
        if (at >= text.length()) {
            return false;
        }
        char c = text.charAt(at);
        if (c == '\\') {
            return at + 1 < text.length() && isSign(text.charAt(at + 1));
        }
        return c > ' ' && c < 0x7f && ".*+?{}()[]^$".indexOf(c) < 0;
    }

    private static boolean isSign(char c) {
        return c > ' ' && c < 0x7f && !Character.isLetterOrDigit(c);
    }
}
