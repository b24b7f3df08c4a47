package dev.stet.procfs;

import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.facts.MappedFile;
import dev.stet.facts.ProcessFacts;
import dev.stet.facts.ProcessIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Reads facts about processes from `/proc`. It follows no path of a process's making: it opens files of
/// `/proc` itself and reads the text of links, so that nothing a target mounted can hold it up.
///
/// Text is decoded as UTF-8, with U+FFFD for what is not. A process that goes away while it is read is an
/// empty answer and never an exception. Safe for use by several threads; it keeps nothing.
public final class ProcReader {
    /// Longest command line read, in bytes: the kernel's limit on one argument. One that is longer is
    /// unreadable rather than cut, for a cut one would say of an argument that it is not there.
    public static final int MAX_CMDLINE_BYTES = 128 * 1024;
    /// Most lines of maps read. The kernel's own default limit (vm.max_map_count) is 65,530.
    public static final int MAX_MAPS_LINES = 200_000;
    /// Most lines of mountinfo read. The kernel's default limit (fs.mount-max) is 100,000.
    public static final int MAX_MOUNT_LINES = 100_000;

    /// stat and comm have a few hundred bytes; a name is at most 64, escaped.
    private static final int MAX_STAT_BYTES = 4096;
    /// The longest part of status is the list of supplementary groups: up to 65,536 of up to 11 bytes.
    private static final int MAX_STATUS_BYTES = 1 << 20;
    /// A path of PATH_MAX (4096) bytes, each escaped in four, and the columns before it.
    private static final int MAX_LINE_BYTES = 4 * 4096 + 256;

    private final Path root;

    /// @param root `/proc`, or a tree that looks like it
    public ProcReader(Path root) {
        this.root = root;
    }

    /// The processes there are at about this moment, in no order. Threads are not among them.
    ///
    /// @throws IOException if the root cannot be listed
    public List<Integer> pids() throws IOException {
        return numbers(root);
    }

    /// The threads of a process at about this moment, in no order, the main thread among them; empty if it
    /// is gone.
    public List<Integer> threads(int pid) {
        try {
            return numbers(file(pid, "task"));
        } catch (IOException _) {
            return List.of();
        }
    }

    /// Which process has this pid; empty if none, or if it has exited and was not reaped. `/proc` answers
    /// for a thread's tid too, and then so does this.
    public Optional<ProcessIdentity> identity(int pid) {
        return stat(pid).map(StatLine::identity);
    }

    /// What is read of every process: executable, name, arguments and user; [#files] reads the rest. Empty if the
    /// process is gone, exits while it is read, has exited and was not reaped, or if `pid` is a thread's tid.
    public Optional<ProcessFacts> facts(int pid) {
        Optional<StatLine> before = stat(pid);
        if (before.isEmpty()) {
            return Optional.empty();
        }
        StatLine stat = before.get();
        ProcessFacts nothing = ProcessFacts.of(stat.identity(), stat.parentPid(), stat.isKernelThread());
        ProcessFiles files = files(nothing);
        if (files.statusNumber("Tgid") instanceof Fact.Known<Integer>(var process) && process != pid) {
            return Optional.empty();
        }
        ProcessFacts facts = nothing.with(FactKey.EXE, files.exe())
                .with(FactKey.COMM, files.comm())
                .with(FactKey.ARGS, files.args())
                .with(FactKey.UID, files.uid());
        // Whatever was read is of one process only if the same one is there still.
        boolean same = stat(pid).map(StatLine::identity).equals(Optional.of(stat.identity()));
        return same ? Optional.of(facts) : Optional.empty();
    }

    /// What else there is to know of a process.
    ///
    /// @param known facts that need not be read again
    public ProcessFiles files(ProcessFacts known) {
        return new ProcessFiles(this, known);
    }

    /// The files that are mapped executable, in the order of their addresses: empty if the process is gone,
    /// has none, or is a kernel thread. A file with several such mappings is there several times. Lines that
    /// make no sense are left out.
    ///
    /// @throws IOException if they cannot be read, or there are more than [#MAX_MAPS_LINES]: some of them
    ///     would pass for all
    public List<MappedFile> executableMappings(int pid) throws IOException {
        return code(pid).stream().flatMap(area -> area.file().stream()).toList();
    }

    /// All memory that is mapped executable, of files and not, in the order of the addresses: empty if the
    /// process is gone, or is a kernel thread. Lines that make no sense are left out.
    ///
    /// @throws IOException as [#executableMappings]
    public List<CodeArea> code(int pid) throws IOException {
        try {
            return Memory.read(file(pid, "maps"), "", rootOf(pid)).code();
        } catch (IOException failed) {
            if (Content.isGone(failed)) {
                return List.of();
            }
            throw failed;
        }
    }

    /// The type, such as `ext4` or `fuse.sshfs`, of a file system that a process sees mounted.
    ///
    /// @param mountId as statx(2) and `/proc/PID/fdinfo` give it
    /// @return empty if there is no such mount, or it cannot be read
    public Optional<String> fileSystemOf(int pid, long mountId) {
        try (InputStream in = Files.newInputStream(file(pid, "mountinfo"))) {
            Lines lines = new Lines(in, MAX_LINE_BYTES);
            for (int seen = 0; seen < MAX_MOUNT_LINES && lines.next(); seen++) {
                OptionalLong id = MountLine.id(lines.bytes(), lines.length());
                if (lines.isWhole() && id.isPresent() && id.getAsLong() == mountId) {
                    return Optional.of(MountLine.type(lines.bytes(), lines.length()))
                            .filter(type -> !type.isEmpty());
                }
            }
        } catch (IOException _) {
            // gone, or not ours to read: either way nothing is known
        }
        return Optional.empty();
    }

