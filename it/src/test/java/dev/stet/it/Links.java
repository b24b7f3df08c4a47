package dev.stet.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// The links that a Stet holds, as the kernel tells of them in `/proc/PID/fdinfo`.
final class Links {
    private Links() {}

    /// Those that are confined to these processes: `37206 4711 /usr/lib/libx.so`, the kernel's number first.
    static Set<String> of(StetProcess stet, TargetProcess... processes) throws IOException {
        List<String> pids = Stream.of(processes)
                .map(process -> Long.toString(process.pid()))
                .toList();
        Set<String> links = new TreeSet<>();
        try (Stream<Path> files = Files.list(Path.of("/proc/" + stet.pid() + "/fdinfo"))) {
            for (Path file : files.toList()) {
                List<String> lines = lines(file);
                Optional<String> pid = field(lines, "pid:");
                if (lines.contains("link_type:\tuprobe_multi")
                        && pid.filter(pids::contains).isPresent()) {
                    links.add(field(lines, "link_id:").orElseThrow() + " " + pid.get() + " "
                            + field(lines, "path:").orElse("?"));
                }
            }
        }
        return links;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            return List.of(); // closed meanwhile
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<String> field(List<String> lines, String name) {
        return lines.stream()
                .filter(line -> line.startsWith(name))
                .findFirst()
                .map(line -> line.substring(name.length()).strip());
    }
}
