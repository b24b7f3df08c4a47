package dev.stet.facts;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// A kind of fact about a process. The constants are all there are, those that cost least to read first.
///
/// @param <T> what a value of it is; immutable, and equal by content
@SuppressWarnings("UnusedTypeParameter") // it ties a key to the type of its values
public final class FactKey<T> {
    /// The executable's path as the target sees it, without the kernel's ` (deleted)`; `/memfd:NAME` for one that
    /// never had a file. Absent for a kernel thread.
    public static final FactKey<String> EXE = new FactKey<>("exe");
    /// The main thread's name, at most 15 bytes, set by the target at will.
    public static final FactKey<String> COMM = new FactKey<>("comm");
    /// The arguments, the program's name first; text of the target's choosing.
    public static final FactKey<List<String>> ARGS = new FactKey<>("args");
    /// The real user ID, as the host sees it; unsigned.
    public static final FactKey<Integer> UID = new FactKey<>("uid");
    /// Who started it; absent for process 1 and what has no visible parent.
    public static final FactKey<Relative> PARENT = new FactKey<>("parent");
    /// The parent, its parent, and so on up to process 1.
    public static final FactKey<List<Relative>> ANCESTORS = new FactKey<>("ancestor");
    /// The user's name on the host; absent if the host has no such user.
    public static final FactKey<String> USER = new FactKey<>("user");
    /// The control group's path: `/system.slice/nginx.service`.
    public static final FactKey<String> CGROUP = new FactKey<>("cgroup");
    /// The systemd unit whose control group it is in: `nginx.service`.
    public static final FactKey<String> SYSTEMD_UNIT = new FactKey<>("systemdUnit");
    /// The ID that the run time gave its container: 64 hex digits. Absent outside of containers.
    public static final FactKey<String> CONTAINER_ID = new FactKey<>("container.id");
    /// The file that an interpreter runs: `server.js` of `node --flag server.js`, as its argument has it. Absent if
    /// the program is no interpreter that Stet knows, or runs no file.
    public static final FactKey<String> SCRIPT = new FactKey<>("script");
    /// The environment that the program was started with; of names that are there twice, the first.
    public static final FactKey<Map<String, String>> ENV = new FactKey<>("env");
    /// The executable's path as the host sees it; absent if it has none, as in another mount namespace.
    public static final FactKey<String> HOST_EXE = new FactKey<>("hostExe");
    /// Paths of the files that are mapped to be executed, as the target sees them, the executable's included.
    public static final FactKey<Set<String>> LINKS = new FactKey<>("links");
    /// What run-time state makes probing dangerous, and what the executable's file shows: names as [#HAZARD_NAMES].
    public static final FactKey<Set<String>> HAZARDS = new FactKey<>("hazard");
    /// The executable's GNU build ID.
    public static final FactKey<BuildId> BUILD_ID = new FactKey<>("buildId");
    /// Names of the executable's sections; empty if it has no section headers.
    public static final FactKey<Set<String>> SECTIONS = new FactKey<>("section");
    /// What the executable is written in, in lower case: `go`, `c`, `c++`, `rust`; absent if nothing tells.
    public static final FactKey<String> LANGUAGE = new FactKey<>("language");
    /// What a Go executable is built of, the main module first. Absent if it is not Go's.
    public static final FactKey<List<GoModule>> MODULES = new FactKey<>("module");
    /// SHA-256 of the executable's file, in lower-case hex.
    public static final FactKey<String> SHA256 = new FactKey<>("exe.sha256");
    /// What is known of the container beside its ID. Absent outside of containers.
    public static final FactKey<Container> CONTAINER = new FactKey<>("container");
    /// The Kubernetes pod. Absent outside of pods.
    public static final FactKey<Pod> POD = new FactKey<>("pod");
    /// The name of the process's tier; worked out from the policy's tiers, never read.
    public static final FactKey<String> TIER = new FactKey<>("tier");

    /// Every kind of fact, in the order of what it costs.
    public static final List<FactKey<?>> ALL = List.of(
            EXE,
            COMM,
            ARGS,
            UID,
            PARENT,
            ANCESTORS,
            USER,
            CGROUP,
            SYSTEMD_UNIT,
            CONTAINER_ID,
            SCRIPT,
            ENV,
            HOST_EXE,
            LINKS,
            HAZARDS,
            BUILD_ID,
            SECTIONS,
            LANGUAGE,
            MODULES,
            SHA256,
            CONTAINER,
            POD,
            TIER);

    /// What a hazard of a process may be called, as rules write it: those that a file shows, then those of the
    /// running process.
    public static final List<String> HAZARD_NAMES = List.of(
            "go-stacks",
            "fibers",
            "exception-tables",
            "stack-walker",
            "self-checksum",
            "large-pages",
            "code-patching",
            "packed",
            "sanitizer",
            "runtime-code",
            "tracer",
            "syscall-filter",
            "debugger-attached",
            "syscall-dispatch",
            "seccomp",
            "text-remapped");

    /// What [#LANGUAGE] may be.
    public static final List<String> LANGUAGE_NAMES = List.of(
            "go", "c++", "rust", "ada", "crystal", "d", "fortran", "haskell", "nim", "ocaml", "pascal", "swift", "zig",
            "c");

    private static final Map<String, FactKey<?>> BY_NAME =
            ALL.stream().collect(Collectors.toUnmodifiableMap(FactKey::name, Function.identity()));

    private final String name;
    private int index;

    private FactKey(String name) {
        this.name = name;
    }

    static {
        for (int i = 0; i < ALL.size(); i++) {
            ALL.get(i).index = i;
        }
    }

    /// As answers to "why?" and tests of policies spell it: `exe`, `container.id`.
    public String name() {
        return name;
    }

    /// The kind of this name.
    public static Optional<FactKey<?>> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /// Its place in [#ALL].
    public int index() {
        return index;
    }

    @Override
    public String toString() {
        return name;
    }
}
