package dev.stet.policy.bind;

import dev.stet.facts.Container;
import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.facts.GoModule;
import dev.stet.facts.Pod;
import dev.stet.facts.ProcessFacts;
import dev.stet.facts.ProcessIdentity;
import dev.stet.facts.Relative;
import dev.stet.policy.Moment;
import dev.stet.policy.yaml.Shape;
import dev.stet.policy.yaml.YamlNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Makes the facts of a test's case. What it does not give is absent. For one use.
final class FactsBinder {
    static final Shape FACTS = Shape.of(
            "exe",
            "hostExe",
            "script",
            "comm",
            "args",
            "env",
            "uid",
            "user",
            "parent",
            "ancestors",
            "cgroup",
            "systemdUnit",
            "containerId",
            "container",
            "pod",
            "links",
            "hazards",
            "buildId",
            "sections",
            "language",
            "modules",
            "sha256",
            "age",
            "known",
            "absent",
            "unreadable");
    static final Shape RELATIVE = Shape.of("exe", "comm");
    static final Shape MODULE = Shape.of("path", "version");
    static final Shape CONTAINER = Shape.of("name", "image", "digest");
    static final Shape POD = Shape.of("namespace", "name", "workload", "labels", "annotations");

    /// Of a process whose age is not given: older than any rule about young ones minds.
    private static final Duration AGE = Duration.ofDays(1);

    /// Facts by the names that answers to "why?" use, and by those of the fields here.
    private static final Map<String, FactKey<?>> KEYS = keys();

    private final Instant now;
    private ProcessFacts facts = ProcessFacts.of(new ProcessIdentity(1000, 0), 1, false);
    private Moment moment;

    FactsBinder(Instant now) {
        this.now = now;
        moment = new Moment(now, AGE, AGE);
        FactKey.ALL.forEach(key -> facts = without(facts, key));
    }

    private static <T> ProcessFacts without(ProcessFacts facts, FactKey<T> key) {
        return facts.with(key, Fact.<T>absent());
    }

    private static <T> ProcessFacts unreadable(ProcessFacts facts, FactKey<T> key) {
        return facts.with(key, Fact.<T>unreadable("as the test says"));
    }

    private static Map<String, FactKey<?>> keys() {
        Map<String, FactKey<?>> keys = new HashMap<>();
        FactKey.ALL.stream().filter(key -> key != FactKey.TIER).forEach(key -> keys.put(key.name(), key));
        keys.put("ancestors", FactKey.ANCESTORS);
        keys.put("containerId", FactKey.CONTAINER_ID);
        keys.put("hazards", FactKey.HAZARDS);
        keys.put("sections", FactKey.SECTIONS);
        keys.put("modules", FactKey.MODULES);
        keys.put("sha256", FactKey.SHA256);
        return Map.copyOf(keys);
    }

    ProcessFacts facts() {
        return facts;
    }

    Moment moment() {
        return moment;
    }

    void bind(YamlNode fields) {
        YamlNode node = fields.fields(FACTS);
        for (FactKey<String> key : List.of(
                FactKey.EXE,
                FactKey.HOST_EXE,
                FactKey.SCRIPT,
                FactKey.COMM,
                FactKey.USER,
                FactKey.CGROUP,
                FactKey.SYSTEMD_UNIT)) {
            put(key, node.optional(key.name()).text());
        }
        texts(node.optional("args")).ifPresent(args -> put(FactKey.ARGS, Optional.of(args)));
        put(FactKey.ENV, map(node.optional("env")));
        put(FactKey.UID, node.optional("uid").number(0, ProcessClauses.MAX_UID).map(uid -> (int) (long) uid));
        files(node);
        places(node);
        put(FactKey.PARENT, relative(node.optional("parent")));
        if (node.optional("ancestors").isPresent()) {
            put(FactKey.ANCESTORS, Optional.of(relatives(node.optional("ancestors"))));
        }
        Duration age = Times.duration(node.optional("age")).orElse(AGE);
        Duration known = Times.duration(node.optional("known")).orElse(age);
        moment = new Moment(now, age, known);
        contradictions(node);
        named(node.optional("absent")).forEach(key -> facts = without(facts, key));
        named(node.optional("unreadable")).forEach(key -> facts = unreadable(facts, key));
    }

