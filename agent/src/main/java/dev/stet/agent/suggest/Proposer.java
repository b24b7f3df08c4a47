package dev.stet.agent.suggest;

import dev.stet.agent.guardian.Build;
import dev.stet.agent.guardian.Case;
import dev.stet.agent.guardian.Circuit;
import dev.stet.agent.guardian.Level;
import dev.stet.agent.guardian.Standing;
import dev.stet.agent.suggest.Suggestion.Cause;
import dev.stet.agent.suggest.Suggestion.Nothing;
import dev.stet.agent.suggest.Suggestion.Propose;
import dev.stet.facts.BuildId;
import dev.stet.policy.ExemptionYaml;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/// Judges what was found by what Stet itself has seen: a source that says that a program crashed accuses it of nothing,
/// unless it crashes with probes and, as the guardian counts, would not have without. Pure.
public final class Proposer {
    /// Of an exemption that is proposed.
    public static final Duration TERM = Duration.ofDays(30);
    /// Of one for a program that quarantines have not cured.
    public static final Duration LONG_TERM = Duration.ofDays(180);
    /// So many quarantines in a row, and the next is no news.
    private static final int INCURABLE = 2;

    private final Experience known;
    private final List<Suspicion> suspicions;
    private final BiFunction<Build, List<String>, Optional<String>> exempt;

    /// @param exempt which rule of people's exempts a program already from these aspects, for people
    public Proposer(
            Experience known, List<Suspicion> suspicions, BiFunction<Build, List<String>, Optional<String>> exempt) {
        this.known = known;
        this.suspicions = List.copyOf(suspicions);
        this.exempt = exempt;
    }

    /// What follows: proposals first, each program once.
    public List<Suggestion> suggest(List<Finding> findings) {
        Map<Build, List<Finding>> byBuild = new LinkedHashMap<>();
        Map<Build, Case> cases = new LinkedHashMap<>();
        Map<String, Nothing> rest = new LinkedHashMap<>();
        for (Finding finding : findings) {
            switch (known.follow(finding)) {
                case Experience.Lead.One(var found) -> {
                    cases.put(found.build(), found);
                    byBuild.computeIfAbsent(found.build(), _ -> new ArrayList<>())
                            .add(finding);
                }
                case Experience.Lead.Several(var several) ->
                    merge(rest, finding, Cause.UNKNOWN_PROGRAM, ambiguous(several));
                case Experience.Lead.None(var why) -> merge(rest, finding, cause(finding), why);
            }
        }
        List<Suggestion> all = new ArrayList<>();
        cases.values().forEach(each -> all.add(decide(each, byBuild.get(each.build()))));
        all.addAll(ofJournal());
        all.addAll(rest.values());
        all.sort(Comparator.comparing(each -> each instanceof Nothing));
        return all;
    }

    /// What the ledger itself has to tell: programs that ended badly with probes, or that are in quarantine.
    public static List<Finding> ofLedger(List<Case> cases, String place) {
        List<Finding> findings = new ArrayList<>();
        for (Case each : cases) {
            Clue clue = Clue.of(each.build().exe())
                    .withBuild(each.build().id())
                    .withExe(Optional.of(each.build().exe()));
            boolean wasQuarantined = each.circuit().times() > 0;
            List<String> ends = each.probed().ends().keySet().stream()
                    .filter(end ->
                            end.startsWith("SIG") || Standing.of(each, end).isTelling())
                    .toList();
            if (ends.isEmpty() && wasQuarantined) {
                findings.add(new Finding(
                        Source.LEDGER, place, clue, "", Optional.of(each.seen()), "it has been in quarantine"));
            }
            ends.forEach(end -> findings.add(new Finding(
                    Source.LEDGER,
                    place,
                    clue,
                    end,
                    Optional.of(each.seen()),
                    "%s: %s".formatted(end, Standing.of(each, end)))));
        }
        return findings;
    }

    private static void merge(Map<String, Nothing> rest, Finding finding, Cause cause, String why) {
        String label = finding.clue().label();
        rest.merge(label + "\n" + why, new Nothing(label, cause, why, List.of(finding)), (some, more) -> {
            List<Finding> all = new ArrayList<>(some.findings());
            all.addAll(more.findings());
            return new Nothing(label, cause, why, all);
        });
    }

