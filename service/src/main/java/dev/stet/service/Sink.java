package dev.stet.service;

import dev.stet.agent.AgentEvent;
import dev.stet.probe.Call;

/// Takes what the agent sees and does, to keep it or to tell others. Its methods are called by the
/// threads that trace: they return at once, whatever happens to the disk or the network, and what cannot
/// be taken is dropped and counted.
public interface Sink extends AutoCloseable {
    /// From one thread.
    void call(Call call);

    /// From several threads, one at a time.
    void event(AgentEvent event);

    /// How many calls and events it has dropped so far.
    long dropped();

    /// Gives on what it holds, within a few seconds at most.
    @Override
    void close();
}
