package dev.stet.policy.bind;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.stet.policy.yaml.YamlNode;
import java.util.Optional;

/// Regular expressions of RE2's kind, in a size that is matched fast: the steps are the text's length times the
/// program's.
final class Regexes {
    /// Longest expression, in characters.
    static final int MAX_CHARACTERS = 1000;
    /// Largest compiled program, in instructions.
    static final int MAX_PROGRAM = 1000;

    /// Largest sum of all programs of a reading: what is let through one by one must not fill the memory together.
    static final int MAX_ALL = 200_000;

    private int all;

    Optional<Pattern> bind(YamlNode node) {
        Optional<Pattern> pattern = node.parsed("a regular expression", this::compile);
        pattern.ifPresent(compiled -> all += compiled.programSize());
        return pattern;
    }

    private Pattern compile(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("an empty one matches everything");
        }
        if (text.length() > MAX_CHARACTERS) {
            throw new IllegalArgumentException("longer than " + MAX_CHARACTERS + " characters");
        }
        if (all > MAX_ALL) {
            throw new IllegalArgumentException("all regular expressions of the policy together are too large");
        }
        if (RegexSize.of(text) > 4 * MAX_PROGRAM) {
            throw tooLarge();
        }
        try {
            Pattern pattern = Pattern.compile(text);
            if (pattern.programSize() > MAX_PROGRAM) {
                throw tooLarge();
            }
            return pattern;
        } catch (PatternSyntaxException wrong) {
            throw new IllegalArgumentException(wrong.getDescription() + " at '" + wrong.getPattern() + "'", wrong);
        } catch (StackOverflowError deep) {
            throw new IllegalArgumentException("nested too deeply", deep);
        }
    }

    private static IllegalArgumentException tooLarge() {
        return new IllegalArgumentException(
                "its repetitions make it too large: more than " + MAX_PROGRAM + " steps a character");
    }
}
