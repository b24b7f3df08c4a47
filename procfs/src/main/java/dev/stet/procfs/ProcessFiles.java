package dev.stet.procfs;

import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.facts.MappedFile;
import dev.stet.facts.ProcessFacts;
import dev.stet.facts.Relative;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// What `/proc` says of one process at about this moment, read as it is asked for, each file once; facts that are known
/// already are not read again. For one thread. Whoever asks makes sure in the end that it was one program all along:
/// [#isSame].
public final class ProcessFiles {
    /// A name is at most 64 bytes, escaped; stat has a few hundred bytes.
    private static final int MAX_STAT_BYTES = 4096;
    /// The longest part of status is the list of supplementary groups: up to 65,536 of up to 11 bytes.
    private static final int MAX_STATUS_BYTES = 1 << 20;
    /// A dozen hierarchies, each with a path of at most 4096 bytes.
    private static final int MAX_CGROUP_BYTES = 128 * 1024;

    /// Of a server's processes, forked by ones that were forked.
    private static final int MAX_FORKS = 4;

    private static final String EXITING = "the process is exiting";

    private final ProcReader proc;
    private final ProcessFacts known;
    private final Once<Content> status = new Once<>(() -> content("status", MAX_STATUS_BYTES));
    private final Once<Fact<Cgroups>> cgroups = new Once<>(() ->
            bytes(content("cgroup", MAX_CGROUP_BYTES), MAX_CGROUP_BYTES).map(bytes -> Cgroups.parse(text(bytes))));
    private final Once<Fact<String>> exeLink = new Once<>(() -> link("exe"));
    private final Once<Fact<String>> rootLink = new Once<>(() -> link("root"));
    private final Once<Fact<Memory>> memory = new Once<>(this::readMemory);
    private final Once<Fact<Map<String, String>>> env = new Once<>(this::readEnv);

    /// @param known of the very program that runs now
    ProcessFiles(ProcReader proc, ProcessFacts known) {
        this.proc = proc;
        this.known = known;
    }

    /// Is it still the process, and the program, that the facts were of that are known?
    public boolean isSame() {
        boolean sameProcess = proc.identity(known.identity().pid()).equals(Optional.of(known.identity()));
        return sameProcess
                && (!(known.exe() instanceof Fact.Known<String> exe)
                        || proc.files(ProcessFacts.of(known.identity(), known.parentPid(), known.kernelThread()))
                                .exe()
                                .equals(exe));
    }

    /// [FactKey#EXE].
    public Fact<String> exe() {
        return given(
                FactKey.EXE,
                () -> exeLink.get()
                        .map(link -> LinkText.below(root(), DeletedPath.of(link).path())));
    }

    /// [FactKey#COMM].
    public Fact<String> comm() {
        return given(
                FactKey.COMM,
                () -> bytes(content("comm", MAX_STAT_BYTES), MAX_STAT_BYTES).map(bytes -> {
                    String text = text(bytes);
                    return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
                }));
    }

    /// [FactKey#ARGS].
    public Fact<List<String>> args() {
        int limit = ProcReader.MAX_CMDLINE_BYTES;
        return given(
                FactKey.ARGS,
                () -> known.kernelThread()
                        ? Fact.absent()
                        : bytes(content("cmdline", limit), limit).then(Arguments::fact));
    }

    /// [FactKey#UID].
    public Fact<Integer> uid() {
        return given(FactKey.UID, () -> statusNumber("Uid"));
    }

    /// [FactKey#USER].
    public Fact<String> user(HostUsers users) {
        return uid().then(users::name);
    }

    /// [FactKey#CGROUP].
    public Fact<String> cgroup() {
        return cgroups.get()
                .then(found ->
                        found.path().map(Fact::of).orElse(Fact.unreadable("its control groups are not to be seen")));
    }

    /// [FactKey#SYSTEMD_UNIT].
    public Fact<String> systemdUnit() {
        return cgroups.get().then(found -> found.unit().map(Fact::of).orElseGet(Fact::absent));
    }

    /// [FactKey#CONTAINER_ID].
    public Fact<String> containerId() {
        return cgroups.get().then(found -> found.containerId().map(Fact::of).orElseGet(Fact::absent));
    }

    /// [FactKey#SCRIPT].
    public Fact<String> script() {
        return exe().then(exe -> args().then(args -> Script.of(exe, args)));
    }

    /// [FactKey#ENV].
    public Fact<Map<String, String>> env() {
        return env.get();
    }

    /// [FactKey#PARENT].
    public Fact<Relative> parent() {
        return new Lineage(proc).parent(known.identity());
    }

    /// [FactKey#ANCESTORS].
    public Fact<List<Relative>> ancestors() {
        return new Lineage(proc).ancestors(known.identity());
    }

