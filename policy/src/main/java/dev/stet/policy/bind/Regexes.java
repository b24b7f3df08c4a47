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

    private Regexes() {}

    static Optional<Pattern> bind(YamlNode node) {
        return node.parsed("a regular expression", Regexes::compile);
    }

    private static Pattern compile(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("an empty one matches everything");
        }
        if (text.length() > MAX_CHARACTERS) {
            throw new IllegalArgumentException("longer than " + MAX_CHARACTERS + " characters");
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
