package dev.stet.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/// Text that is no wider than the terminal: what does not fit goes on below its own beginning.
final class Paragraphs {
    private final Output output;
    private final int width;

    /// @param width empty: as wide as it is
    Paragraphs(Output output, OptionalInt width) {
        this.output = output;
        this.width = width.orElse(Integer.MAX_VALUE);
    }

    void line(String lead, String text) {
        line(lead, UnaryOperator.identity(), text, UnaryOperator.identity());
    }

    /// @param lead stands before the first line only
    /// @param text on one line; what a target says is escaped already
    void line(String lead, UnaryOperator<String> leadStyle, String text, UnaryOperator<String> style) {
        String before = leadStyle.apply(lead);
        for (String part : parts(text, width - lead.length())) {
            output.line((before + style.apply(part)).stripTrailing());
            before = " ".repeat(lead.length());
        }
    }

    /// Broken at blanks only, so that a path can still be copied.
    private static List<String> parts(String text, int room) {
        List<String> parts = new ArrayList<>();
        String rest = text;
        while (rest.length() > room) {
            int at = rest.lastIndexOf(' ', Math.max(room, 1));
            if (at <= 0) {
                at = rest.indexOf(' ');
            }
            if (at <= 0) {
                break;
            }
            parts.add(rest.substring(0, at));
            rest = rest.substring(at + 1);
        }
        parts.add(rest);
        return parts;
    }
}
