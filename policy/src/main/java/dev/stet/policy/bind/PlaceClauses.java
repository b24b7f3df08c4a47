package dev.stet.policy.bind;

import dev.stet.facts.FactKey;
import dev.stet.facts.Glob;
import dev.stet.policy.Clause;
import dev.stet.policy.Test;
import dev.stet.policy.yaml.Shape;
import dev.stet.policy.yaml.YamlNode;
import java.util.List;
import java.util.SortedMap;

/// What is asked of the place that a process runs in: control group, unit, container, pod.
final class PlaceClauses {
    static final Shape SHAPE = Shape.of("cgroup", "systemdUnit", "container", "pod");
    static final Shape CONTAINER = Shape.of("id", "name", "image", "digest");
    static final Shape POD = Shape.of("namespace", "name", "workload", "labels", "annotations");

    private static final int CONTAINER_ID_DIGITS = 64;

    private PlaceClauses() {}

    static void bind(YamlNode entry, List<Clause> clauses) {
        like(FactKey.CGROUP, Patterns.paths(entry.optional("cgroup")), clauses);
        like(FactKey.SYSTEMD_UNIT, Patterns.names(entry.optional("systemdUnit")), clauses);
        container(entry.optional("container"), clauses);
        pod(entry.optional("pod"), clauses);
    }

    private static void like(FactKey<String> key, List<Glob> globs, List<Clause> clauses) {
        if (!globs.isEmpty()) {
            clauses.add(new Clause.On<>(key, new Test.Like(globs)));
        }
    }

    private static void container(YamlNode node, List<Clause> clauses) {
        YamlNode container = node.fields(CONTAINER);
        if (container.isPresent() && container.names().isEmpty()) {
            container.report("needs id, name, image or digest");
        }
        List<Glob> ids = Hex.containerIds(container.optional("id")).stream()
                .map(id -> Glob.name(id.length() < CONTAINER_ID_DIGITS ? id + "*" : id))
                .toList();
        like(FactKey.CONTAINER_ID, ids, clauses);
        List<Glob> names = Patterns.names(container.optional("name"));
        List<Glob> images = Patterns.names(container.optional("image"));
        List<Glob> digests = Patterns.names(container.optional("digest"));
        if (!names.isEmpty() || !images.isEmpty() || !digests.isEmpty()) {
            clauses.add(new Clause.On<>(FactKey.CONTAINER, new Test.ContainerLike(names, images, digests)));
        }
    }

    private static void pod(YamlNode node, List<Clause> clauses) {
        YamlNode pod = node.fields(POD);
        if (pod.isPresent() && pod.names().isEmpty()) {
            pod.report("needs namespace, name, workload, labels or annotations");
        }
        List<Glob> namespaces = Patterns.names(pod.optional("namespace"));
        List<Glob> names = Patterns.names(pod.optional("name"));
        List<Glob> workloads = Patterns.names(pod.optional("workload"));
        SortedMap<String, Glob> labels = Patterns.entries(pod.optional("labels"));
        SortedMap<String, Glob> annotations = Patterns.entries(pod.optional("annotations"));
        boolean nothing = namespaces.isEmpty()
                && names.isEmpty()
                && workloads.isEmpty()
                && labels.isEmpty()
                && annotations.isEmpty();
        if (!nothing) {
            Test.PodLike like = new Test.PodLike(namespaces, names, workloads, labels, annotations);
            clauses.add(new Clause.On<>(FactKey.POD, like));
        }
    }
}
