package dev.stet.agent;

import dev.stet.kernel.LinkInfo;
import dev.stet.policy.ExemptionYaml;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/// All probes off, at once and until somebody says otherwise. That is an exemption of every process, in
/// a file among the guardian's: so it outlives restarts, is in force whatever else is wrong with the
/// policy, and is shown like any other. A Stet that does not let go in time is killed: the kernel
/// detaches then.
public final class Panic {
    /// The name of the exemption.
    public static final String RULE = "panic";
    /// So long after the file is written, whoever still holds a probe is killed.
    public static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(10);
    /// How programs of Stet's are called in the kernel.
    private static final String PROGRAMS = "stet_";

    private final StateDirectory state;

    /// A Stet that runs and holds probes.
    ///
    /// @param agent it is a `run`, which lets go by itself when it is told
    private record Holder(ProcessHandle process, boolean agent) {}

    /// What came of it.
    ///
    /// @param links of uprobes that were there before
    /// @param left that are still there
    /// @param killed Stets that had to be killed, by pid
    /// @param took until the last was gone
    public record Done(int links, int left, List<Long> killed, Duration took) {
        public Done {
            killed = List.copyOf(killed);
        }
    }

    public Panic(StateDirectory state) {
        this.state = state;
    }

    /// Where it is written down.
    public Path file() {
        return state.quarantines().resolve(RULE + ".yaml");
    }

    public boolean isOn() {
        return Files.exists(file());
    }

    /// Takes every probe off, and waits until they are.
    ///
    /// @throws IOException if it cannot be written down; then nothing was done
    public Done begin(String reason, String owner) throws IOException {
        long since = System.nanoTime();
        int links = links();
        ExemptionYaml yaml = new ExemptionYaml();
        yaml.comment("every process; stet resume ends it");
        yaml.clause("comm", "**");
        String text = yaml.text(new ExemptionYaml.Header(RULE, reason, owner, Optional.empty(), Optional.empty()));
        Files.createDirectories(state.quarantines());
        StateDirectory.replace(file(), text.getBytes(StandardCharsets.UTF_8));
        // Those that a person has started by hand follow no state directory, and end as by Ctrl-C.
        holders().stream().filter(holder -> !holder.agent).forEach(holder -> holder.process.destroy());
        List<Long> killed = new ArrayList<>();
        int left = links();
        while (left > 0 && System.nanoTime() - since < LIMIT.toNanos()) {
            if (System.nanoTime() - since > PATIENCE.toNanos() && killed.isEmpty()) {
                for (Holder holder : holders()) {
                    if (holder.process.destroyForcibly()) {
                        killed.add(holder.process.pid());
                    }
                }
            }
            LockSupport.parkNanos(PAUSE.toNanos());
            left = links();
        }
        return new Done(links, left, killed, Duration.ofNanos(System.nanoTime() - since));
    }

    /// Lets processes be probed again.
    ///
    /// @return false if it was not on
    public boolean end() throws IOException {
        return Files.deleteIfExists(file());
    }

    private static int links() throws IOException {
        return (int) LinkInfo.all().stream()
                .filter(link -> link.program().startsWith(PROGRAMS))
                .count();
    }

    private static List<Holder> holders() throws IOException {
        List<Holder> holders = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
            for (Path process : processes) {
                long pid = Long.parseLong(process.getFileName().toString());
                List<String> command = command(process);
                boolean isStet = command.stream().anyMatch(word -> word.contains("dev.stet.cli"));
                if (isStet && pid != ProcessHandle.current().pid() && holdsLinks(process)) {
                    ProcessHandle.of(pid).ifPresent(handle -> holders.add(new Holder(handle, command.contains("run"))));
                }
            }
        }
        return holders;
    }

    private static List<String> command(Path process) {
        try {
            byte[] bytes = Files.readAllBytes(process.resolve("cmdline"));
            return List.of(new String(bytes, StandardCharsets.ISO_8859_1).split("\0", -1));
        } catch (IOException e) {
            return List.of(); // it has ended
        }
    }

    private static boolean holdsLinks(Path process) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                if (Files.readSymbolicLink(descriptor).toString().contains("bpf_link")) {
                    return true;
                }
            }
        } catch (IOException e) {
            return false; // it has ended
        }
        return false;
    }
}
