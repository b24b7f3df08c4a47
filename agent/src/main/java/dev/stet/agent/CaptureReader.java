package dev.stet.agent;

import dev.stet.policy.yaml.Quoted;
import dev.stet.policy.yaml.YamlNode;
import dev.stet.probe.Capture;
import dev.stet.probe.Expression;
import dev.stet.probe.ExpressionException;
import dev.stet.probe.ExpressionParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Reads the captures of a pack: `name: expression`, or `name: [expression, ...]`, of which the first counts
/// that means something in a function.
final class CaptureReader {
    private static final String WHAT = "a capture such as string(arg1)";
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z0-9_]+)*");
    private static final int MAX_NAME = 64;
    private static final int MAX_CAPTURES = 32;
    private static final int MAX_ALTERNATIVES = 8;
    private static final Pattern RESULT = Pattern.compile("ret(word)?[0-9]*|latency");

    private CaptureReader() {}

    /// When captures are taken.
    enum When {
        ENTRY,
        RETURN,
        EITHER
    }

    /// Those of a mapping, without the wrong ones, which are reported.
    static List<Capture> captures(YamlNode node, When when) {
        Map<String, YamlNode> entries = node.entries();
        if (entries.size() > MAX_CAPTURES) {
            node.report("more than " + MAX_CAPTURES + " captures");
            return List.of();
        }
        List<Capture> captures = new ArrayList<>();
        entries.forEach((name, value) -> {
            if (name.length() > MAX_NAME || !NAME.matcher(name).matches()) {
                value.reportKey("expected a name such as db.query.text, found " + Quoted.of(name));
            }
            alternatives(name, value, when).ifPresent(captures::add);
        });
        return captures;
    }

    /// The condition of a probe.
    static Optional<Capture> where(YamlNode node) {
        return node.parsed("a condition such as arg1 > 10", text -> {
            try {
                return ExpressionParser.condition(text);
            } catch (ExpressionException e) {
                throw new IllegalArgumentException(e.problem(), e);
            }
        });
    }

    private static Optional<Capture> alternatives(String name, YamlNode value, When when) {
        List<YamlNode> items = value.oneOrMany("expressions");
        if (items.size() > MAX_ALTERNATIVES) {
            value.report("more than " + MAX_ALTERNATIVES + " alternatives");
            return Optional.empty();
        }
        List<Capture> found = new ArrayList<>();
        for (YamlNode item : items) {
            Optional<Capture> capture = item.parsed(WHAT, text -> parse(name, text));
            if (when == When.ENTRY
                    && capture.isPresent()
                    && needsEnd(capture.get().expression())) {
                item.report("there is no result yet when the function is called: move it to 'return'");
            }
            capture.ifPresent(found::add);
        }
        return found.isEmpty()
                ? Optional.empty()
                : Optional.of(found.getFirst().orElse(found.subList(1, found.size())));
    }

    private static Capture parse(String name, String text) {
        try {
            return ExpressionParser.capture(name, text);
        } catch (ExpressionException e) {
            throw new IllegalArgumentException(e.problem(), e);
        }
    }

    /// Can it, or one of its alternatives, be had at the end of a call only?
    static boolean needsEnd(Capture capture) {
        return needsEnd(capture.expression()) || capture.others().stream().anyMatch(CaptureReader::needsEnd);
    }

    private static boolean needsEnd(Expression expression) {
        return mentions(expression, name -> RESULT.matcher(name).matches());
    }

    /// Is there such a name in it? The parser has bounded how deep an expression can be.
    private static boolean mentions(Expression expression, Predicate<String> wanted) {
        return switch (expression) {
            case Expression.Name(var name, var _) -> wanted.test(name);
            case Expression.Number _, Expression.Text _ -> false;
            case Expression.Member(var of, var _, var _) -> mentions(of, wanted);
            case Expression.Index(var of, var index, var _) ->
                Stream.of(of, index).anyMatch(part -> mentions(part, wanted));
            case Expression.Call(var _, var arguments, var _) ->
                arguments.stream().anyMatch(argument -> mentions(argument.value(), wanted));
            case Expression.Unary(var _, var operand, var _) -> mentions(operand, wanted);
            case Expression.Binary(var _, var left, var right, var _) ->
                Stream.of(left, right).anyMatch(part -> mentions(part, wanted));
        };
    }
}
