package dev.stet.service.node;

import dev.stet.agent.AgentState;
import dev.stet.agent.AgentState.ProcessState;
import dev.stet.agent.json.Json;
import dev.stet.service.EventFilter;
import dev.stet.service.RecentLog;
import dev.stet.service.StreamRequest;
import dev.stet.service.http.Answer;
import dev.stet.service.http.Asked;
import dev.stet.service.http.Routes;
import dev.stet.service.http.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The API, version 1: what of the agent can be seen. docs/api.md describes it, and `openapi.yaml`
/// beside this class.
final class AgentRoutes implements Routes {
    private static final int LOG_LINES = 100;
    private static final int MAX_LOG_LINES = 2000;

    private final Node node;

    /// The agent, as its API needs it.
    interface Node {
        String version();

        AgentState state() throws IOException;

        ServiceState service();

        RecentLog log();

        /// Figures for Prometheus.
        ///
        /// @param accept what the asker takes
        Answer metrics(String accept) throws IOException;

        /// The store is asked.
        Answer query(Asked asked) throws IOException;

        /// Something is to be changed; empty if nothing of the kind can be.
        Optional<Answer> change(Asked asked) throws IOException;
    }

    AgentRoutes(Node node) {
        this.node = node;
    }

    @Override
    public Scope needed(Asked asked) {
        return asked.method().equals("GET") || isQuery(asked) ? Scope.READ : Scope.CHANGE;
    }

    private static boolean isQuery(Asked asked) {
        return asked.is("POST", "query");
    }

    @Override
    public Reply reply(Asked asked) throws IOException {
        if (asked.is("GET", "stream")) {
            return new Reply.Stream(wanted(asked));
        }
        return new Reply.Whole(answer(asked));
    }

    private Answer answer(Asked asked) throws IOException {
        if (isQuery(asked)) {
            return node.query(asked);
        }
        if (!asked.method().equals("GET")) {
            return node.change(asked).orElseGet(() -> nothing(asked));
        }
        if (asked.is("GET", "status")) {
            AgentState state = node.state();
            return Answer.json(json -> StateJson.status(json, node.version(), state, node.service()));
        }
        if (asked.is("GET", "processes")) {
            return processes(asked, node.state());
        }
        if (asked.is("GET", "processes", "*")) {
            return process(asked.path().get(1), node.state());
        }
        if (asked.is("GET", "log")) {
            return log(asked);
        }
        if (asked.is("GET", "metrics")) {
            return node.metrics(asked.accept());
        }
        if (asked.is("GET", "openapi.yaml")) {
            return new Answer(200, "application/yaml", openApi());
        }
        return nothing(asked);
    }

    private static Answer nothing(Asked asked) {
        return Answer.problem(
                404,
                "not-found",
                "there is no " + asked.method() + " /v1/" + String.join("/", asked.path())
                        + "; GET /v1/openapi.yaml says what there is");
    }

    private static Answer processes(Asked asked, AgentState state) {
        boolean all = asked.parameter("all").map("true"::equals).orElse(false);
        Optional<String> wanted = asked.parameter("state");
        List<ProcessState> processes = state.processes().stream()
                .filter(each -> all || !each.kernelThread())
                .filter(each -> wanted.isEmpty() || wanted.get().equals(StateJson.word(each)))
                .toList();
        return Answer.json(json -> json.text("time", state.at().toString())
                .number("hitCostNanos", state.hitCost().toNanos())
                .objects("processes", processes, (each, process) -> StateJson.process(each, process, state.hitCost())));
    }

    private static Answer process(String pid, AgentState state) {
        return state.processes().stream()
                .filter(each -> String.valueOf(each.process().pid()).equals(pid))
                .findFirst()
                .map(each -> Answer.json(json -> StateJson.whole(json, each, state.hitCost())))
                .orElseGet(() -> Answer.problem(404, "no-such-process", "the agent knows no process " + pid));
    }

    private Answer log(Asked asked) {
        int lines = number(asked, "lines", LOG_LINES, MAX_LOG_LINES);
        return Answer.json(json -> json.objects("lines", node.log().last(lines), AgentRoutes::line));
    }

    private static void line(Json json, RecentLog.Line line) {
        json.text("time", line.at().toString()).text("text", line.text());
    }

    static int number(Asked asked, String name, int otherwise, int most) {
        try {
            int number = asked.parameter(name).map(Integer::parseInt).orElse(otherwise);
            if (number < 1 || number > most) {
                throw new IllegalArgumentException(name + " is a number from 1 to " + most);
            }
            return number;
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " is a number from 1 to " + most, e);
        }
    }

    private static StreamRequest wanted(Asked asked) {
        Set<String> types = asked.parameter("types")
                .filter(text -> !text.isBlank())
                .map(text -> Set.of(text.split(",", -1)))
                .orElse(Set.of());
        return new StreamRequest(types, EventFilter.of(asked.parameter("where").orElse("")));
    }

    private static String openApi() throws IOException {
        try (InputStream in = AgentRoutes.class.getResourceAsStream("openapi.yaml")) {
            if (in == null) {
                throw new IOException("openapi.yaml is not in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
