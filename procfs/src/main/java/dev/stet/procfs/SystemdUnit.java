package dev.stet.procfs;

import java.util.Optional;
import java.util.regex.Pattern;

/// The systemd unit in a control group's path: its last component that is a unit's name, and a slice only if there is
/// nothing else. So a service of a user, in `user@1000.service/app.slice/foo.service`, is `foo.service`, and what a
/// service makes below its own group is still the service.
///
/// What is in a container is in no unit of the host: only what is below the container's own group counts, where a
/// systemd of its own may run.
final class SystemdUnit {
    /// systemd.unit(5): the name's characters, and the types of units that have control groups.
    private static final Pattern UNIT =
            Pattern.compile("[A-Za-z0-9:_.\\\\@-]{1,200}\\.(?:service|scope|socket|mount|swap)");

    private static final Pattern SLICE = Pattern.compile("[A-Za-z0-9:_.\\\\@-]{1,200}\\.slice");

    private SystemdUnit() {}

    /// @param path of a control group
    /// @return as systemctl shows it: `dev-disk-by\x2duuid.swap`; empty if no unit is in it
    static Optional<String> of(String path) {
        String own = ContainerId.find(path).map(ContainerId.Found::rest).orElse(path);
        return last(own, UNIT).or(() -> last(own, SLICE));
    }

    private static Optional<String> last(String path, Pattern unit) {
        int end = path.length();
        while (end > 0) {
            int slash = path.lastIndexOf('/', end - 1);
            String name = unescaped(path.substring(slash + 1, end));
            if (unit.matcher(name).matches()) {
                return Optional.of(name);
            }
            end = slash;
        }
        return Optional.empty();
    }

    /// systemd puts a `_` before names that the kernel keeps for itself, such as `cpu.service`
    /// (src/basic/cgroup-util.c: `cg_escape`).
    private static String unescaped(String component) {
        return component.startsWith("_") ? component.substring(1) : component;
    }
}