    private static Cause cause(Finding finding) {
        Clue clue = finding.clue();
        boolean isNamed = clue.build().isPresent()
                || clue.exe().isPresent()
                || clue.name().isPresent();
        return isNamed ? Cause.NEVER_PROBED : Cause.UNKNOWN_PROGRAM;
    }

    private static String ambiguous(List<Case> cases) {
        return "it may be any of %d programs: %s"
                .formatted(
                        cases.size(),
                        String.join(
                                ", ",
                                cases.stream()
                                        .limit(4)
                                        .map(each -> each.build().exe()
                                                + each.build()
                                                        .id()
                                                        .map(id -> " (build ID " + id.hex() + ")")
                                                        .orElse(""))
                                        .toList()));
    }

    // --- a program that the ledger knows

    private Suggestion decide(Case of, List<Finding> findings) {
        Standing standing = worst(of, findings);
        return switch (of.circuit()) {
            case Circuit.Open open -> ofQuarantine(of, open, standing, findings);
            case Circuit.HalfOpen half ->
                nothing(
                        of,
                        Cause.QUARANTINE,
                        "its quarantine, the %s in a row, is over, and it is tried with probes until %s"
                                .formatted(nth(half.times()), moment(half.until())),
                        findings);
            case Circuit.Closed _ -> ofNumbers(of, standing, findings);
        };
    }

    /// The way to end that speaks most against probes.
    private static Standing worst(Case of, List<Finding> findings) {
        Set<String> ends = new LinkedHashSet<>();
        findings.forEach(finding -> ends.add(finding.end()));
        return ends.stream()
                .map(end -> Standing.of(of, end))
                .min(Comparator.comparing((Standing each) -> each.with() == 0).thenComparingDouble(Standing::chance))
                .orElseThrow();
    }

    private Suggestion ofQuarantine(Case of, Circuit.Open open, Standing standing, List<Finding> findings) {
        List<String> aspects = aspects(open.level(), open.functions());
        Optional<String> rule = exempt.apply(of.build(), aspects);
        if (rule.isPresent()) {
            return nothing(of, Cause.EXEMPT, "it is exempt already: " + rule.get(), findings);
        }
        if (standing.without() > 0 && !standing.isTelling()) {
            return nothing(of, Cause.AS_OFTEN_WITHOUT, asOften(standing), findings);
        }
        String quarantine = "it is in quarantine from %s until %s, the %s in a row"
                .formatted(words(aspects), moment(open.until()), nth(open.times()));
        if (open.times() < INCURABLE) {
            return nothing(of, Cause.QUARANTINE, quarantine + "; after that the guardian tries it again", findings);
        }
        return propose(of, aspects, LONG_TERM, "%s; it ended so: %s".formatted(quarantine, standing), findings);
    }

    private Suggestion ofNumbers(Case of, Standing standing, List<Finding> findings) {
        List<String> aspects = known.noted().stream()
                .filter(note -> note.build().equals(of.build()) && note.level().isPresent())
                .reduce((_, later) -> later)
                .map(note -> aspects(note.level().get(), note.functions()))
                .orElse(aspects(Level.RETURNS, List.of()));
        Optional<String> rule = exempt.apply(of.build(), aspects);
        if (rule.isPresent()) {
            return nothing(of, Cause.EXEMPT, "it is exempt already: " + rule.get(), findings);
        }
        if (of.probed().lives() == 0 && of.probed().millis() == 0) {
            return nothing(of, Cause.NEVER_PROBED, "Stet has never probed it; it ended so: " + standing, findings);
        }
        if (standing.with() == 0) {
            return nothing(of, Cause.NOT_WITH_PROBES, "it ended so: " + standing, findings);
        }
        if (standing.isTelling()) {
            return propose(
                    of,
                    aspects,
                    TERM,
                    "it ended so: %s; were probes harmless, the chance of that would be %s"
                            .formatted(standing, percent(standing.chance())),
                    findings);
        }
        return standing.without() > 0
                ? nothing(of, Cause.AS_OFTEN_WITHOUT, asOften(standing), findings)
                : nothing(
                        of,
                        Cause.TOO_LITTLE_KNOWN,
                        "it ended so: %s; too little to tell: were probes harmless, the chance of that would be %s"
                                .formatted(standing, percent(standing.chance())),
                        findings);
    }

