package dev.stet.service.store;

import java.util.List;

/// What the store has. A change of it is a new version: an older Stet does not touch what a newer one wrote.
public final class Schema {
    /// SQLite's `user_version`.
    static final int VERSION = 1;
    /// SQLite's `application_id`: "Stet".
    static final int APPLICATION = 0x53746574;

    private static final String EVENT_TIME = "nanoseconds since 1970, UTC; no two rows have the same";

    static final Table CALLS = new Table(
            "calls",
            "a call of a function, with its values: a sample, at most so many a second",
            List.of(
                    new Column("time", "INTEGER", "when it began: " + EVENT_TIME),
                    new Column("pid", "INTEGER", "whose call"),
                    new Column("tid", "INTEGER", "which thread's"),
                    new Column("process", "TEXT", "the name of its program"),
                    new Column("file", "TEXT", "the file with the function, as the process sees it"),
                    new Column("function", "TEXT", "as the binary spells it"),
                    new Column("pack", "TEXT", "the pack that asked for it"),
                    new Column("kind", "TEXT", "what it means, such as http.server; null if nobody said"),
                    new Column("latency_ns", "INTEGER", "how long it took, in nanoseconds; null if not known"),
                    new Column("end", "TEXT", "how it ended: returned, tailCall, exception, ... (docs/json.md)"),
                    new Column("args", "TEXT", "what was taken at its begin, a JSON object"),
                    new Column("results", "TEXT", "what was taken at its return, a JSON object; null if none was"),
                    new Column("notes", "TEXT", "what of it is missing, redacted or cut, a JSON object; mostly null")));

    static final Table FUNCTIONS = new Table(
            "functions",
            "a minute of a function in all processes of one name: every call counts here",
            List.of(
                    new Column(
                            "time", "INTEGER", "the minute's begin, nanoseconds since 1970, plus 1 for each row of it"),
                    new Column("process", "TEXT", "the name of their program; '(others)' beyond 1,024 a minute"),
                    new Column("function", "TEXT", "as the binary spells it"),
                    new Column("calls", "INTEGER", "how many were seen"),
                    new Column("timed", "INTEGER", "of how many it is known how long they took"),
                    new Column("sum_ns", "INTEGER", "how long those took together, in nanoseconds"),
                    new Column("max_ns", "INTEGER", "how long the longest took, in nanoseconds"),
                    new Column("latencies", "BLOB", "how many took how long: for p50, p90, p99 and percentile")));

    static final Table EVENTS = new Table(
            "events",
            "what the agent did or noticed, but for calls",
            List.of(
                    new Column("time", "INTEGER", EVENT_TIME),
                    new Column("type", "TEXT", "verdict, attached, ended, policy, ... (docs/json.md)"),
                    new Column("pid", "INTEGER", "about which process; null if about none"),
                    new Column("process", "TEXT", "the name of its program; null if about none"),
                    new Column("json", "TEXT", "all of it, a JSON object (docs/json.md)")));

    static final Table VERDICTS = new Table(
            "verdicts",
            "a process was judged, and not as before",
            List.of(
                    new Column("time", "INTEGER", EVENT_TIME),
                    new Column("pid", "INTEGER", "which process"),
                    new Column("process", "TEXT", "the name of its program"),
                    new Column("before", "TEXT", "what it was until then; null if it was not judged yet"),
                    new Column("verdict", "TEXT", "trace, exempt or undecided"),
                    new Column("explanation", "TEXT", "why, in a line")));

    static final Table EXITS = new Table(
            "exits",
            "a process that was looked at has ended",
            List.of(
                    new Column("time", "INTEGER", EVENT_TIME),
                    new Column("pid", "INTEGER", "which process"),
                    new Column("process", "TEXT", "the name of its program"),
                    new Column("status", "TEXT", "'exit 0', 'SIGSEGV', ...; null if that was not seen"),
                    new Column("ran_ns", "INTEGER", "how long it is known to have run, in nanoseconds; null likewise"),
                    new Column(
                            "probed_ns", "INTEGER", "for how long it had had just these probes; null if it had none")));

    static final Table EXEMPTIONS = new Table(
            "exemptions",
            "a rule of the policy was added, changed or removed, or its time was over",
            List.of(
                    new Column("time", "INTEGER", EVENT_TIME),
                    new Column("rule", "TEXT", "its name; of a tier with 'tier ' before it"),
                    new Column("kind", "TEXT", "added, changed, removed or expired"),
                    new Column("file", "TEXT", "where it is written, or was"),
                    new Column("saved_by", "TEXT", "the user who owns that file; null if not known"),
                    new Column("generation", "INTEGER", "the policy's number since Stet's start; null of expired")));

    /// All of them.
    public static final List<Table> TABLES = List.of(CALLS, FUNCTIONS, EVENTS, VERDICTS, EXITS, EXEMPTIONS);

    private Schema() {}
}
