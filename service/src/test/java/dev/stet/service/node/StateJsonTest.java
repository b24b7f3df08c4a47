package dev.stet.service.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.stet.agent.AgentState;
import dev.stet.agent.AgentState.ProcessState;
import dev.stet.agent.json.Json;
import dev.stet.facts.ProcessIdentity;
import dev.stet.policy.Verdict;
import dev.stet.policy.yaml.Problem;
import dev.stet.probe.Totals;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class StateJsonTest {
    private static final Instant NOW = Instant.parse("2026-11-23T16:00:00Z");
    private static final Duration HIT = Duration.ofNanos(5000);
    private static final Verdict TRACED = new Verdict.Trace(Optional.empty());
    private static final Verdict GUARDED = Verdict.guarded("stet-itself", "Stet does not probe itself");

    private static final ProcessState PROBED = process(1, Optional.of(TRACED), false, Optional.empty(), 3, Set.of());
    private static final ProcessState EXEMPT = process(2, Optional.of(GUARDED), false, Optional.empty(), 0, Set.of());
    private static final ProcessState HELD =
            process(3, Optional.of(TRACED), false, Optional.of("its turn comes at 17:00"), 0, Set.of());
    private static final ProcessState RESTING =
            process(4, Optional.of(TRACED), false, Optional.empty(), 0, Set.of("malloc"));
    private static final ProcessState IDLE = process(5, Optional.of(TRACED), true, Optional.empty(), 0, Set.of());
    private static final ProcessState NEW = process(6, Optional.empty(), false, Optional.empty(), 0, Set.of());
    private static final ProcessState OUTSIDE = process(7, Optional.empty(), true, Optional.empty(), 0, Set.of());

    private static ProcessState process(
            int pid, Optional<Verdict> verdict, boolean idle, Optional<String> held, int probes, Set<String> resting) {
        return new ProcessState(
                new ProcessIdentity(pid, 10),
                "shop",
                Optional.of("/srv/shop"),
                Optional.of(33),
                false,
                verdict,
                idle,
                held,
                probes == 0 ? List.of() : List.of(new AgentState.FileState("/srv/shop", 1, probes, List.of("libc"))),
                resting,
                200,
                List.of(new AgentState.Hot("getaddrinfo", 200)));
    }

    private static AgentState state(List<Problem> problems, ProcessState... processes) {
        return new AgentState(
                NOW,
                NOW.minusSeconds(90),
                new AgentState.PolicyState(Path.of("/etc/stet/policy.d"), 1, Optional.of(NOW), 2, 1, problems),
                List.of("libc"),
                List.of(processes),
                new Totals(9, 9, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1),
                0,
                HIT);
    }

    private static ServiceState service(String... troubles) {
        return new ServiceState(false, 1, List.of(new ServiceState.SinkState("stream", 4)), List.of(troubles));
    }

    private static String json(Consumer<Json> write) {
        StringBuilder out = new StringBuilder();
        Json json = Json.object(out);
        write.accept(json);
        json.end();
        return out.toString();
    }

    private static Schema schema(String name) throws IOException {
        try (InputStream in = StateJson.class.getResourceAsStream("openapi.yaml")) {
            String api = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema("$ref: '#/components/schemas/" + name + "'\n" + api, InputFormat.YAML);
        }
    }

    @Test
    void everyStateHasItsWordAndItsReason() {
        assertThat(List.of(PROBED, EXEMPT, HELD, RESTING, IDLE, NEW, OUTSIDE))
                .extracting(StateJson::word)
                .containsExactly("probed", "exempt", "held", "resting", "idle", "undecided", "idle");
        assertThat(List.of(PROBED, EXEMPT, HELD, RESTING, IDLE, NEW, OUTSIDE))
                .extracting(StateJson::why)
                .satisfiesExactly(
                        why -> assertThat(why).isEqualTo("no exemption matches"),
                        why -> assertThat(why).contains("Stet does not probe itself"),
                        why -> assertThat(why).isEqualTo("its turn comes at 17:00"),
                        why -> assertThat(why).isEqualTo("called too often: malloc"),
                        why -> assertThat(why).contains("no pack"),
                        why -> assertThat(why).isEqualTo("not judged yet"),
                        why -> assertThat(why).contains("not among the programs"));
    }

    @Test
    void processesAreCountedByState() {
        assertThat(StateJson.counts(state(List.of(), PROBED, EXEMPT, HELD, IDLE, OUTSIDE)))
                .containsEntry("all", 5L)
                .containsEntry("idle", 2L)
                .containsEntry("probed", 1L)
                .containsEntry("undecided", 0L);
    }

    @Test
    void whatWantsAttentionIsNoGoodHealth() {
        assertThat(StateJson.health(state(List.of()), service())).isEqualTo(StateJson.Health.OK);
        assertThat(StateJson.health(state(List.of()), service("the disk is full")))
                .isEqualTo(StateJson.Health.DEGRADED);
        assertThat(StateJson.health(state(List.of(new Problem("a.yaml", 1, 2, "", "wrong"))), service()))
                .isEqualTo(StateJson.Health.DEGRADED);
    }

    @Test
    void whatIsAnsweredIsWhatTheDescriptionSays() throws IOException {
        AgentState state = state(List.of(new Problem("a.yaml", 1, 2, "spec", "wrong")), PROBED, EXEMPT, NEW);
        String status = json(json -> StateJson.status(json, "0.1.0", state, service("trouble")));
        assertThat(schema("Status").validate(status, InputFormat.JSON)).isEmpty();
        for (ProcessState process : state.processes()) {
            String brief = json(json -> StateJson.process(json, process, HIT));
            String whole = json(json -> StateJson.whole(json, process, HIT));
            assertThat(schema("Process").validate(brief, InputFormat.JSON)).isEmpty();
            assertThat(schema("WholeProcess").validate(whole, InputFormat.JSON)).isEmpty();
            assertThat(brief).contains("\"costNanosPerSecond\":1000000");
        }
        assertThat(schema("Process").validate("{\"pid\":\"x\"}", InputFormat.JSON))
                .as("the schema is no empty one")
                .isNotEmpty();
    }
}
