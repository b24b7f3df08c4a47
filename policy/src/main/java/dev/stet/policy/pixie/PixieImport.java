package dev.stet.policy.pixie;

import dev.stet.policy.pixie.Imported.Kind;
import dev.stet.policy.pixie.Imported.Rule;
import dev.stet.policy.yaml.Quoted;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Makes exemptions of Pixie's list.
public final class PixieImport {
    /// What goes for the list as a whole, a line each: what it never did, and what exemptions do.
    public static final List<String> NOTES = List.of(
            "Pixie reads its list once, when a collector starts: a change meant restarting it on every node; Stet"
                    + " applies a change to processes that are probed already",
            "Pixie compares whole file names alone: every program of that name, anywhere, is exempt, and one that was"
                    + " renamed, or replaced while it runs, is not; buildId, exe.sha256 and module catch those",
            "Pixie attaches to files, for all processes: a listed program that shares libssl, or node, with one that"
                    + " is not listed has the breakpoints all the same; Stet plants them a process at a time",
            "Pixie asks its list for TLS and Go probes alone, not for those of gRPC's C library nor of PxL scripts;"
                    + " an exemption is from all",
            "Pixie's list is all or nothing, without reason, owner or end: consider exempt: [returns] or [payload],"
                    + " and expires");

    /// What goes for scripts of Node as well.
    public static final String SCRIPT_NOTE = "Pixie keeps a listed script of Node from one kind of probes only: those"
            + " on SSL_read and SSL_write of node itself come all the same, unless PX_TRACE_STATIC_TLS_BINARIES is"
            + " false; an exemption is from all";

    private static final int MAX_NAME = 63;

    private final Origin origin;
    private final Set<String> taken = new HashSet<>();
    private final List<String> remarks = new ArrayList<>();

    private PixieImport(Origin origin) {
        this.origin = origin;
    }

    /// An exemption for each name, whose own name depends on what the list has and on nothing else.
    public static Imported of(List<FoundList> lists, Origin origin) {
        PixieImport it = new PixieImport(origin);
        Map<String, String> entries = it.entries(lists);
        List<Rule> rules = new ArrayList<>();
        entries.forEach((entry, where) -> rules.add(it.rule(entry, where)));
        return new Imported(rules, it.remarks);
    }

    /// The names, each with the place where it was first.
    private Map<String, String> entries(List<FoundList> lists) {
        Map<String, String> entries = new LinkedHashMap<>();
        for (FoundList found : lists) {
            for (String written : found.list().names()) {
                String entry = written.strip();
                if (!entry.equals(written)) {
                    remark(
                            found.where(),
                            written,
                            "Pixie compares the blanks, too, so it never matched; taken as " + Quoted.of(entry));
                }
                entries.putIfAbsent(entry, found.where());
            }
        }
        return entries;
    }

    private Rule rule(String entry, String where) {
        Kind kind = kind(entry);
        if (kind == Kind.PATH) {
            remark(where, entry, "Pixie compares file names, never paths, so it never matched; taken as that path");
        }
        if (kind == Kind.SCRIPT && entry.contains(" ")) {
            remark(where, entry, "Pixie takes command lines apart at blanks, so it never matched a script");
        }
        String name = name(entry);
        return new Rule(name, entry, kind, where, ExemptionText.of(name, entry, kind, where, origin));
    }

    private void remark(String where, String entry, String what) {
        remarks.add(Quoted.bare(where) + ": " + Quoted.of(entry) + ": " + what);
    }

    private static Kind kind(String entry) {
        if (entry.contains("/")) {
            return Kind.PATH;
        }
        return entry.endsWith(".js") ? Kind.SCRIPT : Kind.PROGRAM;
    }

    /// `pixie-server-js`, with a number behind it if that is taken.
    private String name(String entry) {
        String words = entry.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        String base = trimmed("pixie-" + words, MAX_NAME);
        String name = base;
        for (int again = 2; !taken.add(name); again++) {
            String number = "-" + again;
            name = trimmed(base, MAX_NAME - number.length()) + number;
        }
        return name;
    }

    private static String trimmed(String name, int length) {
        return name.substring(0, Math.min(name.length(), length))
                .replaceAll("-{2,}", "-")
                .replaceAll("-+$", "");
    }
}
