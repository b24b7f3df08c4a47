package dev.stet.policy;

import com.google.re2j.Pattern;
import dev.stet.facts.Container;
import dev.stet.facts.Fact;
import dev.stet.facts.Glob;
import dev.stet.facts.GoModule;
import dev.stet.facts.Pod;
import dev.stet.facts.Relative;
import dev.stet.policy.yaml.Quoted;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// What is asked of a fact that is known. Takes time linear in the value for any pattern, or length x length for
/// a glob.
///
/// @param <T> what a value of the fact is
public sealed interface Test<T> {
    /// It is one of these; never empty.
    record OneOf<T>(Set<T> values) implements Test<T> {
        public OneOf {
            values = Set.copyOf(values);
        }
    }

    /// It is there, and none of these; never empty.
    record NoneOf<T>(Set<T> values) implements Test<T> {
        public NoneOf {
            values = Set.copyOf(values);
        }
    }

    /// It matches one of these; never empty.
    record Like(List<Glob> globs) implements Test<String> {
        public Like {
            globs = List.copyOf(globs);
        }
    }

    /// The last component of the path matches one of these name patterns; never empty.
    record Named(List<Glob> globs) implements Test<String> {
        public Named {
            globs = List.copyOf(globs);
        }
    }

    /// A regular expression of RE2's kind matches somewhere in it.
    record Matching(Pattern regex) implements Test<String> {}

    /// Each of these is among its texts, whole and at any place; never empty.
    record HasAll(List<String> wanted) implements Test<List<String>> {
        public HasAll {
            wanted = List.copyOf(wanted);
        }
    }

    /// One of its texts matches one of these; never empty.
    record HasAny(List<Glob> globs) implements Test<Set<String>> {
        public HasAny {
            globs = List.copyOf(globs);
        }
    }

    /// One of its paths has a last component that matches one of these name patterns; never empty.
    record HasNamed(List<Glob> globs) implements Test<Set<String>> {
        public HasNamed {
            globs = List.copyOf(globs);
        }
    }

    /// Each of these is there with a value that matches; never empty.
    record Entries(SortedMap<String, Glob> wanted) implements Test<Map<String, String>> {
        public Entries {
            wanted = Collections.unmodifiableSortedMap(new TreeMap<>(wanted));
        }
    }

    /// One of its modules has such a path and a version in this range.
    ///
    /// @param versions empty: whatever the version
    record HasModule(Glob path, Optional<VersionRange> versions) implements Test<List<GoModule>> {
        private boolean fits(GoModule module) {
            return path.matches(module.path())
                    && (versions.isEmpty() || versions.get().contains(module.version()));
        }
    }

    /// A process that is like this; at least one of them is given.
    ///
    /// @param exe whole paths
    /// @param name last components of paths
    record Kin(List<Glob> exe, List<Glob> name, List<Glob> comm) implements Test<Relative> {
        public Kin {
            exe = List.copyOf(exe);
            name = List.copyOf(name);
            comm = List.copyOf(comm);
        }

        private Answer of(Relative relative) {
            return part(exe, relative.exe(), Function.identity())
                    .and(part(name, relative.exe(), Test::last))
                    .and(part(comm, relative.comm(), Function.identity()));
        }

        private static Answer part(List<Glob> globs, Fact<String> fact, Function<String, String> shown) {
            if (globs.isEmpty()) {
                return Answer.YES;
            }
            return switch (fact) {
                case Fact.Known<String>(var text) -> Answer.of(any(globs, shown.apply(text)));
                case Fact.Absent<String> _ -> Answer.NO;
                case Fact.Unreadable<String> _, Fact.NotRead<String> _ -> Answer.UNKNOWN;
            };
        }

        private Answer ofAny(List<Relative> relatives) {
            return relatives.stream().map(this::of).reduce(Answer.NO, Answer::or);
        }
    }

    /// One of them is like this.
    record HasKin(Kin kin) implements Test<List<Relative>> {}

    /// A container that is like this; what is empty is not asked for.
    record ContainerLike(List<Glob> name, List<Glob> image, List<Glob> digest) implements Test<Container> {
        public ContainerLike {
            name = List.copyOf(name);
            image = List.copyOf(image);
            digest = List.copyOf(digest);
        }

        private boolean fits(Container it) {
            return anyOrNone(name, it.name()) && anyOrNone(image, it.image()) && anyOrNone(digest, it.digest());
        }
    }

    /// A pod that is like this; what is empty is not asked for.
    record PodLike(
            List<Glob> namespace,
            List<Glob> name,
            List<Glob> workload,
            SortedMap<String, Glob> labels,
            SortedMap<String, Glob> annotations)
            implements Test<Pod> {
        public PodLike {
            namespace = List.copyOf(namespace);
            name = List.copyOf(name);
            workload = List.copyOf(workload);
            labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
            annotations = Collections.unmodifiableSortedMap(new TreeMap<>(annotations));
        }

        private boolean fits(Pod pod) {
            return anyOrNone(namespace, pod.namespace())
                    && anyOrNone(name, pod.name())
                    && anyOrNone(workload, pod.workload())
                    && entries(labels, pod.labels())
                    && entries(annotations, pod.annotations());
        }

        private String words() {
            List<String> words = new ArrayList<>();
            if (!namespace.isEmpty() || !name.isEmpty() || !workload.isEmpty()) {
                words.add(parts(Map.of("namespace", namespace, "name", name, "workload", workload)));
            }
            if (!labels.isEmpty()) {
                words.add("has label " + pairs(labels));
            }
            if (!annotations.isEmpty()) {
                words.add("has annotation " + pairs(annotations));
            }
            return String.join(" and ", words);
        }
    }

