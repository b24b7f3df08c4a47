package dev.stet.agent;

import dev.stet.binary.ByteSource;
import dev.stet.binary.Executable;
import dev.stet.binary.Machine;
import dev.stet.facts.FileIdentity;
import dev.stet.facts.MappedFile;
import dev.stet.kernel.OpenFile;
import dev.stet.probe.Plan;
import dev.stet.probe.Probe;
import dev.stet.procfs.ProcReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Opens files of processes and remembers what was found in them, by what they are and not by where they are.
final class Binaries {
    /// Distinct binaries of one machine, with room for what builds and containers bring.
    private static final int REMEMBERED = 4096;

    /// File systems that answer from this machine's own disks and memory. The kernel reads a probed file
    /// while it holds a lock that stops every fork on the machine, so a file system that may hang must not
    /// be probed (hazards A5). A guard: no rule lifts it.
    private static final Set<String> LOCAL = Set.of(
            "ext2",
            "ext3",
            "ext4",
            "xfs",
            "btrfs",
            "f2fs",
            "zfs",
            "bcachefs",
            "overlay",
            "tmpfs",
            "ramfs",
            "rootfs",
            "squashfs",
            "erofs",
            "iso9660",
            "vfat",
            "exfat",
            "jfs",
            "nilfs2",
            "aufs",
            "hugetlbfs",
            "devtmpfs");

    /// Does a file system of this type answer from this machine's own disks and memory?
    static boolean isLocal(String type) {
        return LOCAL.contains(type);
    }

    /// Device 0:1, the kernel's own tmpfs, which holds what memfd_create(2) makes and which no mountinfo lists: it is
    /// the first that is mounted, before there is any user space (mm/shmem.c: `shmem_init`), and never goes.
    private static final long KERNEL_TMPFS = 1;

    /// What this machine runs: where instructions begin is known for its own code only.
    static final Machine HOST = System.getProperty("os.arch").equals("aarch64") ? Machine.AARCH64 : Machine.X86_64;

    /// What is done with a file whose bytes are looked into.
    static final String READING = "reading";
    /// What is done with a file that gets breakpoints.
    static final String ATTACHING = "attaching to";

    private final ProcReader proc;
    private final Journal journal;
    private final Outcomes<Trait, Boolean> traits = new Outcomes<>(REMEMBERED);
    private final Outcomes<Question, Analysis> analyses = new Outcomes<>(REMEMBERED);

    private record Question(FileIdentity file, List<Probe> probes, Plan.Permission permission) {}

    private record Trait(FileIdentity file, String about) {}

    /// What some probes mean in a binary.
    ///
    /// @param functions how many it has names for
    /// @param missing for each probe that stands for no function of it, functions of similar names
    record Analysis(Plan plan, int functions, Map<String, List<String>> missing) {}

    /// Without a journal: for one look, which may end as it will.
    Binaries(ProcReader proc) {
        this(proc, new Journal(Optional.empty(), Clock.systemUTC(), _ -> {}));
    }

    /// @param journal is told of each file before it is looked into
    Binaries(ProcReader proc, Journal journal) {
        this.proc = proc;
        this.journal = journal;
    }

    /// Does something with a file that might end Stet.
    ///
    /// @throws IOException as the body, or if it has ended Stet before
    <T> T step(OpenFile file, String step, Journal.Body<T> body) throws IOException {
        return journal.step(file, step, body);
    }

    /// Opens the executable of a process: the very file it runs, even if its path is gone.
    OpenFile openExecutable(int pid) throws IOException {
        return open(pid, "/proc/" + pid + "/exe");
    }

    /// Opens a file that a process has mapped: the very file, whatever its path leads to by now.
    OpenFile open(int pid, MappedFile mapped) throws IOException {
        String range = Long.toHexString(mapped.start()) + "-" + Long.toHexString(mapped.end());
        return open(pid, "/proc/" + pid + "/map_files/" + range);
    }

    private OpenFile open(int pid, String path) throws IOException {
        return OpenFile.open(path, new OpenFile.MountCheck() {
            @Override
            public void check(long mountId) throws IOException {
                Binaries.this.check(pid, mountId);
            }

            @Override
            public void check(long mountId, long device) throws IOException {
                if (device != KERNEL_TMPFS) {
                    check(mountId);
                }
            }
        });
    }