    private static String asOften(Standing standing) {
        return "it ends so without probes, too: %s; were probes harmless, the chance of that would be %s"
                .formatted(standing, percent(standing.chance()));
    }

    private static Nothing nothing(Case of, Cause cause, String why, List<Finding> findings) {
        return new Nothing(of.build().exe(), cause, why, findings);
    }

    private static Propose propose(Case of, List<String> aspects, Duration term, String why, List<Finding> findings) {
        Build build = of.build();
        return new Propose(
                build.exe(),
                build.ruleName("suggested-"),
                build.id().isPresent() ? "buildId" : "exe.glob",
                build.id().map(BuildId::hex).orElseGet(() -> ExemptionYaml.escaped(build.exe())),
                aspects,
                term,
                why,
                findings);
    }

    /// As the guardian's own quarantines have it.
    private static List<String> aspects(Level level, List<String> functions) {
        return switch (level) {
            case RETURNS -> List.of("returns");
            case FUNCTIONS -> {
                List<String> all = new ArrayList<>(List.of("returns"));
                functions.forEach(function -> all.add("function:" + ExemptionYaml.escaped(function)));
                yield all;
            }
            case ALL -> List.of();
        };
    }

    /// For people.
    public static String words(List<String> aspects) {
        return aspects.isEmpty() ? "all probes" : String.join(", ", aspects);
    }

    // --- files that Stet ended at

    private List<Suggestion> ofJournal() {
        return suspicions.stream().map(this::ofJournal).toList();
    }

    /// Of several that were in work when Stet ended, at most one is to blame.
    private Suggestion ofJournal(Suspicion suspicion) {
        Finding finding = new Finding(
                Source.JOURNAL,
                "journal",
                Clue.of(suspicion.path()).withExe(Optional.of(suspicion.path())),
                "",
                Optional.of(suspicion.at()),
                "Stet ended while it was %s this file, at %s".formatted(suspicion.step(), moment(suspicion.at())));
        Build build = new Build(Optional.empty(), suspicion.path());
        long others = suspicions.stream()
                        .filter(each -> each.until().equals(suspicion.until()))
                        .count()
                - 1;
        boolean library = build.name().matches(".*\\.so(\\.[0-9.]*)?");
        List<String> aspects = List.of(library ? "library:" + ExemptionYaml.escaped(build.name()) : "analysis");
        Optional<String> rule = exempt.apply(build, aspects);
        if (rule.isPresent()) {
            return new Nothing(suspicion.path(), Cause.EXEMPT, "it is exempt already: " + rule.get(), List.of(finding));
        }
        String left = "Stet leaves it alone until " + moment(suspicion.until());
        if (others > 0) {
            return new Nothing(
                    suspicion.path(),
                    Cause.LEFT_ALONE,
                    "%s; %d other files were in work when Stet ended, and which of them ended it is not known"
                            .formatted(left, others),
                    List.of(finding));
        }
        return new Propose(
                suspicion.path(),
                build.ruleName("suggested-"),
                library ? "links" : "exe.glob",
                ExemptionYaml.escaped(library ? build.name() : build.exe()),
                aspects,
                TERM,
                ("Stet ended while it was %s it, at %s; %s, and then tries it again. If Stet was killed for another"
                                + " reason, it is blameless")
                        .formatted(suspicion.step(), moment(suspicion.at()), left),
                List.of(finding));
    }

    private static String nth(int times) {
        return switch (times) {
            case 1 -> "1st";
            case 2 -> "2nd";
            case 3 -> "3rd";
            default -> times + "th";
        };
    }

    private static String moment(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String percent(double chance) {
        return chance < 0.001
                ? "less than 0.1 %"
                : chance < 0.1 ? "%.1f %%".formatted(chance * 100) : Math.round(chance * 100) + " %";
    }
}
