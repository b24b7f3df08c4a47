package dev.stet.binary;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The version of Go that built a binary.
///
/// @param major the 1 of `go1.22.3`
/// @param minor the 22 of `go1.22.3`
/// @param text as the binary has it: `go1.22.3`, `devel go1.23-0e2f1b9`, `go1.21.0 X:boringcrypto`
public record GoVersion(int major, int minor, String text) implements Comparable<GoVersion> {
    private static final Comparator<GoVersion> ORDER = Comparator.comparingInt(GoVersion::major)
            .thenComparingInt(GoVersion::minor)
            .thenComparing(GoVersion::text);
    private static final Pattern NUMBERS = Pattern.compile("(?:^|\\s)go(\\d{1,4})\\.(\\d{1,4})(?!\\d)");

    /// Reads a version's text.
    ///
    /// @return empty if it has no number, as that of a very old development build
    public static Optional<GoVersion> parse(String text) {
        Matcher numbers = NUMBERS.matcher(text);
        if (!numbers.find()) {
            return Optional.empty();
        }
        int major = Integer.parseInt(numbers.group(1));
        int minor = Integer.parseInt(numbers.group(2));
        return Optional.of(new GoVersion(major, minor, text));
    }

    /// Is this version 1.`minor` or later?
    public boolean isAtLeast(int minor) {
        return major > 1 || (major == 1 && this.minor >= minor);
    }

    /// By number; the text only breaks ties, so two patch releases are not in order.
    @Override
    public int compareTo(GoVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return text;
    }
}
