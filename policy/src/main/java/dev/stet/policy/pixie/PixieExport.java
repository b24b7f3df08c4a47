package dev.stet.policy.pixie;

import dev.stet.policy.Aspect;
import dev.stet.policy.Clause;
import dev.stet.policy.Exemption;
import dev.stet.policy.Match;
import dev.stet.policy.Policy;
import dev.stet.policy.Tier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A policy as Pixie's list: what of it can be said there, and what cannot.
///
/// @param list what Pixie is to be told
/// @param exemptions each that is in force, by name
/// @param lost what else takes probes away and is not in the list, a line each
/// @param notes what goes for the list as a whole
public record PixieExport(OptOutList list, List<Exported> exemptions, List<String> lost, List<String> notes) {
    /// What the list cannot do, whatever is in it.
    public static final List<String> NOTES = List.of(
            "Pixie reads the list when a collector starts; the change restarts it on every node",
            "Pixie attaches to files for all processes: a listed program keeps the breakpoints that others bring into"
                    + " libraries it shares with them; nor does the list cover gRPC's C library, and PxL scripts",
            "a listed program that is replaced while it runs is probed again, for its name then ends in (deleted)");

    public PixieExport {
        exemptions = List.copyOf(exemptions);
        lost = List.copyOf(lost);
        notes = List.copyOf(notes);
    }

    /// Is everything that exempts in the list?
    public boolean isWhole() {
        return lost.isEmpty() && exemptions.stream().noneMatch(Exported.Refused.class::isInstance);
    }

    /// Exports what is in force at `now`. Rules that come with Stet are left out: Pixie has nothing like them.
    public static PixieExport of(Policy policy, Instant now, ExportOptions options) {
        List<Exported> exported = new ArrayList<>();
        SortedSet<String> names = new TreeSet<>();
        List<String> notes = new ArrayList<>(NOTES);
        for (Exemption exemption : policy.exemptions()) {
            if (exemption.isBuiltIn()) {
                continue;
            }
            if (!exemption.isInForce(now)) {
                notes.add(exemption.name() + " has expired and is left out");
                continue;
            }
            Exported each = export(exemption, options);
            exported.add(each);
            if (each instanceof Exported.As as) {
                names.addAll(as.names());
            }
        }
        if (policy.exemptions().stream().anyMatch(rule -> rule.isBuiltIn() && !policy.isLifted(rule))) {
            notes.add("the hazards that Stet sees by itself are not in the list: Pixie probes such programs");
        }
        return new PixieExport(new OptOutList(List.copyOf(names)), exported, lost(policy), notes);
    }

    private static List<String> lost(Policy policy) {
        return policy.tiers().stream()
                .filter(tier -> tier.mode() != Tier.Mode.FULL)
                .map(tier -> "tier " + tier.name() + ": Pixie has no kinds of probes to choose from: " + tier.mode())
                .toList();
    }

    private static Exported export(Exemption exemption, ExportOptions options) {
        Set<String> impossible = new LinkedHashSet<>();
        Set<String> broader = new LinkedHashSet<>();
        SortedSet<String> names = names(exemption.match(), impossible, broader);
        if (!exemption.exempt().contains(Aspect.ALL)) {
            broader.add("Pixie takes all probes away, not only " + aspects(exemption));
        }
        if (!exemption.match().not().isEmpty()) {
            broader.add("Pixie knows no 'not': what it takes out would be exempt as well");
        }
        List<String> endless = endless(exemption);
        List<String> why = new ArrayList<>(impossible);
        if (impossible.isEmpty() && !options.allowBroader()) {
            broader.forEach(text -> why.add("it would exempt more (--allow-broader): " + text));
        }
        if (impossible.isEmpty() && !options.includeTemporary()) {
            endless.forEach(text -> why.add("it would never end (--include-temporary): " + text));
        }
        return why.isEmpty()
                ? new Exported.As(
                        exemption,
                        names,
                        Stream.concat(broader.stream(), endless.stream()).toList())
                : new Exported.Refused(exemption, why);
    }

    private static String aspects(Exemption exemption) {
        return exemption.exempt().stream().map(Aspect::toString).sorted().collect(Collectors.joining(", "));
    }

    private static List<String> endless(Exemption exemption) {
        List<String> ends = new ArrayList<>();
        if (exemption.onExpiry() == Exemption.OnExpiry.PROBE) {
            exemption.expires().ifPresent(end -> ends.add("Pixie's list has no end, and this expires at " + end));
        }
        exemption
                .until()
                .ifPresent(end ->
                        ends.add("Pixie's list has no end, and this ends once " + end.factName() + " " + end.text()));
        return ends;
    }

    /// The names that cover all that matches.
    private static SortedSet<String> names(Match match, Set<String> impossible, Set<String> broader) {
        SortedSet<String> names = new TreeSet<>();
        Map<String, Set<String>> nodes = new HashMap<>();
        for (List<Clause> alternative : alternatives(match)) {
            Names found = Names.of(alternative);
            impossible.addAll(found.impossible());
            broader.addAll(found.broader());
            names.addAll(found.programs());
            found.scripts().forEach(script -> {
                names.add(script);
                nodes.computeIfAbsent(script, _ -> new TreeSet<>()).addAll(found.nodes());
            });
        }
        new TreeSet<>(nodes.keySet()).forEach(script -> {
            if (!nodes.get(script).containsAll(Names.NODES)) {
                broader.add("Pixie looks at scripts of node and of nodejs, this at those of "
                        + String.join(", ", nodes.get(script)) + " alone");
            }
        });
        return names;
    }

    private static List<List<Clause>> alternatives(Match match) {
        if (match.any().isEmpty()) {
            return List.of(match.all());
        }
        return match.any().stream()
                .map(entry -> Stream.concat(match.all().stream(), entry.clauses().stream())
                        .toList())
                .toList();
    }
}
