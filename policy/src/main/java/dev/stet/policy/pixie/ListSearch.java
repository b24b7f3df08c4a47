package dev.stet.policy.pixie;

import dev.stet.policy.pixie.FoundList.Via;
import dev.stet.policy.yaml.Problem;
import dev.stet.policy.yaml.Problems;
import dev.stet.policy.yaml.Quoted;
import dev.stet.policy.yaml.SourceText;
import dev.stet.policy.yaml.YamlDocuments;
import dev.stet.policy.yaml.YamlNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Looks for Pixie's list in a text: a value, a flag, or YAML of whatever shape that has containers' `args`,
/// `command` and `env`, a Vizier's `patches` or `customPEMFlags`, or Helm values with these. For one use. Takes
/// time linear in the text, whatever it is.
public final class ListSearch {
    /// A patch within a patch is nobody's.
    private static final int MAX_PATCH_DEPTH = 1;

    /// What the library that reads Pixie's flags takes: one dash or two, dashes for underscores.
    private static final Pattern FLAG =
            Pattern.compile("--?" + OptOutList.FLAG.replace("_", "[-_]") + "(?:=(.*))?", Pattern.DOTALL);

    private static final Pattern FROM_ENVIRONMENT =
            Pattern.compile("--?(?:try)?fromenv=(?:.*,)?" + OptOutList.FLAG + "(?:,.*)?", Pattern.DOTALL);

    private final List<FoundList> lists = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();
    private final Problems problems = new Problems();
    private boolean readsEnvironment;

    /// A value and how deep in patches it is.
    private record Step(YamlNode node, int patches) {}

    private ListSearch() {}

    /// Looks through a text.
    public static Search in(SourceText source) {
        ListSearch search = new ListSearch();
        search.text(source, 0);
        if (!search.problems.isEmpty()) {
            return new Search.Unusable(search.problems.list());
        }
        search.remarkOnEnvironment();
        return new Search.Found(search.lists, search.remarks);
    }

    /// Takes a text for a list, whatever it looks like.
    public static Search inValue(SourceText source) {
        ListSearch search = new ListSearch();
        search.value(source.text().strip(), new Problem(source.file(), 1, 1, "", ""), Via.VALUE);
        return search.problems.isEmpty()
                ? new Search.Found(search.lists, search.remarks)
                : new Search.Unusable(search.problems.list());
    }

    private void text(SourceText source, int patches) {
        if (patches == 0 && isValue(source.text().strip())) {
            value(source.text().strip(), new Problem(source.file(), 1, 1, "", ""), Via.VALUE);
            return;
        }
        Problems syntax = new Problems();
        List<YamlNode> documents = YamlDocuments.read(source, syntax);
        if (!syntax.isEmpty()) {
            problems.addAll(syntax.list());
        } else {
            documents.forEach(document -> walk(document, patches));
        }
    }

    /// One line that is no manifest: `nginx,server.js`. Names may have what YAML takes for its own.
    private static boolean isValue(String text) {
        return text.indexOf('\n') < 0
                && !text.startsWith("{")
                && !text.startsWith("[")
                && !text.contains(": ")
                && !text.endsWith(":");
    }

    private void walk(YamlNode document, int patches) {
        Deque<Step> open = new ArrayDeque<>();
        open.push(new Step(document, patches));
        while (!open.isEmpty()) {
            Step step = open.pop();
            YamlNode node = step.node;
            if (node.isList()) {
                children(node).forEach(child -> open.push(new Step(child, step.patches)));
            } else if (node.isMapping() && !node.names().isEmpty()) {
                Map<String, YamlNode> entries = node.entries();
                variable(entries);
                entries.forEach((name, value) -> {
                    entry(name, value, step.patches);
                    open.push(new Step(value, step.patches));
                });
            }
        }
    }

    private void entry(String name, YamlNode value, int patches) {
        switch (name) {
            case "args", "command" -> arguments(value);
            case "patches" -> patches(value, patches);
            case "customPEMFlags" -> flags(value);
            default -> {}
        }
    }

