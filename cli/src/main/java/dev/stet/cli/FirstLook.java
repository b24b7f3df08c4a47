package dev.stet.cli;

import dev.stet.agent.AgentEvent;

/// What came of the first look at a process that a person named. If all was refused there is nothing to wait for:
/// what was refused is not tried again. Safe for use by several threads.
final class FirstLook {
    private boolean attached;
    private boolean refused;
    private boolean over;

    /// To be told of every event, in their order.
    synchronized void saw(AgentEvent event) {
        attached |= event instanceof AgentEvent.Attached;
        if (!over) {
            refused |= event instanceof AgentEvent.Refused;
            over = event instanceof AgentEvent.PolicyApplied; // told when every process has been looked at
        }
    }

    /// Is it over, and was something refused and nothing attached?
    synchronized boolean isInVain() {
        return over && refused && !attached;
    }
}
