package dev.stet.agent;

import dev.stet.binary.ByteSource;
import dev.stet.binary.Executable;
import dev.stet.binary.Machine;
import dev.stet.binary.UnsupportedFormatException;
import dev.stet.facts.BuildId;
import dev.stet.facts.Fact;
import dev.stet.facts.FileIdentity;
import dev.stet.facts.MappedFile;
import dev.stet.kernel.OpenFile;
import dev.stet.probe.Plan;
import dev.stet.probe.Probe;
import dev.stet.procfs.ProcReader;
import java.io.IOException;
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

    /// What this machine runs: where instructions begin is known for its own code only.
    private static final Machine HOST =
            System.getProperty("os.arch").equals("aarch64") ? Machine.AARCH64 : Machine.X86_64;

    private final ProcReader proc;
    private final Outcomes<FileIdentity, Optional<BuildId>> buildIds = new Outcomes<>(REMEMBERED);
    private final Outcomes<FileIdentity, Boolean> goness = new Outcomes<>(REMEMBERED);
    private final Outcomes<Question, Analysis> analyses = new Outcomes<>(REMEMBERED);

    private record Question(FileIdentity file, List<Probe> probes, boolean returns) {}

    /// What some probes mean in a binary.
    ///
    /// @param functions how many it has names for
    /// @param missing for each probe that stands for no function of it, functions of similar names
    record Analysis(Plan plan, int functions, Map<String, List<String>> missing) {}

    Binaries(ProcReader proc) {
        this.proc = proc;
    }

    /// Opens the executable of a process: the very file it runs, even if its path is gone.
    OpenFile openExecutable(int pid) throws IOException {
        return open(pid, "/proc/" + pid + "/exe", "");
    }

    /// Opens a file that a process has mapped: the very file, whatever its path leads to by now.
    OpenFile open(int pid, MappedFile mapped) throws IOException {
        String range = Long.toHexString(mapped.start()) + "-" + Long.toHexString(mapped.end());
        return open(pid, "/proc/" + pid + "/map_files/" + range, mapped.path());
    }

    private OpenFile open(int pid, String path, String shown) throws IOException {
        return OpenFile.open(path, mountId -> {
            Optional<String> fileSystem = proc.fileSystemOf(pid, mountId);
            if (fileSystem.isEmpty() && shown.startsWith("/memfd:")) {
                return; // the kernel's own tmpfs, which no mountinfo lists
            }
            String type = fileSystem
                    .or(() -> proc.fileSystemOf((int) ProcessHandle.current().pid(), mountId))
                    .orElseThrow(() -> new IOException("its mount is not to be seen, so it may be a remote one"));
            if (!LOCAL.contains(type)) {
                throw new IOException("on a file system of type " + type + ", which may be a remote one");
            }
        });
    }

    /// The build ID of a process's executable. Never fails: what cannot be read is an unreadable fact.
    Fact<BuildId> buildId(int pid) {
        try (OpenFile file = openExecutable(pid)) {
            return buildIds.get(
                            identity(file), () -> Executable.parse(source(file)).buildId())
                    .map(Fact::of)
                    .orElseGet(Fact::absent);
        } catch (IOException e) {
            return e.getCause() instanceof UnsupportedFormatException ? Fact.absent() : Fact.unreadable(e.getMessage());
        }
    }

    /// What the probes mean in a file.
    ///
    /// @param returns may the ends of calls be probed?
    Analysis analyse(OpenFile file, List<Probe> probes, boolean returns) throws IOException {
        return analyses.get(new Question(identity(file), probes, returns), () -> {
            Executable executable = Executable.parse(source(file));
            if (executable.machine() != HOST) {
                throw new IOException("for another machine: " + executable.machine());
            }
            Plan plan = Plan.of(executable, probes, returns);
            Map<String, List<String>> missing = new LinkedHashMap<>();
            for (Probe probe : probes) {
                if (Plan.find(executable.functions(), probe.functions()).isEmpty()) {
                    missing.put(probe.functions(), executable.functions().closest(probe.functions(), 5));
                }
            }
            return new Analysis(plan, executable.functions().size(), missing);
        });
    }

    /// Is it a Go program?
    boolean isGo(OpenFile file) throws IOException {
        return goness.get(
                identity(file), () -> Executable.parse(source(file)).goVersion().isPresent());
    }

    private static FileIdentity identity(OpenFile file) {
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
