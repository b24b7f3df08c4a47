package dev.stet.cli;

import dev.stet.agent.json.Json;
import dev.stet.agent.json.SafeText;
import dev.stet.facts.BuildId;
import dev.stet.facts.Container;
import dev.stet.facts.Fact;
import dev.stet.facts.GoModule;
import dev.stet.facts.Pod;
import dev.stet.facts.Relative;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Facts for people and as JSON. Of the environment only names are told: its values are often passwords.
final class FactText {
    private static final int MAX_ITEMS = 20;

    private FactText() {}

    /// On one line, whatever the target put into it.
    static String line(Fact<?> fact, boolean all) {
        int limit = all ? Integer.MAX_VALUE : MAX_ITEMS;
        return switch (fact) {
            case Fact.Known<?>(var value) -> value(value, limit);
            case Fact.Absent<?> _ -> "none";
            case Fact.NotRead<?> _ -> "not read: no rule asks";
            case Fact.Unreadable<?>(var why) -> "not known: " + SafeText.plain(why);
        };
    }

    private static String value(Object value, int limit) {
        return switch (value) {
            case Integer number -> Integer.toUnsignedString(number);
            case Map<?, ?> names -> items(new TreeSet<>(texts(names.keySet())), limit, ", ");
            case Container(var name, var image, var digest) ->
                "name %s, image %s, digest %s".formatted(said(name), said(image), said(digest));
            case Pod pod ->
                "%s/%s, workload %s, labels %s"
                        .formatted(said(pod.namespace()), said(pod.name()), said(pod.workload()), pairs(pod.labels()));
            case Relative it -> relative(it);
            case GoModule(var path, var version, boolean _) ->
                SafeText.plain(path + " " + version).strip();
            case java.util.Set<?> set -> items(new TreeSet<>(texts(set)), limit, ", ");
            case Collection<?> list ->
                items(list, limit, list.stream().allMatch(String.class::isInstance) ? " " : ", ");
            default -> SafeText.plain(value.toString());
        };
    }

    private static Collection<String> texts(Collection<?> values) {
        return values.stream().map(Object::toString).toList();
    }

    private static String items(Collection<?> items, int limit, String between) {
        String shown =
                items.stream().limit(limit).map(item -> value(item, limit)).collect(Collectors.joining(between));
        String rest = items.size() > limit ? between + "... %d more".formatted(items.size() - limit) : "";
        return items.isEmpty() ? "(empty)" : shown + rest;
    }

    private static String relative(Relative it) {
        return it.pid() + " " + line(it.exe(), true) + " (" + line(it.comm(), true) + ")";
    }

    private static String said(String text) {
        return text.isEmpty() ? "not said" : SafeText.plain(text);
    }

    private static String pairs(Map<String, String> pairs) {
        return pairs.isEmpty()
                ? "none"
                : new TreeMap<>(pairs)
                        .entrySet().stream()
                                .map(each -> SafeText.plain(each.getKey() + "=" + each.getValue()))
                                .collect(Collectors.joining(" "));
    }

    /// Writes the value of a fact that is known.
    static void json(Json.Slot slot, Object value) {
        switch (value) {
            case Integer number -> slot.number(Integer.toUnsignedLong(number));
            case BuildId id -> slot.text(id.hex());
            case Map<?, ?> names -> slot.list(new TreeSet<>(texts(names.keySet())), Json.Slot::text);
            case Container(var name, var image, var digest) ->
                slot.object()
                        .text("name", name)
                        .text("image", image)
                        .text("digest", digest)
                        .end();
            case Pod pod -> {
                Json json = slot.object()
                        .text("namespace", pod.namespace())
                        .text("name", pod.name())
                        .text("workload", pod.workload());
                json.texts("labels", equations(pod.labels())).texts("annotations", equations(pod.annotations()));
                json.end();
            }
            case Relative it -> {
                Json json = slot.object().number("pid", it.pid());
                it.exe().known().ifPresent(exe -> json.text("exe", exe));
                it.comm().known().ifPresent(comm -> json.text("comm", comm));
                json.end();
            }
            case GoModule(var path, var version, boolean main) ->
                slot.object()
                        .text("path", path)
                        .text("version", version)
                        .bool("main", main)
                        .end();
            case java.util.Set<?> set -> slot.list(new TreeSet<>(texts(set)), Json.Slot::text);
            case Collection<?> list -> slot.list(list, FactText::json);
            default -> slot.text(value.toString());
        }
    }

    private static Iterable<String> equations(Map<String, String> pairs) {
        Stream<String> texts =
                new TreeMap<>(pairs).entrySet().stream().map(each -> each.getKey() + "=" + each.getValue());
        return texts.toList();
    }
}