    /// What a process sees mounted, in the kernel's order; of very many the first.
    ///
    /// @param pid of it, or `self`
    /// @return empty if it is gone, or not ours to read
    public List<MountPoint> mountPoints(String pid) {
        List<MountPoint> points = new ArrayList<>();
        try (InputStream in = Files.newInputStream(root.resolve(pid + "/mountinfo"))) {
            Lines lines = new Lines(in, MAX_LINE_BYTES);
            for (int seen = 0; seen < MAX_MOUNT_LINES && lines.next(); seen++) {
                if (lines.isWhole()) {
                    String type = MountLine.type(lines.bytes(), lines.length());
                    Mount.parse(lines.bytes(), lines.length())
                            .ifPresent(mount -> points.add(new MountPoint(mount.device(), mount.point(), type)));
                }
            }
        } catch (IOException _) {
            return List.of();
        }
        return points;
    }

    /// Which mounts a process sees, as the kernel names them: the same name, the same mounts.
    ///
    /// @return empty if it is gone, or not ours to read
    public Optional<String> mountNamespace(int pid) {
        try {
            return Optional.of(LinkText.read(file(pid, "ns/mnt")));
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /// The process that traces this one with ptrace(2): 0 if nobody does, or the tracer is not visible from
    /// Stet's pid namespace; empty if it cannot be read or the process is gone.
    public Optional<Integer> tracerPid(int pid) {
        return Content.read(file(pid, "status"), MAX_STATUS_BYTES) instanceof Content.Read(var bytes, var _)
                ? StatusText.of(bytes).number("TracerPid")
                : Optional.empty();
    }

    /// How long ago the machine was started, its sleep included, to a hundredth of a second. Zero if that cannot be
    /// read.
    public Duration uptime() {
        return Content.read(root.resolve("uptime"), MAX_STAT_BYTES) instanceof Content.Read read
                ? Uptime.parse(read.text())
                : Duration.ZERO;
    }

    /// Which mounts Stet itself sees, as the kernel names them.
    Fact<String> ownMounts() {
        try {
            return Fact.of(LinkText.read(root.resolve("self/ns/mnt")));
        } catch (IOException failed) {
            return Fact.unreadable("Stet's own mounts: " + Content.why(failed));
        }
    }

    /// Where Stet sees a file of a process in another mount namespace.
    ///
    /// @param path as the process sees it
    /// @return absent if Stet does not see it
    Fact<String> hostPath(int pid, String path) {
        return mounts(root.resolve(pid + "/mountinfo"))
                .then(theirs -> mounts(root.resolve("self/mountinfo"))
                        .then(ours -> Mount.of(path, theirs)
                                .map(mount -> mount.translate(path, ours)
                                        .map(Fact::of)
                                        .orElseGet(Fact::absent))
                                .orElse(Fact.unreadable("its mount is not to be seen"))));
    }

    private static Fact<List<Mount>> mounts(Path mountinfo) {
        List<Mount> mounts = new ArrayList<>();
        try (InputStream in = Files.newInputStream(mountinfo)) {
            Lines lines = new Lines(in, MAX_LINE_BYTES);
            for (int seen = 0; lines.next(); seen++) {
                if (seen == MAX_MOUNT_LINES) {
                    return Fact.unreadable("more than " + MAX_MOUNT_LINES + " mounts");
                }
                if (lines.isWhole()) {
                    Mount.parse(lines.bytes(), lines.length()).ifPresent(mounts::add);
                }
            }
            return Fact.of(List.copyOf(mounts));
        } catch (IOException failed) {
            return Fact.unreadable(
                    "its mounts: " + (Content.isGone(failed) ? "the process is exiting" : Content.why(failed)));
        }
    }

    private String rootOf(int pid) {
        try {
            return LinkText.read(file(pid, "root"));
        } catch (IOException _) {
            return "/";
        }
    }

    Path file(int pid, String name) {
        return root.resolve(pid + "/" + name);
    }

    private Optional<StatLine> stat(int pid) {
        return rawStat(pid).filter(stat -> !stat.isDead());
    }

    /// Also of a process that has exited, whose children it still is the parent of.
    Optional<StatLine> rawStat(int pid) {
        return Content.read(file(pid, "stat"), MAX_STAT_BYTES) instanceof Content.Read(var bytes, var _)
                ? StatLine.parse(pid, bytes)
                : Optional.empty();
    }

    private static List<Integer> numbers(Path directory) throws IOException {
        List<Integer> numbers = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (!name.isEmpty() && name.length() <= 9 && name.chars().allMatch(c -> c >= '0' && c <= '9')) {
                    numbers.add(Integer.valueOf(name));
                }
            }
        } catch (DirectoryIteratorException failed) {
            throw failed.getCause();
        }
        return List.copyOf(numbers);
    }
}