    private void contradictions(YamlNode node) {
        for (String field : List.of("absent", "unreadable")) {
            for (YamlNode item : node.optional(field).items("names of facts")) {
                Optional<FactKey<?>> key = item.text().map(KEYS::get);
                if (key.isPresent() && facts.get(key.get()) instanceof Fact.Known) {
                    item.report("this fact is given above");
                }
            }
        }
    }

    private void files(YamlNode node) {
        put(FactKey.LINKS, texts(node.optional("links")).map(Set::copyOf));
        if (node.optional("hazards").isPresent()) {
            put(FactKey.HAZARDS, Optional.of(Set.copyOf(FileClauses.hazards(node.optional("hazards")))));
        }
        put(FactKey.SECTIONS, texts(node.optional("sections")).map(Set::copyOf));
        put(FactKey.BUILD_ID, single(node.optional("buildId"), Hex::buildIds));
        put(FactKey.SHA256, single(node.optional("sha256"), Hex::sha256));
        put(FactKey.LANGUAGE, single(node.optional("language"), FileClauses::languages));
        if (node.optional("modules").isPresent()) {
            put(FactKey.MODULES, Optional.of(modules(node.optional("modules"))));
        }
    }

    private void places(YamlNode node) {
        put(FactKey.CONTAINER_ID, single(node.optional("containerId"), Hex::containerIds));
        YamlNode container = node.optional("container").fields(CONTAINER);
        if (container.isPresent()) {
            put(
                    FactKey.CONTAINER,
                    Optional.of(new Container(
                            text(container, "name"), text(container, "image"), text(container, "digest"))));
        }
        YamlNode pod = node.optional("pod").fields(POD);
        if (pod.isPresent()) {
            Map<String, String> labels = map(pod.optional("labels")).orElse(Map.of());
            Map<String, String> annotations = map(pod.optional("annotations")).orElse(Map.of());
            put(
                    FactKey.POD,
                    Optional.of(new Pod(
                            text(pod, "namespace"), text(pod, "name"), labels, annotations, text(pod, "workload"))));
        }
    }

    private <T> void put(FactKey<T> key, Optional<T> value) {
        value.ifPresent(it -> facts = facts.with(key, it));
    }

    private static String text(YamlNode node, String field) {
        return node.optional(field).text().orElse("");
    }

    /// A fact has one value, where a clause may have several.
    private static <T> Optional<T> single(YamlNode node, Function<YamlNode, ? extends Collection<T>> binder) {
        return node.text().flatMap(_ -> binder.apply(node).stream().findFirst());
    }

    private static Optional<List<String>> texts(YamlNode node) {
        return node.isPresent() ? Optional.of(node.texts()) : Optional.empty();
    }

    private static Optional<Map<String, String>> map(YamlNode node) {
        if (!node.isPresent()) {
            return Optional.empty();
        }
        Map<String, String> map = new LinkedHashMap<>();
        node.entries().forEach((name, value) -> value.text().ifPresent(text -> map.put(name, text)));
        return Optional.of(Map.copyOf(map));
    }

    private static Optional<Relative> relative(YamlNode node) {
        YamlNode relative = node.fields(RELATIVE);
        return relative.isPresent()
                ? Optional.of(new Relative(1, fact(relative.optional("exe")), fact(relative.optional("comm"))))
                : Optional.empty();
    }

    private static Fact<String> fact(YamlNode node) {
        return node.text().map(Fact::of).orElse(Fact.absent());
    }

    private static List<Relative> relatives(YamlNode node) {
        return node.items("processes").stream()
                .flatMap(item -> relative(item).stream())
                .toList();
    }

    private static List<GoModule> modules(YamlNode node) {
        List<GoModule> modules = new ArrayList<>();
        for (YamlNode item : node.items("modules")) {
            YamlNode module = item.fields(MODULE);
            Optional<String> path = Header.words(module.required("path"));
            modules.add(new GoModule(path.orElse(""), text(module, "version"), modules.isEmpty()));
        }
        return modules;
    }

    private static List<FactKey<?>> named(YamlNode node) {
        return node.items("names of facts").stream()
                .flatMap(item -> item.choice(KEYS).stream())
                .collect(Collectors.toList());
    }
}
