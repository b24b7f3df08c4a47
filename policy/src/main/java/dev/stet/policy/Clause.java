package dev.stet.policy;

import dev.stet.facts.BuildId;
import dev.stet.facts.Fact;
import dev.stet.facts.Glob;
import dev.stet.facts.ProcessFacts;
import dev.stet.policy.yaml.Quoted;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// One test on one fact. An absent fact does not match, an unreadable one gives [Answer#UNKNOWN].
public sealed interface Clause {
    /// The executable's whole path.
    ///
    /// @param glob a path pattern
    record ExeGlob(Glob glob) implements Clause {}

    /// The last component of the executable's path.
    ///
    /// @param name a name pattern; a plain name is one that matches itself
    record ExeName(Glob name) implements Clause {}

    /// The executable's build ID is one of these; never empty.
    record BuildIdIn(List<BuildId> ids) implements Clause {
        public BuildIdIn {
            ids = List.copyOf(ids);
        }
    }

    /// Each of these is an argument, whole and at any place; never empty.
    record ArgsContain(List<String> args) implements Clause {
        public ArgsContain {
            args = List.copyOf(args);
        }
    }

    /// The main thread's name matches one of these name patterns; never empty.
    record CommMatches(List<Glob> globs) implements Clause {
        public CommMatches {
            globs = List.copyOf(globs);
        }
    }

    /// The real user ID is one of these; never empty.
    ///
    /// @param uids 0 to 2^32 - 1
    record UidIn(List<Long> uids) implements Clause {
        public UidIn {
            uids = List.copyOf(uids);
        }
    }

    /// The fact that is tested, as documents spell it: `exe`.
    default String factName() {
        return switch (this) {
            case ExeGlob _, ExeName _ -> "exe";
            case BuildIdIn _ -> "buildId";
            case ArgsContain _ -> "args";
            case CommMatches _ -> "comm";
            case UidIn _ -> "uid";
        };
    }

    /// What is asked of the fact: `matches glob /usr/bin/amqproxy*`.
    default String text() {
        return switch (this) {
            case ExeGlob(var glob) -> "matches glob " + Quoted.bare(glob.toString());
            case ExeName(var name) -> "has name " + Quoted.bare(name.toString());
            case BuildIdIn(var ids) -> oneOf(ids);
            case ArgsContain(var args) ->
                "contains " + args.stream().map(Quoted::of).collect(Collectors.joining(" and "));
            case CommMatches(var globs) ->
                globs.stream()
                        .map(glob -> Quoted.bare(glob.toString()))
                        .collect(Collectors.joining(" or ", "matches ", ""));
            case UidIn(var uids) -> oneOf(uids);
        };
    }

    private static String oneOf(List<?> values) {
        String shown = values.stream().limit(5).map(Object::toString).collect(Collectors.joining(", "));
        String rest = values.size() > 5 ? ", … %d more".formatted(values.size() - 5) : "";
        return (values.size() == 1 ? "is " : "is one of ") + shown + rest;
    }

    /// The fact that is tested.
    default Fact<?> fact(ProcessFacts facts) {
        return switch (this) {
            case ExeGlob _, ExeName _ -> facts.exe();
            case BuildIdIn _ -> facts.buildId();
            case ArgsContain _ -> facts.args();
            case CommMatches _ -> facts.comm();
            case UidIn _ -> facts.uid();
        };
    }

    /// Does the process match?
    default Answer test(ProcessFacts facts) {
        return switch (this) {
            case ExeGlob(var glob) -> answer(facts.exe(), glob::matches);
            case ExeName(var name) -> answer(facts.exe(), exe -> name.matches(exe.substring(exe.lastIndexOf('/') + 1)));
            case BuildIdIn(var ids) -> answer(facts.buildId(), ids::contains);
            case ArgsContain(var wanted) -> answer(facts.args(), args -> args.containsAll(wanted));
            case CommMatches(var globs) ->
                answer(facts.comm(), comm -> globs.stream().anyMatch(glob -> glob.matches(comm)));
            case UidIn(var uids) -> answer(facts.uid(), uid -> uids.contains(Integer.toUnsignedLong(uid)));
        };
    }

    private static <T> Answer answer(Fact<T> fact, Predicate<T> matches) {
        return switch (fact) {
            case Fact.Known<T>(var value) -> Answer.of(matches.test(value));
            case Fact.Absent<T> _ -> Answer.NO;
            case Fact.Unreadable<T> _ -> Answer.UNKNOWN;
        };
    }
}
