package dev.stet.agent.guardian;

import dev.stet.agent.audit.MalformedRecordException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// What is known of programs: of so many at most, and of those that nothing was heard of for longest the least.
/// For one thread.
public final class Ledger {
    /// Programs that are remembered.
    public static final int MAX_CASES = 4096;

    private final Map<Build, Case> cases = new LinkedHashMap<>(16, 0.75f, true);

    /// What is known of a program.
    public Case of(Build build, Instant now) {
        Case known = cases.get(build);
        return known == null ? Case.of(build, now) : known;
    }

    /// Remembers. A program in quarantine, or just out of it, is not forgotten for another.
    public void put(Case known) {
        cases.put(known.build(), known);
        if (cases.size() > MAX_CASES) {
            cases.values().stream()
                    .filter(each -> each.circuit() instanceof Circuit.Closed)
                    .findFirst()
                    .or(() -> cases.values().stream().findFirst())
                    .map(Case::build)
                    .ifPresent(cases::remove);
        }
    }

    public Collection<Case> cases() {
        return List.copyOf(cases.values());
    }

    /// How many quarantines are in force.
    public long open() {
        return cases.values().stream()
                .filter(each -> each.circuit() instanceof Circuit.Open)
                .count();
    }

    /// When time next changes something; empty if never.
    public Optional<Instant> nextLook() {
        return cases.values().stream()
                .map(Guardian::nextLook)
                .flatMap(Optional::stream)
                .min(Comparator.naturalOrder());
    }

    /// A JSON object a line, the one longest not heard of first.
    public byte[] bytes() {
        StringBuilder out = new StringBuilder();
        cases.values().forEach(each -> out.append(CaseJson.of(each)).append('\n'));
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    /// What [#bytes] has written.
    ///
    /// @param left takes lines that are none of ours: of one program nothing is known then, and of the others all
    public static Ledger parse(String text, Consumer<String> left) {
        Ledger ledger = new Ledger();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            try {
                if (!line.isEmpty()) {
                    ledger.put(CaseJson.readCase(line));
                }
            } catch (MalformedRecordException e) {
                left.accept("line " + number + ": " + e.getMessage());
            }
        }
        return ledger;
    }
}