    /// [FactKey#HOST_EXE].
    public Fact<String> hostExe() {
        return exeLink.get().then(link -> {
            DeletedPath path = DeletedPath.of(link);
            if (path.deleted() && path.path().startsWith("/memfd:")) {
                return Fact.absent();
            }
            Fact<String> own = proc.ownMounts();
            return link("ns/mnt")
                    .then(mounts -> own.then(ours -> ours.equals(mounts)
                            ? Fact.of(path.path())
                            : exe().then(exe -> proc.hostPath(known.identity().pid(), exe))));
        });
    }

    /// [FactKey#LINKS].
    public Fact<Set<String>> links() {
        return memory.get()
                .map(found -> found.files().stream().map(MappedFile::path).collect(Collectors.toUnmodifiableSet()));
    }

    /// The files that are mapped to be executed, in the order of their addresses, as often as each is mapped.
    public Fact<List<MappedFile>> mappings() {
        return memory.get().map(Memory::files);
    }

    /// Those of [FactKey#HAZARDS] that the running process shows.
    public Fact<Set<String>> hazards() {
        return new RunningHazards(this).all();
    }

    Fact<Memory> memory() {
        return memory.get();
    }

    Fact<Integer> statusNumber(String field) {
        return bytes(status.get(), MAX_STATUS_BYTES)
                .then(bytes -> StatusText.of(bytes)
                        .number(field)
                        .map(Fact::of)
                        .orElse(Fact.unreadable("status has no " + field)));
    }

    private Fact<Map<String, String>> readEnv() {
        if (known.kernelThread()) {
            return Fact.absent();
        }
        int limit = Environment.MAX_BYTES;
        return bytes(content("environ", limit), limit).then(bytes -> {
            if (bytes.length > 0) {
                Fact<Map<String, String>> own = Environment.parse(bytes);
                return own.known().isPresent()
                        ? own
                        : forkedWith().map(Fact::of).orElse(own);
            }
            return bytes(content("stat", MAX_STAT_BYTES), MAX_STAT_BYTES)
                    .then(stat -> Environment.isSet(stat)
                            ? Fact.of(Map.of())
                            : Fact.unreadable("there is none yet: it is just starting"));
        });
    }

    /// A process that has executed nothing since it was forked was started with the environment of the one above it,
    /// which may not have written over its own: PostgreSQL's backends do, and its postmaster does not.
    private Optional<Map<String, String>> forkedWith() {
        Optional<List<String>> places = places(known.identity().pid());
        int pid = known.identity().pid();
        for (int depth = 0; depth < MAX_FORKS && places.isPresent(); depth++) {
            pid = proc.rawStat(pid).map(StatLine::parentPid).orElse(0);
            if (pid <= 0 || !places(pid).equals(places)) {
                return Optional.empty();
            }
            int limit = Environment.MAX_BYTES;
            Optional<Map<String, String>> env = bytes(Content.read(proc.file(pid, "environ"), limit), limit)
                    .then(Environment::parse)
                    .known();
            if (env.isPresent()) {
                return env;
            }
        }
        return Optional.empty();
    }

    private Optional<List<String>> places(int pid) {
        return Content.read(proc.file(pid, "stat"), MAX_STAT_BYTES) instanceof Content.Read(var bytes, var _)
                ? Environment.places(bytes)
                : Optional.empty();
    }

    private Fact<Memory> readMemory() {
        if (known.kernelThread()) {
            return Fact.of(Memory.NONE);
        }
        try {
            return Fact.of(Memory.read(file("maps"), exeLink.get().known().orElse(""), root()));
        } catch (IOException failed) {
            return Fact.unreadable(Content.isGone(failed) ? EXITING : Content.why(failed));
        }
    }

    private String root() {
        return rootLink.get().known().orElse("/");
    }

    private <T> Fact<T> given(FactKey<T> key, Supplier<Fact<T>> reader) {
        Fact<T> fact = known.get(key);
        return fact instanceof Fact.NotRead<T> ? reader.get() : fact;
    }

    private Fact<String> link(String name) {
        if (known.kernelThread()) {
            return Fact.absent();
        }
        try {
            return Fact.of(LinkText.read(file(name)));
        } catch (NoSuchFileException _) {
            return Fact.unreadable(EXITING);
        } catch (IOException failed) {
            return Fact.unreadable(Content.why(failed));
        }
    }

    private Content content(String name, int limit) {
        return Content.read(file(name), limit);
    }

    private Path file(String name) {
        return proc.file(known.identity().pid(), name);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static Fact<byte[]> bytes(Content content, int limit) {
        return switch (content) {
            case Content.Read(var bytes, var truncated) ->
                truncated ? Fact.unreadable("longer than " + limit + " bytes") : Fact.of(bytes);
            case Content.Gone _ -> Fact.unreadable(EXITING);
            case Content.Refused(var why) -> Fact.unreadable(why);
        };
    }
}