    private void check(int pid, long mountId) throws IOException {
        String type = proc.fileSystemOf(pid, mountId)
                .or(() -> proc.fileSystemOf((int) ProcessHandle.current().pid(), mountId))
                .orElseThrow(() -> new IOException("its mount is not to be seen, so it may be a remote one"));
        if (!LOCAL.contains(type)) {
            throw new IOException("on a file system of type " + type + ", which may be a remote one");
        }
    }

    /// What the probes mean in a file.
    ///
    /// @param pid a process that has it mapped, in whose file system its debug information may be
    /// @param mapped where
    Analysis analyse(OpenFile file, int pid, MappedFile mapped, List<Probe> probes, Plan.Permission permission)
            throws IOException {
        return analyses.get(
                new Question(identity(file), probes, permission),
                () -> step(file, READING, () -> {
                    try (DebugDirectories debug = debugFiles(pid, mapped)) {
                        return analyse(Executable.parse(source(file), debug), probes, permission);
                    }
                }));
    }

    private static Analysis analyse(Executable executable, List<Probe> probes, Plan.Permission permission)
            throws IOException {
        if (executable.machine() != HOST) {
            throw new IOException("for another machine: " + executable.machine());
        }
        Plan plan = Plan.of(executable, probes, permission);
        Map<String, List<String>> missing = new LinkedHashMap<>();
        for (Probe probe : probes) {
            if (!Plan.fits(executable, probe)) {
                missing.put(probe.site().text(), close(executable, probe.site()));
            }
        }
        return new Analysis(plan, executable.functions().size(), missing);
    }

    private static List<String> close(Executable executable, Probe.Site site) throws IOException {
        return switch (site) {
            case Probe.Site.Functions(var pattern) -> executable.functions().closest(pattern, 5);
            case Probe.Site.Usdt _ ->
                executable.usdt().stream()
                        .map(each -> "usdt:" + each.provider() + ":" + each.name())
                        .distinct()
                        .limit(5)
                        .toList();
        };
    }

    private DebugDirectories debugFiles(int pid, MappedFile mapped) {
        Path path = Path.of(mapped.path().startsWith("/") ? mapped.path() : "/" + mapped.path());
        return new DebugDirectories(Path.of("/proc/" + pid + "/root"), path, mountId -> check(pid, mountId));
    }

    /// What packs ask about a file.
    ///
    /// @param isMain is it the process's executable?
    PackFit.Candidate candidate(OpenFile file, MappedFile mapped, boolean isMain) {
        return new PackFit.Candidate() {
            @Override
            public String name() {
                return mapped.name();
            }

            @Override
            public boolean isMain() {
                return isMain;
            }

            @Override
            public boolean isGo() throws IOException {
                return ask("go", executable -> executable.goVersion().isPresent());
            }

            @Override
            public boolean defines(String function) throws IOException {
                return ask(
                        "function " + function,
                        executable -> !executable.functions().named(function).isEmpty());
            }

            @Override
            public boolean hasGoModule(String path) throws IOException {
                return ask("module " + path, executable -> hasModule(executable, path));
            }

            private boolean ask(String about, Asking asking) throws IOException {
                return traits.get(
                        new Trait(identity(file), about),
                        () -> step(file, READING, () -> asking.of(Executable.parse(source(file)))));
            }
        };
    }

    private interface Asking {
        boolean of(Executable executable) throws IOException;
    }

    /// What was built without modules (GOPATH, as Debian's packages are) names none: then its functions tell.
    private static boolean hasModule(Executable executable, String path) throws IOException {
        boolean named = executable.goBuild().stream()
                .anyMatch(build ->
                        build.main().filter(main -> main.path().equals(path)).isPresent()
                                || build.dependencies().stream()
                                        .anyMatch(each -> each.path().equals(path)));
        return named
                || !executable
                        .functions()
                        .matching(name -> name.startsWith(path + ".") || name.startsWith(path + "/"))
                        .isEmpty();
    }

    static FileIdentity identity(OpenFile file) {
        OpenFile.Status status = file.status();
        return new FileIdentity(
                status.device(), status.inode(), status.size(), status.modifiedNanos(), status.changedNanos());
    }

    static ByteSource source(OpenFile file) {
        return new ByteSource() {
            @Override
            public long size() {
                return file.status().size();
            }

            @Override
            public int read(long at, byte[] into, int offset, int length) throws IOException {
                return file.read(at, into, offset, length);
            }
        };
    }
}
