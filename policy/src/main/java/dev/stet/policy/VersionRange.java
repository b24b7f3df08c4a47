package dev.stet.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Versions between bounds, as `>=1.4 <2`: every bound must hold. Compared as semantic versions are (semver.org,
/// section 11); `v` before a version and `+incompatible` behind it do not count.
///
/// @param bounds never empty
public record VersionRange(List<Bound> bounds) {
    private static final Pattern BOUND = Pattern.compile("(>=|<=|>|<|=|)\\s*(v?[0-9][-.+0-9A-Za-z]{0,100})");
    private static final Pattern VERSION = Pattern.compile(
            "v?([0-9]{1,18})(?:\\.([0-9]{1,18}))?(?:\\.([0-9]{1,18}))?(?:-([0-9A-Za-z.-]+))?(?:\\+.*)?");

    /// @param operator `>=`, `<=`, `>`, `<` or `=`
    /// @param version as it was written
    public record Bound(String operator, String version) {}

    public VersionRange {
        bounds = List.copyOf(bounds);
    }

    /// @throws IllegalArgumentException if it is none
    public static VersionRange parse(String text) {
        List<Bound> bounds = new ArrayList<>();
        Matcher matcher = BOUND.matcher(text);
        int at = 0;
        while (at < text.length()) {
            if (Character.isWhitespace(text.charAt(at))) {
                at++;
            } else if (matcher.find(at) && matcher.start() == at && parts(matcher.group(2)) != null) {
                String operator = matcher.group(1);
                bounds.add(new Bound(operator.isEmpty() ? "=" : operator, matcher.group(2)));
                at = matcher.end();
            } else {
                throw new IllegalArgumentException("use versions with >=, <=, >, < or =, such as '>=1.4 <2'");
            }
        }
        if (bounds.isEmpty()) {
            throw new IllegalArgumentException("it is empty");
        }
        return new VersionRange(bounds);
    }

    /// Is the version in it? One that is no version, such as `(devel)`, is in none.
    public boolean contains(String version) {
        Matcher found = parts(version);
        return found != null
                && bounds.stream().allMatch(bound -> {
                    int order = compare(found, parts(bound.version));
                    return switch (bound.operator) {
                        case ">=" -> order >= 0;
                        case "<=" -> order <= 0;
                        case ">" -> order > 0;
                        case "<" -> order < 0;
                        default -> order == 0;
                    };
                });
    }

    private static Matcher parts(String version) {
        Matcher matcher = VERSION.matcher(version);
        return matcher.matches() ? matcher : null;
    }

    private static int compare(Matcher a, Matcher b) {
        for (int part = 1; part <= 3; part++) {
            int order = Long.compare(number(a.group(part)), number(b.group(part)));
            if (order != 0) {
                return order;
            }
        }
        return comparePrerelease(a.group(4), b.group(4));
    }

    private static long number(String text) {
        return text == null ? 0 : Long.parseLong(text);
    }

    /// A version without one is later than one with any.
    private static int comparePrerelease(String a, String b) {
        if (a == null || b == null) {
            return Boolean.compare(a == null, b == null);
        }
        String[] left = a.split("\\.", -1);
        String[] right = b.split("\\.", -1);
        for (int i = 0; i < Math.min(left.length, right.length); i++) {
            boolean isLeft = isNumber(left[i]);
            boolean isRight = isNumber(right[i]);
            int order = isLeft && isRight
                    ? Long.compare(Long.parseLong(left[i]), Long.parseLong(right[i]))
                    : isLeft != isRight ? Boolean.compare(isRight, isLeft) : left[i].compareTo(right[i]);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(left.length, right.length);
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.length() <= 18 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    @Override
    public String toString() {
        return bounds.stream().map(bound -> bound.operator + bound.version).collect(Collectors.joining(" "));
    }
}
