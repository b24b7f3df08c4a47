package dev.stet.service.node;

import dev.stet.agent.Agent;
import dev.stet.agent.AgentEvent;
import dev.stet.agent.AgentState;
import dev.stet.agent.Panic;
import dev.stet.agent.StateDirectory;
import dev.stet.probe.Call;
import dev.stet.probe.Frame;
import dev.stet.service.Broadcast;
import dev.stet.service.RecentLog;
import dev.stet.service.Sink;
import dev.stet.service.http.Answer;
import dev.stet.service.http.ApiServer;
import dev.stet.service.http.ApiSettings;
import dev.stet.service.http.Asked;
import dev.stet.service.telemetry.Metric;
import dev.stet.service.telemetry.MetricText;
import dev.stet.service.telemetry.Metrics;
import dev.stet.service.telemetry.OwnUse;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/// An agent with all that is around it: who may ask it, what keeps what it sees, and who is told.
public final class Service implements AutoCloseable {
    private static final Path SELF = Path.of("/proc/self");

    private final Parts parts;
    private final Broadcast broadcast;
    private final RecentLog log;
    private final Optional<QueryProcess> queries;
    private final Map<String, Sink> sinks = new ConcurrentSkipListMap<>();
    private final Map<String, String> troubles = new TreeMap<>();
    private Optional<ApiServer> server = Optional.empty();
    private volatile Agent agent;

    /// What it is made of.
    ///
    /// @param version of Stet
    /// @param clock what people write dates by
    /// @param frames the functions of a call's stack
    /// @param text an event as a person reads it; empty if it is not worth a line
    /// @param say takes what the service says, for the agent's own output
    /// @param state where the agent keeps what it remembers, if anywhere
    /// @param launcher by which a Stet is started that asks the store; empty: nobody can ask it here
    /// @param changes what of the policy can be changed by the API, and how
    public record Parts(
            String version,
            Clock clock,
            Function<Call, List<Frame>> frames,
            Function<AgentEvent, Optional<String>> text,
            Consumer<String> say,
            Optional<StateDirectory> state,
            Optional<Path> launcher,
            Changes changes) {}

    /// Changes that the API offers.
    public interface Changes {
        /// @return empty if there is no such thing to change
        Optional<Answer> change(Asked asked) throws IOException;
    }

    public Service(Parts parts) {
        this.parts = parts;
        broadcast = new Broadcast(parts.frames);
        log = new RecentLog(parts.clock, broadcast);
        sinks.put("stream", broadcast);
        queries =
                parts.launcher.flatMap(launcher -> parts.state.map(state -> new QueryProcess(launcher, state.path())));
    }

    /// Somebody takes calls and events, in the place of whoever did so by this name.
    ///
    /// @param sink empty: nobody does
    public void put(String name, Optional<Sink> sink) {
        Sink before = sink.isPresent() ? sinks.put(name, sink.get()) : sinks.remove(name);
        if (before != null) {
            before.close();
        }
    }

    /// From the thread that reads calls.
    public void call(Call call) {
        for (Sink sink : sinks.values()) {
            sink.call(call);
        }
    }

    /// From any thread, one at a time.
    public void event(AgentEvent event) {
        for (Sink sink : sinks.values()) {
            sink.event(event);
        }
        parts.text.apply(event).ifPresent(log::say);
    }

    /// The service has something to say.
    public void say(String text) {
        parts.say.accept(text);
        log.say(text);
    }

    /// Something wants a person's attention, or no longer does.
    ///
    /// @param of one of its kind at a time
    /// @param what in a line; empty: it is over
    public void trouble(String of, String what) {
        String before;
        synchronized (troubles) {
            before = what.isEmpty() ? troubles.remove(of) : troubles.put(of, what);
        }
        if (!what.isEmpty() && !what.equals(before)) {
            say(what);
        }
    }

    /// Lets people ask from here on.
    public void open(Agent agent, ApiSettings settings) {
        this.agent = agent;
        LibraryLog.to(this::say);
        reopen(settings);
    }

    /// Where people may ask has changed: who is connected is cut off.
    public synchronized void reopen(ApiSettings settings) {
        shut();
        ApiServer opened = new ApiServer(new AgentRoutes(new Asking()), broadcast, this::say);
        server = Optional.of(opened);
        trouble("api", String.join("; ", opened.open(settings)));
    }

    /// The agent's metrics, now; none if it cannot say.
    public List<Metric> metrics() {
        try {
            return measure();
        } catch (IOException e) {
            return List.of();
        }
    }

    private List<Metric> measure() throws IOException {
        AgentState state = agent.state();
        ServiceState service = how();
        return Metrics.of(new Metrics.Source(
                parts.version,
                state,
                StateJson.counts(state),
                service.panic(),
                service.troubles().size(),
                service.sinks().stream()
                        .collect(Collectors.toMap(ServiceState.SinkState::name, ServiceState.SinkState::dropped)),
                OwnUse.of(SELF)));
    }

    private ServiceState how() {
        return new ServiceState(
                parts.state.map(Panic::new).filter(Panic::isOn).isPresent(),
                broadcast.watching(),
                sinks.entrySet().stream()
                        .map(each -> new ServiceState.SinkState(
                                each.getKey(), each.getValue().dropped()))
                        .toList(),
                troubles());
    }

    private List<String> troubles() {
        synchronized (troubles) {
            return List.copyOf(troubles.values());
        }
    }

    private final class Asking implements AgentRoutes.Node {
        @Override
        public String version() {
            return parts.version;
        }

        @Override
        public AgentState state() throws IOException {
            return agent.state();
        }

        @Override
        public ServiceState service() {
            return how();
        }

        @Override
        public RecentLog log() {
            return log;
        }

        @Override
        public Answer metrics(String accept) throws IOException {
            MetricText form = MetricText.of(accept);
            return new Answer(200, form.type(), form.text(measure()));
        }

        @Override
        public Answer query(Asked asked) throws IOException {
            return queries.isPresent()
                    ? queries.get().ask(asked)
                    : Answer.problem(503, "no-store", "this agent keeps nothing that could be asked");
        }

        @Override
        public Optional<Answer> change(Asked asked) throws IOException {
            return parts.changes.change(asked);
        }
    }

    private synchronized void shut() {
        server.ifPresent(ApiServer::close);
        server = Optional.empty();
    }

    /// Gives on what is held. To be called when the agent is closed.
    @Override
    public void close() {
        shut();
        sinks.values().forEach(Sink::close);
    }
}
