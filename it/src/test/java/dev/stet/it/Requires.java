package dev.stet.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// What a test needs of the machine. A test that lacks something is skipped, and says what; with `CI=true`,
/// where everything has to be there, it fails instead.
final class Requires {
    private static final int CAP_SYS_ADMIN = 21;
    private static final int CAP_PERFMON = 38;
    private static final int CAP_BPF = 39;

    /// The kernel function behind `BPF_TRACE_UPROBE_MULTI` links, from Linux 6.6.
    private static final String UPROBE_MULTI_ATTACH = "bpf_uprobe_multi_link_attach";

    private static Optional<Boolean> kernelHasUprobeMulti = Optional.empty();

    private Requires() {}

    static void root() {
        require(effectiveUid() == 0, "root (uid 0)");
    }

    /// The right to load programs and to attach them to other processes.
    static void bpf() {
        boolean may = hasCapability(CAP_SYS_ADMIN) || (hasCapability(CAP_BPF) && hasCapability(CAP_PERFMON));
        require(may, "CAP_SYS_ADMIN, or CAP_BPF and CAP_PERFMON");
    }

    /// [#bpf()], and a kernel with `uprobe_multi` links.
    static void uprobeMulti() {
        bpf();
        require(
                kernelHasUprobeMulti(),
                "a kernel with uprobe_multi links (Linux 6.6; CONFIG_UPROBES, CONFIG_BPF_EVENTS)");
    }

    /// @return the executable of that name in `PATH`, or where rustup puts it
    static Path tool(String name) {
        List<String> directories =
                new ArrayList<>(Arrays.asList(environment("PATH").split(":", -1)));
        directories.add(environment("HOME") + "/.cargo/bin");
        Optional<Path> found = directories.stream()
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
        require(found.isPresent(), "the program `" + name + "` (.ci/run installs what the tests need)");
        return found.orElseThrow();
    }

    /// Anything else.
    ///
    /// @param what completes "needs ..."
    static void require(boolean present, String what) {
        if (present) {
            return;
        }
        if (environment("CI").equals("true")) {
            throw new AssertionError("needs " + what + ", which must be there as CI=true");
        }
        Assumptions.abort("needs " + what);
    }

    private static String environment(String name) {
        return Optional.ofNullable(System.getenv(name)).orElse("");
    }

    /// Who owns our directory in /proc: proc(5).
    private static int effectiveUid() {
        try {
            return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean hasCapability(int capability) {
        return ((Long.parseUnsignedLong(ownStatus("CapEff:"), 16) >>> capability) & 1) != 0;
    }

    private static String ownStatus(String key) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith(key))
                    .map(line -> line.substring(key.length()).strip())
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static synchronized boolean kernelHasUprobeMulti() {
        if (kernelHasUprobeMulti.isEmpty()) {
            try (Stream<String> symbols = Files.lines(Path.of("/proc/kallsyms"))) {
                kernelHasUprobeMulti = Optional.of(symbols.anyMatch(line -> line.contains(UPROBE_MULTI_ATTACH)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return kernelHasUprobeMulti.get();
    }
}
