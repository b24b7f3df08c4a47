package dev.stet.agent;

import dev.stet.agent.guardian.Ledger;
import dev.stet.policy.yaml.SourceText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/// What is kept over restarts, if there is a place for it. What cannot be kept is told of once, and never stops
/// anything.
final class Remembered {
    private final Optional<StateDirectory> state;
    private final Consumer<AgentEvent> sink;
    private final RuleBook rules;
    private final Set<Path> failed = new HashSet<>();
    private Set<String> toldBefore = Set.of();

    private interface Access {
        void run() throws IOException;
    }

    Remembered(Optional<StateDirectory> state, Clock clock, Consumer<AgentEvent> sink) {
        this.state = state;
        this.sink = sink;
        rules = new RuleBook(state.map(StateDirectory::ruleLog), clock);
        state.ifPresent(directory -> attempt(directory.ruleLog(), "read", rules::load));
    }

    RuleBook rules() {
        return rules;
    }

    /// The last policy that was right; empty if none is known.
    ///
    /// @param of the directory
    synchronized Optional<LastPolicy.Saved> lastPolicy(Path of) {
        if (state.isEmpty()) {
            return Optional.empty();
        }
        Path file = state.get().policy();
        try {
            return new LastPolicy(file, of).load();
        } catch (IOException e) {
            fail(file, "read", e);
            return Optional.empty();
        }
    }

    /// A policy is right.
    ///
    /// @param of the directory
    synchronized void savePolicy(Path of, List<SourceText> texts, Instant now) {
        state.ifPresent(directory ->
                attempt(directory.policy(), "written", () -> new LastPolicy(directory.policy(), of).save(texts, now)));
    }

    /// Which warnings were given.
    synchronized Set<String> warnings() {
        Set<String> lines = new TreeSet<>();
        state.map(StateDirectory::warnings)
                .filter(Files::exists)
                .ifPresent(file -> attempt(file, "read", () -> lines.addAll(Files.readAllLines(file))));
        lines.removeIf(line -> line.chars().filter(c -> c == ' ').count() < 2);
        toldBefore = Set.copyOf(lines);
        return lines;
    }

    /// These warnings were given.
    synchronized void saveWarnings(Set<String> told) {
        if (state.isEmpty() || told.equals(toldBefore)) {
            return;
        }
        toldBefore = Set.copyOf(told);
        byte[] lines = String.join("\n", new TreeSet<>(told)).getBytes(StandardCharsets.UTF_8);
        Path file = state.get().warnings();
        attempt(file, "written", () -> StateDirectory.replace(file, lines));
    }

    /// How programs have lived; empty if nothing is known.
    Ledger ledger() {
        Ledger[] read = {new Ledger()};
        state.map(StateDirectory::guardianLedger)
                .filter(Files::exists)
                .ifPresent(file -> attempt(
                        file,
                        "read",
                        () -> read[0] = Ledger.parse(
                                new String(Files.readAllBytes(file), StandardCharsets.UTF_8),
                                left -> sink.accept(new AgentEvent.Notice(file + " " + left + "; left out")))));
        return read[0];
    }

    /// Writes what the guardian knows and what it has decided.
    ///
    /// @param ledger empty if there is no news
    synchronized void saveGuardian(Optional<byte[]> ledger, List<String> decided) {
        if (state.isEmpty()) {
            return;
        }
        ledger.ifPresent(bytes -> attempt(
                state.get().guardianLedger(),
                "written",
                () -> StateDirectory.replace(state.get().guardianLedger(), bytes)));
        if (!decided.isEmpty()) {
            attempt(
                    state.get().guardianLog(),
                    "written",
                    () -> GuardianLog.append(state.get().guardianLog(), decided));
        }
    }

    /// Writes quarantines that are not written yet.
    synchronized void saveQuarantines(Quarantines quarantines) {
        state.ifPresent(directory -> attempt(directory.quarantines(), "written", quarantines::write));
    }

    Optional<Path> quarantines() {
        return state.map(StateDirectory::quarantines);
    }

    /// Writes the rule book, if it is time.
    synchronized void saveRules(boolean last) {
        state.ifPresent(directory -> attempt(directory.ruleLog(), "written", () -> rules.save(last)));
    }

    private void attempt(Path file, String what, Access access) {
        try {
            access.run();
            if (what.equals("written")) {
                failed.remove(file);
            }
        } catch (IOException e) {
            fail(file, what, e);
        }
    }

    private void fail(Path file, String what, IOException e) {
        if (failed.add(file)) {
            sink.accept(new AgentEvent.Notice(
                    "%s cannot be %s: %s; going on without it".formatted(file, what, Reason.of(e))));
        }
    }
}