    /// The last one counts, as for whatever reads flags.
    private void arguments(YamlNode args) {
        List<YamlNode> items = children(args);
        int before = lists.size();
        for (int at = 0; at < items.size(); at++) {
            YamlNode item = items.get(at);
            String text = text(item).orElse("");
            Matcher flag = FLAG.matcher(text);
            if (flag.matches() && flag.group(1) != null) {
                value(flag.group(1), item.problem(""), Via.ARGUMENT);
            } else if (flag.matches()) {
                next(items, ++at, item);
            } else if (FROM_ENVIRONMENT.matcher(text).matches()) {
                readsEnvironment = true;
            } else if (text.contains(OptOutList.FLAG)) {
                report(item, "the flag is in the middle of a text; give its value to stet import pixie by itself");
            }
        }
        while (lists.size() > before + 1) {
            FoundList earlier = lists.remove(before);
            remarks.add(earlier.where() + ": Pixie takes the last of several such flags: this one was without effect");
        }
    }

    private void next(List<YamlNode> items, int at, YamlNode flag) {
        Optional<String> value = at < items.size() ? text(items.get(at)) : Optional.empty();
        if (value.isPresent()) {
            value(value.get(), items.get(at).problem(""), Via.ARGUMENT);
        } else {
            report(flag, "the flag has no value");
        }
    }

    /// `{name: ..., value: ...}` of `env`.
    private void variable(Map<String, YamlNode> entries) {
        YamlNode name = entries.get("name");
        if (name == null || !text(name).map(ListSearch::isVariable).orElse(false)) {
            return;
        }
        Optional<String> value = Optional.ofNullable(entries.get("value")).flatMap(ListSearch::text);
        if (value.isPresent()) {
            value(value.get(), entries.get("value").problem(""), Via.ENVIRONMENT);
        } else if (entries.containsKey("valueFrom")) {
            report(name, "the value is somewhere else (valueFrom); give it to stet import pixie by itself");
        }
    }

    private void flags(YamlNode flags) {
        if (flags.isMapping() && !flags.names().isEmpty()) {
            flags.entries().forEach((name, value) -> {
                if (isVariable(name)) {
                    text(value).ifPresent(text -> value(text, value.problem(""), Via.ENVIRONMENT));
                }
            });
        }
    }

    private static boolean isVariable(String name) {
        return name.length() < 100 && name.toLowerCase(Locale.ROOT).endsWith(OptOutList.FLAG);
    }

    /// Patches are JSON in texts, which YAML is, too.
    private void patches(YamlNode node, int depth) {
        if (depth >= MAX_PATCH_DEPTH || !node.isMapping() || node.names().isEmpty()) {
            return;
        }
        node.entries()
                .values()
                .forEach(patch -> text(patch)
                        .filter(text -> text.contains(OptOutList.FLAG))
                        .ifPresent(text ->
                                text(new SourceText(patch.file() + ":" + patch.line() + " (patch)", text), depth + 1)));
    }

    private void value(String text, Problem at, Via via) {
        Matcher flag = FLAG.matcher(text);
        String value = via == Via.VALUE && flag.matches() && flag.group(1) != null ? flag.group(1) : text;
        String where = at.file() + ":" + at.line();
        if (value.contains("$(")) {
            problems.add(new Problem(
                    at.file(),
                    at.line(),
                    at.column(),
                    at.path(),
                    "Kubernetes puts the value together" + " at the start (" + Quoted.bare(value)
                            + "); give what becomes of it"));
            return;
        }
        try {
            OptOutList list = OptOutList.parse(value);
            lists.add(new FoundList(list, via == Via.VALUE ? at.file() : where, via));
        } catch (IllegalArgumentException wrong) {
            problems.add(new Problem(at.file(), at.line(), at.column(), at.path(), wrong.getMessage()));
        }
    }

    private void remarkOnEnvironment() {
        for (FoundList found : lists) {
            if (found.via() == Via.ENVIRONMENT && !readsEnvironment) {
                remarks.add(found.where() + ": Pixie takes this flag from its arguments alone, so that list, in its"
                        + " environment, never had an effect; it is imported all the same");
            }
        }
    }

    private void report(YamlNode node, String message) {
        problems.add(node.problem(message));
    }

    /// What a list has in it; an empty one, which a policy may not have, has nothing.
    private static List<YamlNode> children(YamlNode node) {
        return node.isList() ? node.items("values") : List.of();
    }

    private static Optional<String> text(YamlNode node) {
        return node.isMapping() || node.isList() ? Optional.empty() : node.text();
    }
}
