package dev.stet.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.agent.guardian.Build;
import dev.stet.agent.guardian.Circuit;
import dev.stet.agent.guardian.Decision;
import dev.stet.facts.BuildId;
import dev.stet.facts.ExitStatus;
import dev.stet.facts.FactKey;
import dev.stet.facts.ProcessFacts;
import dev.stet.facts.ProcessIdentity;
import dev.stet.policy.Exemption;
import dev.stet.policy.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// From a quarantine that was decided to a policy that is in force and a file that a person can read, and back. How it
/// is decided is in `guardian`'s tests, and what it does to processes in `it`.
class GuardianKeeperTest {
    private static final Build BUILD = new Build(Optional.of(new BuildId("f1c3bcc0aa")), "/srv/My Shop: \"x\"");

    @TempDir
    private Path directory;

    private final HandClock clock = new HandClock("2027-03-01T00:00:00Z");
    private final List<AgentEvent> events = new ArrayList<>();
    private List<String> inForce = List.of();
    private StateDirectory state;
    private Path policyFiles;

    @BeforeEach
    void prepare() throws IOException {
        state = StateDirectory.open(directory.resolve("state"));
        policyFiles = Files.createDirectory(directory.resolve("policy.d"));
    }

    private Decision.Quarantine quarantine() {
        return new Decision.Quarantine(
                BUILD,
                dev.stet.agent.guardian.Level.FUNCTIONS,
                List.of("ns::f[abi:*]"),
                clock.instant().plus(Duration.ofHours(1)),
                1,
                "pid 4711 ended by SIGSEGV");
    }

    private PolicyKeeper keeper(Quarantines quarantines) {
        Remembered remembered = new Remembered(Optional.of(state), clock, events::add);
        return new PolicyKeeper(
                new PolicyDirectory(policyFiles, false),
                remembered,
                quarantines,
                clock,
                (next, _, _) -> {
                    inForce = next.map(Policy::written).orElse(List.of()).stream()
                            .filter(rule -> rule.isInForce(clock.instant()))
                            .map(Exemption::name)
                            .toList();
                    return CompletableFuture.completedFuture(new AgentEvent.Effect(0, 0, 0, Duration.ZERO));
                },
                events::add);
    }

    @Test
    void itIsInForceBeforeItIsWrittenAndStaysWhenItIs() throws IOException {
        Quarantines quarantines = new Quarantines(Optional.of(state.quarantines()));
        PolicyKeeper keeper = keeper(quarantines);
        keeper.start(0);
        quarantines.put(quarantine());
        keeper.guarded(1);
        assertThat(inForce).containsExactly("quarantine-my-shop-x-f1c3bcc0");
        assertThat(state.quarantines()).doesNotExist();

        quarantines.write();
        Path file = state.quarantines().resolve("quarantine-my-shop-x-f1c3bcc0.yaml");
        assertThat(file)
                .content()
                .contains("expires: 2027-03-01T01:00:00Z", "buildId: f1c3bcc0aa", "owner: guardian", "returns");
        var ignored = keeper.changed(2_000_000_000L);
        assertThat(inForce).containsExactly("quarantine-my-shop-x-f1c3bcc0");
        assertThat(events).noneMatch(AgentEvent.PolicyRejected.class::isInstance);
        Exemption rule = new PolicyDirectory(policyFiles, false).read(state)
                        instanceof dev.stet.policy.ReadResult.Valid(var read, var _)
                ? read.written().getFirst()
                : null;
        assertThat(rule.exempt()).extracting(Object::toString).contains("returns", "function ns::f\\[abi:\\*]");
    }

    @Test
    void aWrongFileOfAPersonsKeepsNoQuarantineOut() throws IOException {
        Quarantines quarantines = new Quarantines(Optional.of(state.quarantines()));
        Files.writeString(policyFiles.resolve("a.yaml"), Rules.text("a", "2030-01-01"));
        PolicyKeeper keeper = keeper(quarantines);
        keeper.start(0);
        Files.writeString(policyFiles.resolve("b.yaml"), "kind: Nonsense\n");
        var ignored = keeper.changed(1);
        quarantines.put(quarantine());
        keeper.guarded(2);
        assertThat(inForce).containsExactly("a", "quarantine-my-shop-x-f1c3bcc0");
    }

    @Test
    void itEndsByTimeWhetherOrNotItsFileIsStillThere() throws IOException {
        Quarantines quarantines = new Quarantines(Optional.of(state.quarantines()));
        PolicyKeeper keeper = keeper(quarantines);
        keeper.start(0);
        quarantines.put(quarantine());
        keeper.guarded(1);
        quarantines.write();
        clock.move(Duration.ofHours(1));
        var ignored = keeper.look(2);
        assertThat(inForce).isEmpty();
        assertThat(events).anyMatch(AgentEvent.Expired.class::isInstance);
        quarantines.remove(BUILD);
        keeper.guarded(3);
        quarantines.write();
        assertThat(state.quarantines()).isEmptyDirectory();
    }

    @Test
    void ifItCannotBeWrittenItIsInForceAllTheSame() throws IOException {
        Files.writeString(state.quarantines(), "a file is in the way");
        Remembered remembered = new Remembered(Optional.of(state), clock, events::add);
        Quarantines quarantines = new Quarantines(Optional.of(state.quarantines()));
        PolicyKeeper keeper = keeper(quarantines);
        keeper.start(0);
        quarantines.put(quarantine());
        keeper.guarded(1);
        remembered.saveQuarantines(quarantines);
        assertThat(inForce).hasSize(1);
        assertThat(events)
                .filteredOn(AgentEvent.Notice.class::isInstance)
                .singleElement()
                .asString()
                .contains("quarantine.d", "cannot be written");
        assertThat(quarantines.unwritten()).hasSize(1);
    }

