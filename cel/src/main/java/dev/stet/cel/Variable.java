package dev.stet.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.stet.facts.BuildId;
import dev.stet.facts.Container;
import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.facts.GoModule;
import dev.stet.facts.Pod;
import dev.stet.facts.ProcessFacts;
import dev.stet.facts.Relative;
import dev.stet.policy.Moment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What an expression can ask for, and the facts behind it.
enum Variable {
    EXE("exe", FactKey.EXE),
    HOST_EXE("hostExe", FactKey.HOST_EXE),
    SHA256("sha256", FactKey.SHA256),
    SCRIPT("script", FactKey.SCRIPT),
    COMM("comm", FactKey.COMM),
    ARGS("args", FactKey.ARGS),
    ENV("env", FactKey.ENV),
    UID("uid", FactKey.UID),
    USER("user", FactKey.USER),
    CGROUP("cgroup", FactKey.CGROUP),
    SYSTEMD_UNIT("systemdUnit", FactKey.SYSTEMD_UNIT),
    CONTAINER_ID("containerId", FactKey.CONTAINER_ID),
    LINKS("links", FactKey.LINKS),
    HAZARDS("hazards", FactKey.HAZARDS),
    BUILD_ID("buildId", FactKey.BUILD_ID),
    SECTIONS("sections", FactKey.SECTIONS),
    LANGUAGE("language", FactKey.LANGUAGE),
    MODULES("modules", FactKey.MODULES),
    PARENT("parent", FactKey.PARENT),
    ANCESTORS("ancestors", FactKey.ANCESTORS),
    CONTAINER("container", FactKey.CONTAINER),
    POD("pod", FactKey.POD),
    TIER("tier", FactKey.TIER),
    AGE_SECONDS("ageSeconds");

    private static final CelType TEXTS = ListType.create(SimpleType.STRING);
    private static final CelType FIELDS = MapType.create(SimpleType.STRING, SimpleType.DYN);
    private static final Container NO_CONTAINER = new Container("", "", "");
    private static final Pod NO_POD = new Pod("", "", Map.of(), Map.of(), "");

    private final String spelling;

    @SuppressWarnings("ImmutableEnumChecker") // a key never changes once its class is there
    private final Optional<FactKey<?>> key;

    Variable(String spelling, FactKey<?> key) {
        this.spelling = spelling;
        this.key = Optional.of(key);
    }

    Variable(String spelling) {
        this.spelling = spelling;
        this.key = Optional.empty();
    }

    String spelling() {
        return spelling;
    }

    /// Empty if it is the age, which is always known.
    Optional<FactKey<?>> key() {
        return key;
    }

    CelType type() {
        return switch (this) {
            case EXE,
                    HOST_EXE,
                    SHA256,
                    SCRIPT,
                    COMM,
                    USER,
                    CGROUP,
                    SYSTEMD_UNIT,
                    CONTAINER_ID,
                    BUILD_ID,
                    LANGUAGE,
                    TIER -> SimpleType.STRING;
            case ARGS, LINKS, HAZARDS, SECTIONS -> TEXTS;
            case ENV -> MapType.create(SimpleType.STRING, SimpleType.STRING);
            case UID -> SimpleType.INT;
            case MODULES, ANCESTORS -> ListType.create(FIELDS);
            case PARENT, CONTAINER, POD -> FIELDS;
            case AGE_SECONDS -> SimpleType.DOUBLE;
        };
    }

    /// Its value; empty if a fact is not known. An absent one is an empty text, an empty list, or fields that are.
    Optional<Object> value(ProcessFacts facts, Moment moment) {
        if (key.isEmpty()) {
            return Optional.of((double) moment.age(facts.identity()).toSeconds());
        }
        return switch (facts.get(key.get())) {
            case Fact.Known<?>(var value) -> known(value);
            case Fact.Absent<?> _ -> Optional.of(absent());
            case Fact.Unreadable<?> _, Fact.NotRead<?> _ -> Optional.empty();
        };
    }

    private static Optional<Object> known(Object value) {
        return switch (value) {
            case BuildId id -> Optional.of(id.hex());
            case Integer number -> Optional.of(Integer.toUnsignedLong(number));
            case Relative relative -> fields(relative);
            case Container it -> Optional.of(fields(it));
            case Pod pod -> Optional.of(fields(pod));
            case Set<?> texts -> Optional.of(texts.stream().sorted().toList());
            case List<?> list -> list(list);
            default -> Optional.of(value);
        };
    }

    private Object absent() {
        return switch (this) {
            case EXE,
                    HOST_EXE,
                    SHA256,
                    SCRIPT,
                    COMM,
                    USER,
                    CGROUP,
                    SYSTEMD_UNIT,
                    CONTAINER_ID,
                    BUILD_ID,
                    LANGUAGE,
                    TIER -> "";
            case ARGS, LINKS, HAZARDS, SECTIONS, MODULES, ANCESTORS -> List.of();
            case ENV -> Map.of();
            case UID -> -1L;
            case PARENT -> Map.of("pid", 0L, "exe", "", "comm", "");
            case CONTAINER -> fields(NO_CONTAINER);
            case POD -> fields(NO_POD);
            case AGE_SECONDS -> throw new IllegalStateException("the age is always known");
        };
    }

    /// Not known if a part of one of them is not.
    private static Optional<Object> list(List<?> values) {
        List<Optional<Object>> each = values.stream().map(Variable::item).toList();
        return each.stream().allMatch(Optional::isPresent)
                ? Optional.of(each.stream().flatMap(Optional::stream).toList())
                : Optional.empty();
    }

    private static Optional<Object> item(Object value) {
        return switch (value) {
            case Relative relative -> fields(relative);
            case GoModule(var path, var version, var main) ->
                Optional.of(Map.of("path", path, "version", version, "main", main));
            default -> Optional.of(value);
        };
    }

    private static Optional<Object> fields(Relative relative) {
        Optional<String> exe = text(relative.exe());
        Optional<String> comm = text(relative.comm());
        return exe.isPresent() && comm.isPresent()
                ? Optional.of(Map.of("pid", (long) relative.pid(), "exe", exe.get(), "comm", comm.get()))
                : Optional.empty();
    }

    private static Optional<String> text(Fact<String> fact) {
        return switch (fact) {
            case Fact.Known<String>(var text) -> Optional.of(text);
            case Fact.Absent<String> _ -> Optional.of("");
            case Fact.Unreadable<String> _, Fact.NotRead<String> _ -> Optional.empty();
        };
    }

    private static Map<String, Object> fields(Container it) {
        return Map.of("name", it.name(), "image", it.image(), "digest", it.digest());
    }

    private static Map<String, Object> fields(Pod pod) {
        return Map.of(
                "namespace", pod.namespace(),
                "name", pod.name(),
                "workload", pod.workload(),
                "labels", pod.labels(),
                "annotations", pod.annotations());
    }
}
