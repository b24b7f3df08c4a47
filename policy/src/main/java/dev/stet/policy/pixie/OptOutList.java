package dev.stet.policy.pixie;

import dev.stet.policy.yaml.Quoted;
import java.util.List;
import java.util.stream.Stream;

/// The value of Pixie's flag, taken apart as Pixie does it: at commas, without pieces that are empty or blank.
/// Blanks around a name stay, for Pixie compares them, too.
///
/// @param names as they were written; never empty texts
public record OptOutList(List<String> names) {
    /// The flag, without dashes before it.
    public static final String FLAG = "stirling_uprobe_opt_out";

    /// Most names: many times what anybody lists by hand.
    public static final int MAX_NAMES = 10_000;

    /// Longest name, in characters: Linux has no longer paths (PATH_MAX).
    public static final int MAX_NAME = 4096;

    public OptOutList {
        names = List.copyOf(names);
    }

    /// The value's names.
    ///
    /// @throws IllegalArgumentException if there are more than [#MAX_NAMES], or one is longer than
    ///     [#MAX_NAME] or has a character that no name in a text has
    public static OptOutList parse(String value) {
        List<String> names = Stream.of(value.split(",", -1))
                .filter(name -> !name.isBlank())
                .limit(MAX_NAMES + 1)
                .toList();
        if (names.size() > MAX_NAMES) {
            throw new IllegalArgumentException("more than " + MAX_NAMES + " names");
        }
        for (String name : names) {
            if (name.length() > MAX_NAME) {
                throw new IllegalArgumentException("a name of more than " + MAX_NAME + " characters");
            }
            if (!isText(name.strip())) {
                throw new IllegalArgumentException(Quoted.of(name) + " has a character that no name has");
            }
        }
        return new OptOutList(names);
    }

    /// Can the list have this name, and give it back as it is?
    public static boolean canHold(String name) {
        return !name.isEmpty()
                && name.length() <= MAX_NAME
                && !name.contains(",")
                && name.equals(name.strip())
                && isText(name);
    }

    private static boolean isText(String name) {
        return name.codePoints()
                .noneMatch(c -> Character.isISOControl(c)
                        || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)
                        || c == 0x2028
                        || c == 0x2029
                        || (c >= 0xfffd && c <= 0xffff));
    }

    /// As the flag takes it: `nginx,server.js`.
    public String value() {
        return String.join(",", names);
    }

    /// The whole flag.
    public String flag() {
        return "--" + FLAG + "=" + value();
    }
}
