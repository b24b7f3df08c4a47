package dev.stet.procfs;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A container's ID in the names of control groups. Every run time of OCI containers has it there, in a form of its
/// own:
///
/// ```
/// docker-ID.scope  cri-containerd-ID.scope  crio-ID.scope  libpod-ID.scope      driver systemd
/// ID  libpod-ID  crio-ID                                                        driver cgroupfs
/// kubepods-besteffort-podUID.slice:cri-containerd:ID                            containerd, told the wrong driver
/// ```
final class ContainerId {
    private static final Pattern COMPONENT = Pattern.compile("(?:[A-Za-z0-9_.:-]*[:-])?([0-9a-f]{64})(?:\\.scope)?");

    /// Paths of more components are not looked through: the kernel's limit on depth is no lower, people's is.
    private static final int MAX_COMPONENTS = 256;

    private ContainerId() {}

    /// A container's ID, and what is below its control group.
    ///
    /// @param rest empty, or begins with `/`
    record Found(String id, String rest) {}

    /// The ID of the innermost container that a path leads into.
    static Optional<String> of(String path) {
        return find(path).map(Found::id);
    }

    /// From the end: of a container in a container, the inner one. `conmon`, which watches over a container, is not in
    /// it.
    static Optional<Found> find(String path) {
        int end = path.length();
        for (int seen = 0; end > 0 && seen < MAX_COMPONENTS; seen++) {
            int slash = path.lastIndexOf('/', end - 1);
            String component = path.substring(slash + 1, end);
            Matcher matcher = COMPONENT.matcher(component);
            if (component.length() <= 255 && matcher.matches()) {
                return component.contains("conmon-")
                        ? Optional.empty()
                        : Optional.of(new Found(matcher.group(1), path.substring(end)));
            }
            end = slash;
        }
        return Optional.empty();
    }
}
