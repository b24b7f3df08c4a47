package dev.stet.policy;

import dev.stet.facts.FactKey;
import dev.stet.facts.Glob;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Something that must be so for a clause to match, and that rules can be found by.
///
/// @param value a text, but of [How#EQUALS]
record Demand(Column column, How how, Object value) {
    /// A beginning of fewer characters tells too little: `/`.
    private static final int SHORT = 4;

    enum How {
        EQUALS,
        BEGINS,
        ENDS
    }

    /// Demands of which a process that matches the clause meets one, if what they ask for is known; empty if there
    /// are none of the kind. Of several that would do the one that tells most.
    static Optional<List<Demand>> of(Clause clause) {
        return clause instanceof Clause.On<?>(var key, var test) ? of(key, test) : Optional.empty();
    }

    private static Optional<List<Demand>> of(FactKey<?> key, Test<?> test) {
        Column whole = new Column(key, Column.Part.WHOLE);
        Column name = new Column(key, Column.Part.NAME);
        return switch (test) {
            case Test.OneOf<?>(var values) -> Optional.of(equal(whole, values));
            case Test.NoneOf<?> _ -> Optional.empty();
            case Test.Like(var globs) -> globs(whole, globs);
            case Test.Named(var globs) -> globs(name, globs);
            case Test.Matching(var regex) -> RegexEnds.of(regex).map(ends -> List.of(ends.demand(whole)));
            case Test.HasAll(var wanted) -> Optional.of(equal(whole, List.of(longest(wanted))));
            case Test.HasAny(var globs) -> globs(whole, globs);
            case Test.HasNamed(var globs) -> globs(name, globs);
            case Test.Entries(var wanted) -> entries(key, Column.Part.ENTRY, wanted);
            case Test.HasModule(var path, var _) -> globs(whole, List.of(path));
            case Test.Kin kin -> kin(key, kin);
            case Test.HasKin(var kin) -> kin(key, kin);
            case Test.ContainerLike(var names, var image, var digest) ->
                best(
                        globs(new Column(key, Column.Part.DIGEST), digest),
                        globs(new Column(key, Column.Part.IMAGE), image),
                        globs(new Column(key, Column.Part.CONTAINER_NAME), names));
            case Test.PodLike(var namespace, var names, var workload, var labels, var annotations) ->
                best(
                        globs(new Column(key, Column.Part.POD_NAME), names),
                        globs(new Column(key, Column.Part.WORKLOAD), workload),
                        entries(key, Column.Part.LABEL, labels),
                        entries(key, Column.Part.ANNOTATION, annotations),
                        globs(new Column(key, Column.Part.NAMESPACE), namespace));
        };
    }

    private static Optional<List<Demand>> kin(FactKey<?> key, Test.Kin kin) {
        return best(
                globs(new Column(key, Column.Part.KIN_EXE), kin.exe()),
                globs(new Column(key, Column.Part.KIN_NAME), kin.name()),
                globs(new Column(key, Column.Part.KIN_COMM), kin.comm()));
    }

    private static Optional<List<Demand>> entries(FactKey<?> key, Column.Part part, Map<String, Glob> wanted) {
        Optional<List<Demand>> best = Optional.empty();
        for (Map.Entry<String, Glob> each : wanted.entrySet()) {
            Column column = new Column(key, part, each.getKey());
            // Even `*` asks for it to be there.
            Optional<List<Demand>> demands = Optional.of(globs(column, List.of(each.getValue()))
                    .orElseGet(() -> List.of(new Demand(column, How.BEGINS, ""))));
            best = best(best, demands);
        }
        return best;
    }

    private static List<Demand> equal(Column column, Collection<?> values) {
        return values.stream()
                .map(value -> new Demand(column, How.EQUALS, value))
                .toList();
    }

    /// Empty if nobody asks, or a pattern has neither beginning nor end.
    private static Optional<List<Demand>> globs(Column column, List<Glob> globs) {
        List<Demand> demands = new ArrayList<>();
        for (Glob glob : globs) {
            if (glob.isLiteral()) {
                demands.add(new Demand(column, How.EQUALS, glob.prefix()));
            } else if (glob.prefix().isEmpty() && glob.suffix().isEmpty()) {
                return Optional.empty();
            } else {
                boolean begins = glob.prefix().length() >= glob.suffix().length();
                demands.add(
                        begins
                                ? new Demand(column, How.BEGINS, glob.prefix())
                                : new Demand(column, How.ENDS, glob.suffix()));
            }
        }
        return demands.isEmpty() ? Optional.empty() : Optional.of(demands);
    }

    private static String longest(List<String> texts) {
        return texts.stream()
                .max((a, b) -> Integer.compare(a.length(), b.length()))
                .orElseThrow();
    }

    @SafeVarargs
    static Optional<List<Demand>> best(Optional<List<Demand>>... choices) {
        Optional<List<Demand>> best = Optional.empty();
        for (Optional<List<Demand>> choice : choices) {
            if (choice.isPresent() && (best.isEmpty() || cost(choice.get()) < cost(best.get()))) {
                best = choice;
            }
        }
        return best;
    }

    /// How many processes it lets through, and what it costs to know, as far as can be said without seeing one.
    private static int cost(List<Demand> demands) {
        return demands.stream().mapToInt(Demand::cost).max().orElse(0);
    }

    private int cost() {
        int told =
                switch (how) {
                    case EQUALS -> 0;
                    case BEGINS, ENDS -> 40 - Math.min(30, ((String) value).length());
                };
        boolean tooShort = how != How.EQUALS && ((String) value).length() < SHORT;
        boolean common = column.key().equals(FactKey.UID)
                || column.key().equals(FactKey.USER)
                || column.key().equals(FactKey.LANGUAGE)
                || column.key().equals(FactKey.TIER)
                || column.part() == Column.Part.NAMESPACE;
        return told + column.key().index() + (tooShort ? 200 : 0) + (common ? 100 : 0);
    }
}
