package dev.stet.agent;

import dev.stet.facts.Fact;
import dev.stet.facts.ProcessFacts;
import dev.stet.facts.ProcessIdentity;
import dev.stet.policy.Decision;
import dev.stet.policy.Exemption;
import dev.stet.policy.Policy;
import dev.stet.policy.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/// When each exemption was first seen, and what it has matched. Kept over restarts, in a file that is written at
/// most every few seconds. Safe for use by several threads.
public final class RuleBook {
    /// Programs that are remembered of one rule.
    private static final int MAX_PROGRAMS = 8;
    /// Longer paths are not remembered: a line of the file has its limit.
    private static final int MAX_PATH = 1000;
    /// Rules that are remembered; more are in no policy.
    private static final int MAX_RULES = 20_000;
    /// A rule may be gone for a moment, while its file is being replaced, and be the same one afterwards.
    private static final Duration FORGOTTEN = Duration.ofDays(1);
    private static final Duration PAUSE = Duration.ofSeconds(3);

    private final Optional<Path> file;
    private final Clock clock;
    private final Map<String, Entry> entries = new TreeMap<>();
    private final Map<ProcessIdentity, Set<String>> matching = new HashMap<>();
    private Set<String> present = Set.of();
    private Instant saved = Instant.EPOCH;
    private boolean dirty;

    private static final class Entry {
        final Instant firstSeen;
        Instant lastThere;
        Optional<Instant> lastMatched = Optional.empty();
        int matchedNow;
        final LinkedHashSet<RuleUse.Program> programs = new LinkedHashSet<>();

        Entry(Instant firstSeen) {
            this.firstSeen = firstSeen;
            lastThere = firstSeen;
        }

        boolean isForgotten(Instant now) {
            return lastThere.plus(FORGOTTEN).isBefore(now);
        }

        void matched(RuleUse.Program program, Instant now) {
            lastMatched = Optional.of(now);
            if (program.exe().length() > MAX_PATH) {
                return;
            }
            programs.remove(program);
            programs.add(program);
            if (programs.size() > MAX_PROGRAMS) {
                programs.removeFirst();
            }
        }
    }

    /// @param file where it is kept; empty: nowhere
    RuleBook(Optional<Path> file, Clock clock) {
        this.file = file;
        this.clock = clock;
    }

    /// What an agent has written down.
    ///
    /// @return empty if none has
    /// @throws IOException if it cannot be read, or is none of ours
    public static List<RuleUse> read(Path file) throws IOException {
        return Files.notExists(file) ? List.of() : RuleUses.parse(Files.readString(file));
    }

    /// When each rule was first seen, by what an agent has written down; of what cannot be read, nothing.
    public static Function<String, Optional<Instant>> firstSeen(Path file) {
        Map<String, Instant> seen = new HashMap<>();
        try {
            read(file).forEach(use -> seen.put(use.name(), use.firstSeen()));
        } catch (IOException e) {
            seen.clear();
        }
        return rule -> Optional.ofNullable(seen.get(rule));
    }

    /// Takes up what was written down before.
    ///
    /// @throws IOException as [#read]; then it begins empty
    synchronized void load() throws IOException {
        if (file.isEmpty()) {
            return;
        }
        Instant now = clock.instant();
        for (RuleUse use : read(file.get()).stream().limit(MAX_RULES).toList()) {
            Entry entry = new Entry(use.firstSeen());
            entry.lastThere = now;
            entry.lastMatched = use.lastMatched();
            entry.programs.addAll(use.programs());
            entries.put(use.name(), entry);
        }
    }

    /// When the rule of this name was first seen; empty if it is new.
    synchronized Optional<Instant> firstSeen(String rule) {
        return Optional.ofNullable(entries.get(rule))
                .filter(entry -> present.contains(rule) || !entry.isForgotten(clock.instant()))
                .map(entry -> entry.firstSeen);
    }

    /// A policy is in force.
    ///
    /// @param now when it was read: what is new was first seen then
    synchronized void inForce(Policy policy, Instant now) {
        // Those that were in force until now were there until now, however long ago that policy was read.
        present.stream().map(entries::get).filter(Objects::nonNull).forEach(entry -> entry.lastThere = now);
        entries.values().removeIf(entry -> entry.isForgotten(now));
        present = policy.exemptions().stream().map(Exemption::name).collect(Collectors.toUnmodifiableSet());
        for (Exemption rule : policy.exemptions()) {
            if (entries.size() < MAX_RULES || entries.containsKey(rule.name())) {
                entries.computeIfAbsent(rule.name(), _ -> new Entry(now)).lastThere = now;
            }
        }
        dirty = true;
    }

    /// A process was judged anew.
    synchronized void judged(ProcessIdentity process, ProcessFacts facts, Verdict verdict) {
        Set<String> before = matching.getOrDefault(process, Set.of());
        Set<String> now = rules(verdict);
        before.stream().filter(rule -> !now.contains(rule)).forEach(rule -> count(rule, -1));
        now.stream().filter(rule -> !before.contains(rule)).forEach(rule -> count(rule, 1));
        if (now.isEmpty()) {
            matching.remove(process);
        } else {
            matching.put(process, now);
            Instant moment = clock.instant();
            RuleUse.Program program = program(facts);
            now.forEach(rule -> {
                Entry entry = entries.get(rule);
                if (entry != null) {
                    entry.matched(program, moment);
                }
            });
            dirty = true;
        }
    }

    /// A process has ended.
    synchronized void ended(ProcessIdentity process) {
        Set<String> before = matching.remove(process);
        if (before != null) {
            before.forEach(rule -> count(rule, -1));
        }
    }

    private void count(String rule, int change) {
        Entry entry = entries.get(rule);
        if (entry != null) {
            entry.matchedNow += change;
            dirty = true;
        }
    }

    private static RuleUse.Program program(ProcessFacts facts) {
        String exe = facts.exe() instanceof Fact.Known<String>(var path) ? path : "";
        return new RuleUse.Program(exe, facts.buildId().known().map(Object::toString));
    }

    private static Set<String> rules(Verdict verdict) {
        return verdict instanceof Verdict.Exempt(var _, var by, var _)
                ? by.stream()
                        .filter(decision ->
                                !decision.isGuard() && decision.owner().isPresent())
                        .map(Decision::rule)
                        .collect(Collectors.toCollection(HashSet::new))
                : Set.of();
    }

    /// What became of each rule.
    public synchronized List<RuleUse> uses() {
        List<RuleUse> uses = new ArrayList<>(entries.size());
        entries.forEach((name, entry) -> uses.add(
                new RuleUse(name, entry.firstSeen, entry.lastMatched, entry.matchedNow, List.copyOf(entry.programs))));
        return uses;
    }

    /// Writes it down, if there is news and the last time is some seconds ago.
    ///
    /// @param last there is no next time: write it in any case
    /// @throws IOException if it cannot be written; it is tried again the next time
    synchronized void save(boolean last) throws IOException {
        Instant now = clock.instant();
        boolean early = Duration.between(saved, now).abs().compareTo(PAUSE) < 0;
        if (file.isEmpty() || !dirty || (early && !last)) {
            return;
        }
        saved = now;
        StateDirectory.replace(file.get(), RuleUses.bytes(uses()));
        dirty = false;
    }
}
