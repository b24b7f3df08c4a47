package dev.stet.policy.yaml;

import java.util.Comparator;

/// Something wrong with a document, and where.
///
/// @param file as [SourceText#file] has it
/// @param line 1-based
/// @param column 1-based, in characters
/// @param path of the value within its document, such as `spec.match.any[0].exe`; empty if it is about the
///     whole document, or if it never became one
/// @param message for a person; one line
public record Problem(String file, int line, int column, String path, String message) implements Comparable<Problem> {
    private static final Comparator<Problem> ORDER = Comparator.comparing(Problem::file)
            .thenComparingInt(Problem::line)
            .thenComparingInt(Problem::column)
            .thenComparing(Problem::path)
            .thenComparing(Problem::message);

    /// By file, then by place.
    @Override
    public int compareTo(Problem other) {
        return ORDER.compare(this, other);
    }

    /// `file:line:column: path: message`, as compilers write it.
    @Override
    public String toString() {
        String where = file + ":" + line + ":" + column + ": ";
        return path.isEmpty() ? where + message : where + path + ": " + message;
    }
}
