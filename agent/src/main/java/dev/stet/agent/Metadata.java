package dev.stet.agent;

import dev.stet.facts.Container;
import dev.stet.facts.Fact;
import dev.stet.facts.Pod;

/// What a container run time and Kubernetes know of a container. Asked for processes in containers only, by whichever
/// thread judges one: an answer that is still on its way is unreadable, and never waited for.
public interface Metadata {
    /// Nobody to ask.
    Metadata NONE = new Metadata() {
        private static final String WHY = "no source of container metadata yet";

        @Override
        public Fact<Container> container(String containerId) {
            return Fact.unreadable(WHY);
        }

        @Override
        public Fact<Pod> pod(String containerId) {
            return Fact.unreadable(WHY);
        }
    };

    /// @param containerId 64 hex digits
    Fact<Container> container(String containerId);

    /// @param containerId 64 hex digits
    /// @return absent if it is in no pod
    Fact<Pod> pod(String containerId);
}
