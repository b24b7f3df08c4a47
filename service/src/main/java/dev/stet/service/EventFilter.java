package dev.stet.service;

import dev.stet.facts.Glob;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which calls and events somebody wants to see: comparisons of the members of their JSON
/// (docs/json.md), all of which hold: `type = call and latency > 10ms and process ~ ngin*`. None: all of
/// them. What lacks a member that is asked for is not wanted.
public final class EventFilter {
    private static final int MAX_TEXT = 2000;
    private static final int MAX_TERMS = 20;
    private static final Pattern TERM = Pattern.compile(
            "\\s*([a-zA-Z]{1,40})\\s*(!=|<=|>=|=|~|<|>)\\s*(?:'([^']*)'|\"([^\"]*)\"|([^\\s'\"]+))(\\s+and(?=\\s)|\\s*$)");
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ns|us|ms|s|m)");

    /// Wants everything.
    public static final EventFilter ALL = new EventFilter(List.of());

    private final List<Term> terms;

    private enum Comparison {
        EQUAL,
        OTHER,
        LIKE,
        LESS,
        MORE,
        AT_MOST,
        AT_LEAST
    }

    /// @param like only if it is compared with a pattern, or else null
    private record Term(String member, Comparison comparison, String value, Glob like) {
        boolean holds(Map<String, String> members) {
            String raw = members.get(member);
            if (raw == null) {
                return false;
            }
            String is = JsonMembers.plain(raw);
            return switch (comparison) {
                case EQUAL -> is.equals(value);
                case OTHER -> !is.equals(value);
                case LIKE -> like.matches(is);
                case LESS -> order(is) < 0;
                case MORE -> order(is) > 0;
                case AT_MOST -> order(is) <= 0;
                case AT_LEAST -> order(is) >= 0;
            };
        }

        /// Numbers by their size, anything else, such as times, as text.
        private int order(String is) {
            try {
                return Double.compare(Double.parseDouble(is), Double.parseDouble(value));
            } catch (NumberFormatException e) {
                return is.compareTo(value);
            }
        }
    }

    private EventFilter(List<Term> terms) {
        this.terms = List.copyOf(terms);
    }

    /// Reads one.
    ///
    /// @throws IllegalArgumentException if it cannot be read: what is wrong, and where
    public static EventFilter of(String text) {
        if (text.isBlank()) {
            return ALL;
        }
        if (text.length() > MAX_TEXT) {
            throw new IllegalArgumentException("a filter has at most " + MAX_TEXT + " characters");
        }
        List<Term> terms = new ArrayList<>();
        Matcher matcher = TERM.matcher(text);
        int at = 0;
        while (at < text.length()) {
            if (terms.size() == MAX_TERMS) {
                throw new IllegalArgumentException("a filter has at most " + MAX_TERMS + " comparisons");
            }
            if (!matcher.find(at) || matcher.start() != at) {
                throw new IllegalArgumentException(
                        "cannot read '" + text.substring(at).strip()
                                + "': it takes comparisons such as type = call and latency > 10ms and process ~ ngin*");
            }
            terms.add(term(matcher));
            at = matcher.end();
            boolean more = matcher.group(6).contains("and");
            if (more == text.substring(at).isBlank()) {
                throw new IllegalArgumentException("'" + text.strip() + "': 'and' takes a comparison behind it");
            }
            at = more ? at : text.length();
        }
        return new EventFilter(terms);
    }

    private static Term term(Matcher matcher) {
        String member = matcher.group(1).equals("latency") ? "latencyNanos" : matcher.group(1);
        Comparison comparison = switch (matcher.group(2)) {
            case "=" -> Comparison.EQUAL;
            case "!=" -> Comparison.OTHER;
            case "~" -> Comparison.LIKE;
            case "<" -> Comparison.LESS;
            case ">" -> Comparison.MORE;
            case "<=" -> Comparison.AT_MOST;
            default -> Comparison.AT_LEAST;
        };
        String written = matcher.group(3) != null
                ? matcher.group(3)
                : matcher.group(4) != null ? matcher.group(4) : matcher.group(5);
        String value = member.endsWith("Nanos") ? nanos(written) : written;
        return new Term(member, comparison, value, comparison == Comparison.LIKE ? glob(value) : null);
    }

    private static Glob glob(String pattern) {
        try {
            return pattern.contains("/") ? Glob.path(pattern) : Glob.name(pattern);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + pattern + "' is no pattern: " + e.getMessage(), e);
        }
    }

    private static String nanos(String written) {
        Matcher matcher = DURATION.matcher(written);
        if (!matcher.matches()) {
            return written;
        }
        double unit = switch (matcher.group(2)) {
            case "ns" -> 1;
            case "us" -> 1e3;
            case "ms" -> 1e6;
            case "s" -> 1e9;
            default -> 60e9;
        };
        return Long.toString(Math.round(Double.parseDouble(matcher.group(1)) * unit));
    }

    /// Is this one wanted?
    ///
    /// @param object JSON of Stet's writing
    public boolean wants(String object) {
        if (terms.isEmpty()) {
            return true;
        }
        Map<String, String> members = JsonMembers.of(object);
        return terms.stream().allMatch(term -> term.holds(members));
    }
}
