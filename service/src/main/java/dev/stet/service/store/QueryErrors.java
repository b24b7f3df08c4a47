package dev.stet.service.store;

import dev.stet.probe.Alike;
import dev.stet.service.store.QueryException.Kind;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// What SQLite says, with what to do.
final class QueryErrors {
    private static final Pattern MISSING = Pattern.compile("no such (table|column|function): (?:\\w+\\.)?(\\w+)");
    private static final List<String> FUNCTIONS = List.of(
            "p50",
            "p90",
            "p95",
            "p99",
            "percentile",
            "ago",
            "iso",
            "count",
            "sum",
            "avg",
            "min",
            "max",
            "median",
            "json_extract",
            "group_concat",
            "round",
            "coalesce",
            "length",
            "substr",
            "lower",
            "upper",
            "instr");
    private static final int MAX_LENGTH = 300;

    private QueryErrors() {}

    static QueryException of(SQLException e, Path file) {
        if (!(e instanceof SQLiteException known)) {
            return new QueryException(Kind.WRONG, said(e), e);
        }
        SQLiteErrorCode code = SQLiteErrorCode.getErrorCode(known.getResultCode().code & 0xff);
        return switch (code) {
            case SQLITE_READONLY, SQLITE_AUTH, SQLITE_PERM ->
                new QueryException(Kind.REFUSED, "a question cannot change anything: " + said(e), e);
            case SQLITE_NOMEM, SQLITE_TOOBIG, SQLITE_FULL ->
                new QueryException(
                        Kind.TOO_MUCH, "it makes values or rows that are too long (" + said(e) + "); ask for less", e);
            case SQLITE_CORRUPT, SQLITE_NOTADB ->
                new QueryException(
                        Kind.UNREADABLE,
                        file + " is damaged (" + said(e) + "); the agent puts it aside when it starts the next time",
                        e);
            case SQLITE_CANTOPEN, SQLITE_IOERR, SQLITE_BUSY, SQLITE_LOCKED ->
                new QueryException(Kind.UNREADABLE, "cannot read " + file + ": " + said(e), e);
            // SQLite has a hundred codes; the rest are about the question.
            default -> new QueryException(Kind.WRONG, said(e) + hint(said(e)), e);
        };
    }

    /// Without what the Java library puts around it.
    private static String said(SQLException e) {
        String text = String.valueOf(e.getMessage());
        if (text.startsWith("[") && text.endsWith(")") && text.contains("(")) {
            text = text.substring(text.lastIndexOf('(', nested(text)) + 1, text.length() - 1);
        }
        return text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) + "..." : text;
    }

    /// Where the outermost bracket opens, which the text that ends it belongs to.
    private static int nested(String text) {
        int depth = 0;
        for (int i = text.length() - 1; i >= 0; i--) {
            char c = text.charAt(i);
            if (c == ')') {
                depth++;
            } else if (c == '(') {
                depth--;
                if (depth == 0) {
                    return i;
                }
            }
        }
        return text.length() - 1;
    }

    private static String hint(String said) {
        Matcher missing = MISSING.matcher(said);
        if (missing.find()) {
            String name = missing.group(2);
            List<String> tables = Schema.TABLES.stream().map(Table::name).toList();
            return switch (missing.group(1)) {
                case "table" -> Alike.suggestion(name, tables) + "; there are " + String.join(", ", tables);
                case "function" -> Alike.suggestion(name, FUNCTIONS);
                // a column
                default -> Alike.suggestion(name, columns()) + "; stet query --tables has all";
            };
        }
        return said.contains("syntax error") ? "; stet query --tables tells what there is" : "";
    }

    private static List<String> columns() {
        return Schema.TABLES.stream()
                .flatMap(table -> Stream.concat(
                        Stream.of(table.name()), table.columns().stream().map(Column::name)))
                .distinct()
                .toList();
    }
}
