package dev.stet.facts;

import java.util.Map;

/// What Kubernetes says of a pod.
///
/// @param workload what owns it, kind and name: `deployment/web`; empty if nothing does
public record Pod(
        String namespace, String name, Map<String, String> labels, Map<String, String> annotations, String workload) {
    public Pod {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
    }
}
