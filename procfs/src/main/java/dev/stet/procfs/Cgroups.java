package dev.stet.procfs;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// `/proc/PID/cgroup` (cgroups(7)): one line a hierarchy, that of version 2 without controllers:
///
/// ```
/// 0::/system.slice/nginx.service
/// 4:memory:/docker/0fc0...
/// 1:name=systemd:/system.slice/nginx.service
/// ```
///
/// @param all in the order of the file
record Cgroups(List<Line> all) {
    /// @param controllers `memory`, `cpu,cpuacct`, `name=systemd`; empty for version 2
    /// @param path without the kernel's ` (deleted)`
    record Line(String controllers, String path) {}

    /// Lines that make no sense are left out.
    static Cgroups parse(String text) {
        List<Line> lines = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            int first = line.indexOf(':');
            int second = line.indexOf(':', first + 1);
            if (first > 0 && second > 0 && line.startsWith("/", second + 1)) {
                lines.add(new Line(
                        line.substring(first + 1, second),
                        DeletedPath.of(line.substring(second + 1)).path()));
            }
        }
        return new Cgroups(List.copyOf(lines));
    }

    /// Where it is in version 2's hierarchy; where that is not in use, or everything is in its root, the longest path
    /// of version 1's. Empty if there is none at all.
    Optional<String> path() {
        return unified()
                .or(() -> all.stream()
                        .map(Line::path)
                        .max(Comparator.comparingInt(String::length).thenComparing(Comparator.reverseOrder())));
    }

    /// The unit that systemd put it into, by the hierarchy that systemd works with.
    Optional<String> unit() {
        return unified().or(() -> ofController("name=systemd")).or(this::path).flatMap(SystemdUnit::of);
    }

    /// The container's ID, from whichever hierarchy has one.
    Optional<String> containerId() {
        return Stream.concat(unified().stream(), all.stream().map(Line::path))
                .flatMap(path -> ContainerId.of(path).stream())
                .findFirst();
    }

    private Optional<String> unified() {
        return ofController("").filter(path -> !path.equals("/"));
    }

    private Optional<String> ofController(String name) {
        return all.stream()
                .filter(line -> line.controllers.equals(name))
                .map(Line::path)
                .findFirst();
    }
}
