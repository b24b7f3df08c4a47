package dev.stet.agent;

import dev.stet.facts.Glob;
import dev.stet.probe.Capture;
import dev.stet.probe.ExpressionException;
import dev.stet.probe.ExpressionParser;
import dev.stet.probe.Probe;
import java.util.List;
import java.util.Optional;

/// A function, or a probe that the program's author put in, as a person names it on the command line:
///
/// ```
/// [LIBRARY:]FUNCTION[(CAPTURES)][ -> CAPTURES]
/// [LIBRARY:]usdt:PROVIDER:NAME[(CAPTURES)]
/// ```
///
/// @param library whose function, as a pattern of file names; empty for the executable's or, if it has none
///     of that name, a library's
/// @param probe what to take
public record FunctionSpec(Optional<Glob> library, Probe probe) {
    private static final List<Capture> GUESSED_ARGUMENTS = guesses("arg1, arg2, arg3");
    private static final List<Capture> GUESSED_RESULT = guesses("ret");
    private static final String USDT = "usdt:";

    /// What holds for all functions of a command.
    ///
    /// @param measure what is made of the calls
    /// @param where only these calls
    /// @param limits how many and how much of them
    public record Settings(Probe.Measure measure, Optional<Capture> where, Probe.Limits limits) {}

    /// Reads a function.
    ///
    /// @throws IllegalArgumentException if it is none; the message says what is wrong
    public static FunctionSpec parse(String text, Settings settings) {
        int arrow = topLevelArrow(text);
        String call = (arrow < 0 ? text : text.substring(0, arrow)).strip();
        String results = arrow < 0 ? "" : text.substring(arrow + 2).strip();
        int open = openingOfLastGroup(call);
        String named = open < 0 ? call : call.substring(0, open);
        String inside = open < 0 ? "" : call.substring(open + 1, call.length() - 1);
        if (count(named, '(') != count(named, ')')) {
            throw new IllegalArgumentException("'" + call + "' has a '(' without its ')'");
        }
        int usdt = named.startsWith(USDT) ? 0 : named.indexOf(":" + USDT) + 1;
        boolean isUsdt = usdt > 0 || named.startsWith(USDT);
        int colon = isUsdt ? usdt - 1 : libraryColon(named);
        String place = named.substring(colon + 1).strip();
        Optional<Glob> library = colon < 0 ? Optional.empty() : Optional.of(Glob.name(named.substring(0, colon)));
        boolean wantsResults = arrow >= 0 && !isUsdt;
        if (arrow >= 0 && (isUsdt || settings.measure == Probe.Measure.CALLS)) {
            throw new IllegalArgumentException("'" + text + "' wants results, which "
                    + (isUsdt ? "a probe of the author's has not" : "need returns to be traced"));
        }
        List<Capture> guessed = settings.measure == Probe.Measure.HISTOGRAM ? List.of() : GUESSED_ARGUMENTS;
        List<Capture> guessedResult = settings.measure == Probe.Measure.LATENCY && !isUsdt ? GUESSED_RESULT : List.of();
        Probe.Measure measure =
                isUsdt && settings.measure == Probe.Measure.LATENCY ? Probe.Measure.CALLS : settings.measure;
        Probe probe = new Probe(
                "trace",
                "",
                isUsdt ? usdt(place, text) : function(place, text),
                open < 0 ? guessed : captures(inside),
                wantsResults ? captures(results) : guessedResult,
                settings.where,
                measure,
                settings.limits);
        return new FunctionSpec(library, probe);
    }

    private static Probe.Site function(String name, String text) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("'" + text + "' names no function");
        }
        return new Probe.Site.Functions(name);
    }

    private static Probe.Site usdt(String place, String text) {
        String[] parts = place.split(":", -1);
        if (parts.length != 3 || parts[1].isEmpty() || parts[2].isEmpty()) {
            throw new IllegalArgumentException("'" + text + "' should be usdt:PROVIDER:NAME");
        }
        return new Probe.Site.Usdt(parts[1], parts[2]);
    }

    /// The arrow between captures of the entry and of the return: no parenthesis is open there.
    private static int topLevelArrow(String text) {
        int depth = 0;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (depth == 0 && text.startsWith("->", at)) {
                return at;
            }
        }
        return -1;
    }

    private static long count(String text, char wanted) {
        return text.chars().filter(c -> c == wanted).count();
    }

    /// Where the captures' parenthesis opens: the one that closes at the very end, unless it is part of a Go
    /// name, as in `main.(*T)`.
    private static int openingOfLastGroup(String call) {
        if (!call.endsWith(")")) {
            return -1;
        }
        int depth = 0;
        for (int at = call.length() - 1; at >= 0; at--) {
            char c = call.charAt(at);
            depth += c == ')' ? 1 : c == '(' ? -1 : 0;
            if (depth == 0) {
                return at > 0 && call.charAt(at - 1) == '.' ? -1 : at;
            }
        }
        throw new IllegalArgumentException("'" + call + "' has a ')' without its '('");
    }

    /// The single colon behind a library's name; C++'s and Rust's double ones are part of a function's.
    private static int libraryColon(String named) {
        for (int at = named.indexOf(':'); at >= 0; at = named.indexOf(':', at + 2)) {
            if (at + 1 >= named.length() || named.charAt(at + 1) != ':') {
                return at;
            }
        }
        return -1;
    }

    private static List<Capture> guesses(String text) {
        return captures(text).stream().map(Capture::asGuess).toList();
    }

    private static List<Capture> captures(String text) {
        try {
            return ExpressionParser.captures(text);
        } catch (ExpressionException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