    /// Does the value match? Unknown only if a part of it could not be read.
    @SuppressWarnings("unchecked") // what a test is of is its type's parameter
    default Answer test(T value) {
        return switch (this) {
            case OneOf<T>(var values) -> Answer.of(values.contains(value));
            case NoneOf<T>(var values) -> Answer.of(!values.contains(value));
            case Like(var globs) -> Answer.of(any(globs, (String) value));
            case Named(var globs) -> Answer.of(any(globs, last((String) value)));
            case Matching(var regex) -> Answer.of(regex.matcher((String) value).find());
            case HasAll(var wanted) -> Answer.of(((List<String>) value).containsAll(wanted));
            case HasAny(var globs) -> has((Set<String>) value, text -> any(globs, text));
            case HasNamed(var globs) -> has((Set<String>) value, path -> any(globs, last(path)));
            case Entries(var wanted) -> Answer.of(entries(wanted, (Map<String, String>) value));
            case HasModule it -> has((List<GoModule>) value, it::fits);
            case Kin kin -> kin.of((Relative) value);
            case HasKin(var kin) -> kin.ofAny((List<Relative>) value);
            case ContainerLike it -> Answer.of(it.fits((Container) value));
            case PodLike it -> Answer.of(it.fits((Pod) value));
        };
    }

    private static boolean any(List<Glob> globs, String text) {
        for (int i = 0; i < globs.size(); i++) {
            if (globs.get(i).matches(text)) {
                return true;
            }
        }
        return false;
    }

    private static boolean anyOrNone(List<Glob> globs, String text) {
        return globs.isEmpty() || any(globs, text);
    }

    private static String last(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static <E> Answer has(Collection<E> values, Predicate<E> wanted) {
        for (E value : values) {
            if (wanted.test(value)) {
                return Answer.YES;
            }
        }
        return Answer.NO;
    }

    private static boolean entries(SortedMap<String, Glob> wanted, Map<String, String> there) {
        for (Map.Entry<String, Glob> each : wanted.entrySet()) {
            String value = there.get(each.getKey());
            if (value == null || !each.getValue().matches(value)) {
                return false;
            }
        }
        return true;
    }

    /// What is asked of the fact: `matches glob /usr/bin/amqproxy*`.
    default String text() {
        return switch (this) {
            case OneOf<T>(var values) -> (values.size() == 1 ? "is " : "is one of ") + some(values);
            case NoneOf<T>(var values) -> (values.size() == 1 ? "is not " : "is none of ") + some(values);
            case Like(var globs) -> "matches glob " + or(globs);
            case Named(var globs) -> "has name " + or(globs);
            case Matching(var regex) -> "matches regex " + Quoted.bare(regex.pattern());
            case HasAll(var wanted) ->
                "contains " + wanted.stream().map(Quoted::of).collect(Collectors.joining(" and "));
            case HasAny(var globs) -> "has " + or(globs);
            case HasNamed(var globs) -> "has a file named " + or(globs);
            case Entries(var wanted) -> "has " + pairs(wanted);
            case HasModule(var path, var versions) ->
                "has module " + Quoted.bare(path.toString())
                        + versions.map(range -> " of version " + range).orElse("");
            case Kin(var exe, var name, var comm) -> parts(Map.of("exe", exe, "name", name, "comm", comm));
            case HasKin(var kin) -> "one " + kin.text();
            case ContainerLike(var name, var image, var digest) ->
                parts(Map.of("name", name, "image", image, "digest", digest));
            case PodLike it -> it.words();
        };
    }

    private static String some(Set<?> values) {
        List<String> all = values.stream().map(Test::shown).sorted().toList();
        String shown = all.stream().limit(5).collect(Collectors.joining(", "));
        String rest = all.size() > 5 ? ", … %d more".formatted(all.size() - 5) : "";
        return shown + rest;
    }

    private static String shown(Object value) {
        return value instanceof Integer number ? Integer.toUnsignedString(number) : Quoted.bare(value.toString());
    }

    private static String or(List<Glob> globs) {
        return globs.stream().map(glob -> Quoted.bare(glob.toString())).collect(Collectors.joining(" or "));
    }

    private static String pairs(SortedMap<String, Glob> wanted) {
        return wanted.entrySet().stream()
                .map(each -> Quoted.bare(each.getKey() + "=" + each.getValue()))
                .collect(Collectors.joining(" and "));
    }

    private static String parts(Map<String, List<Glob>> parts) {
        return new TreeMap<>(parts)
                .entrySet().stream()
                        .filter(part -> !part.getValue().isEmpty())
                        .map(part -> part.getKey() + " " + or(part.getValue()))
                        .collect(Collectors.joining(" and ", "with ", ""));
    }
}