    @Test
    void aLineThatIsNoneOfTheLedgersIsToldOf() throws IOException {
        Files.writeString(state.guardianLedger(), "{\"exe\":1}\n");
        Remembered remembered = new Remembered(Optional.of(state), clock, events::add);
        assertThat(remembered.ledger().cases()).isEmpty();
        assertThat(events).singleElement().asString().contains("guardian.ledger line 1:", "left out");
    }

    @Test
    void aProcessWithoutProbesThatCrashesIsInTheLedgerAndNothingIsDecided() {
        Remembered remembered = new Remembered(Optional.of(state), clock, events::add);
        Quarantines quarantines = new Quarantines(Optional.of(state.quarantines()));
        GuardianKeeper guardian = new GuardianKeeper(remembered, quarantines, clock, events::add);
        Target target = new Target(new ProcessIdentity(4711, 1));
        var _ = target.exec(System.nanoTime());
        target.facts = ProcessFacts.of(target.identity, 1, false)
                .with(FactKey.EXE, "/srv/shop")
                .with(FactKey.BUILD_ID, new BuildId("f1c3bcc0aa"));
        guardian.ended(target, Optional.of(new ExitStatus.Killed(11, false)), System.nanoTime());
        var ignored = guardian.look(System.nanoTime());
        assertThat(events).isEmpty();
        assertThat(remembered.ledger().cases())
                .singleElement()
                .satisfies(known -> assertThat(known.unprobed().ends()).containsEntry("SIGSEGV", 1))
                .satisfies(known -> assertThat(known.circuit()).isInstanceOf(Circuit.Closed.class));
    }

    private static Target dyingTarget() {
        Target target = new Target(new ProcessIdentity(4711, 1));
        var ignored = target.exec(System.nanoTime());
        target.facts = ProcessFacts.of(target.identity, 1, false)
                .with(FactKey.EXE, "/srv/shop")
                .with(FactKey.BUILD_ID, new BuildId("f1c3bcc0aa"));
        target.planting(true);
        return target;
    }

    @Test
    void aProcessThatDiesWhileItGetsItsProbesIsPutInQuarantineTriedAndTrusted() {
        Remembered remembered = new Remembered(Optional.of(state), clock, events::add);
        Quarantines quarantines = new Quarantines(Optional.of(state.quarantines()));
        GuardianKeeper guardian = new GuardianKeeper(remembered, quarantines, clock, events::add);
        List<Long> changes = new ArrayList<>();
        guardian.start(changes::add);
        guardian.ended(dyingTarget(), Optional.of(new ExitStatus.Killed(11, false)), System.nanoTime());
        assertThat(changes).hasSize(1);
        guardian.save();
        assertThat(state.quarantines().resolve("quarantine-shop-f1c3bcc0.yaml")).exists();

        clock.move(Duration.ofMinutes(60));
        assertThat(guardian.look(1)).isEqualTo(Expiries.LOOK);
        assertThat(changes).hasSize(2);
        assertThat(state.quarantines()).isEmptyDirectory();
        clock.move(Duration.ofMinutes(30));
        var ignored = guardian.look(2);
        assertThat(events)
                .filteredOn(AgentEvent.Guarded.class::isInstance)
                .extracting(event -> ((AgentEvent.Guarded) event).decision().name())
                .containsExactly("quarantine", "retry", "trust");
    }

    @Test
    void whatAPersonEndsIsNotInTheWayOfTheNext() {
        Remembered remembered = new Remembered(Optional.of(state), clock, events::add);
        Quarantines quarantines = new Quarantines(Optional.of(state.quarantines()));
        GuardianKeeper guardian = new GuardianKeeper(remembered, quarantines, clock, events::add);
        guardian.ended(dyingTarget(), Optional.of(new ExitStatus.Killed(11, false)), System.nanoTime());
        guardian.inForce(Policy.EMPTY); // it is not written yet, and so not ended by anybody
        guardian.save();
        assertThat(remembered.ledger().open()).isEqualTo(1);
        guardian.inForce(Policy.EMPTY);
        guardian.save();
        assertThat(remembered.ledger().open()).isZero();
    }

    @Test
    void aProcessThatHadProbesAMomentAgoOrInheritsSomeProvesNothing() {
        GuardianKeeper guardian = new GuardianKeeper(
                new Remembered(Optional.of(state), clock, events::add),
                new Quarantines(Optional.empty()),
                clock,
                events::add);
        Target copy = new Target(new ProcessIdentity(4711, 1));
        copy.facts = dyingTarget().facts;
        guardian.ended(copy, Optional.of(new ExitStatus.Killed(11, false)), System.nanoTime());
        guardian.save();
        assertThat(state.guardianLedger()).doesNotExist();
    }

    @Test
    void theRecordGoesOnAfterALineThatWasCutShort() throws IOException {
        GuardianLog.append(state.guardianLog(), List.of("{\"a\":1}"));
        Files.writeString(state.guardianLog(), "{\"a\":1}\n{\"b\"");
        GuardianLog.append(state.guardianLog(), List.of("{\"c\":3}"));
        assertThat(state.guardianLog()).content().isEqualTo("{\"a\":1}\n{\"b\"\n{\"c\":3}\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state.guardianLog())))
                .isEqualTo("rw-------");
    }
}
