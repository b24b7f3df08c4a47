package dev.stet.agent;

import dev.stet.facts.Glob;
import dev.stet.probe.Capture;
import dev.stet.probe.CaptureParser;
import dev.stet.probe.CaptureSyntaxException;
import dev.stet.probe.Expression;
import dev.stet.probe.Probe;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// A function as a person names it on the command line:
///
/// ```
/// [LIBRARY:]FUNCTION[(CAPTURES)][ -> CAPTURES]
/// ```
///
/// @param library whose function, as a pattern of file names; empty for the executable's or, if it has none
///     of that name, a library's
/// @param probe what to take
public record FunctionSpec(Optional<Glob> library, Probe probe) {
    private static final List<Capture> GUESSED_ARGUMENTS = guesses("arg1, arg2, arg3");
    private static final List<Capture> GUESSED_RESULT = guesses("ret");

    /// Reads a function.
    ///
    /// @param returns follow calls to their end
    /// @throws IllegalArgumentException if it is none; the message says what is wrong
    public static FunctionSpec parse(String text, boolean returns) {
        int arrow = text.indexOf("->");
        String call = (arrow < 0 ? text : text.substring(0, arrow)).strip();
        String results = arrow < 0 ? "" : text.substring(arrow + 2).strip();
        int open = openingOfLastGroup(call);
        String named = open < 0 ? call : call.substring(0, open);
        String inside = open < 0 ? "" : call.substring(open + 1, call.length() - 1);
        if (count(named, '(') != count(named, ')')) {
            throw new IllegalArgumentException("'" + call + "' has a '(' without its ')'");
        }
        int colon = libraryColon(named);
        String function = named.substring(colon + 1).strip();
        if (function.isEmpty()) {
            throw new IllegalArgumentException("'" + text + "' names no function");
        }
        Optional<Glob> library = colon < 0 ? Optional.empty() : Optional.of(Glob.name(named.substring(0, colon)));
        List<Capture> entry = open < 0 ? GUESSED_ARGUMENTS : captures(inside);
        List<Capture> atReturn = arrow < 0 ? GUESSED_RESULT : captures(results);
        if (!returns && arrow >= 0) {
            throw new IllegalArgumentException("'" + text + "' wants results, which need returns to be traced");
        }
        check(entry, "there is no result yet when the function is called", Expression::usesResult);
        check(atReturn, "arguments are gone when the function returns", Expression::usesArgument);
        Probe probe = new Probe("trace", function, entry, returns ? atReturn : List.of(), returns);
        return new FunctionSpec(library, probe);
    }

    private static void check(List<Capture> captures, String why, Predicate<Expression> isWrong) {
        for (Capture capture : captures) {
            if (isWrong.test(capture.expression())) {
                throw new IllegalArgumentException("'" + capture.name() + "': " + why);
            }
        }
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
            return CaptureParser.captures(text);
        } catch (CaptureSyntaxException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
