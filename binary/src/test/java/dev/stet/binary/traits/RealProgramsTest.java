package dev.stet.binary.traits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.binary.ByteSource;
import dev.stet.binary.Executable;
import dev.stet.binary.Hazard;
import dev.stet.binary.Tools;
import dev.stet.binary.UnsupportedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Programs as distributions ship them.
class RealProgramsTest {
    private static ByteSource source(FileChannel channel) {
        return new ByteSource() {
            @Override
            public long size() throws IOException {
                return channel.size();
            }

            @Override
            public int read(long at, byte[] into, int offset, int length) throws IOException {
                return Math.max(0, channel.read(ByteBuffer.wrap(into, offset, length), at));
            }
        };
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /usr/bin/node      | CXX | Node.js V8 libstdc++ | RUNTIME_CODE LARGE_PAGES EXCEPTION_TABLES STACK_WALKER FIBERS
            /usr/bin/python3   | C   | CPython glibc        |
            /usr/bin/bash      | C   | glibc                |
            /usr/bin/java      | C   | JVM                  | RUNTIME_CODE
            /usr/bin/gdb       | CXX | libstdc++ CPython    | EXCEPTION_TABLES STACK_WALKER TRACER
            /usr/sbin/dockerd  | GO  | Go 1.19.8            | GO_STACKS
            /usr/bin/hugo      | GO  | Go 1.19.6            | GO_STACKS
            /usr/bin/caddy     | GO  | Go 1.19.8            | GO_STACKS
            /usr/bin/prometheus | GO | Go 1.19.8            | GO_STACKS
            /usr/lib/x86_64-linux-gnu/libcrypto.so.3 | C   | glibc     | FIBERS
            /usr/lib/x86_64-linux-gnu/libc.so.6      | C   | glibc     | EXCEPTION_TABLES
            """)
    void known(String path, String language, String runtimes, String hazards) throws IOException {
        try (FileChannel channel = FileChannel.open(Tools.needFile(path))) {
            Executable executable = Executable.parse(source(channel));
            assertThat(executable.language().name()).isEqualTo(language);
            assertThat(String.join(" ", executable.origin().runtimes())).contains(runtimes.split(" (?=\\D)", -1));
            assertThat(executable.hazards().stream().map(h -> h.kind().name()))
                    .containsExactlyInAnyOrderElementsOf(hazards == null ? List.of() : List.of(hazards.split(" ", -1)));
        }
    }

    @Test
    void jvm() throws IOException {
        Path path = Path.of(System.getProperty("java.home"), "lib/server/libjvm.so");
        try (FileChannel channel = FileChannel.open(Tools.needFile(path.toString()))) {
            Executable executable = Executable.parse(source(channel));
            assertThat(executable.origin().runtimes()).contains("JVM");
            assertThat(executable.hazards()).anyMatch(h -> h.kind() == Hazard.Kind.RUNTIME_CODE);
        }
    }

    /// Prints how often each hazard is found in `/usr/bin`; most programs there are as harmless as coreutils.
    @Test
    void mostProgramsHaveNone() throws IOException {
        Map<String, Integer> kinds = new TreeMap<>();
        int all = 0;
        int harmless = 0;
        List<Path> programs;
        try (Stream<Path> files = Files.list(Path.of("/usr/bin"))) {
            programs = files.filter(Files::isRegularFile)
                    .filter(Files::isReadable)
                    .sorted()
                    .toList();
        }
        for (Path path : programs) {
            try (FileChannel channel = FileChannel.open(path)) {
                List<Hazard> hazards = Executable.parse(source(channel)).hazards();
                all++;
                harmless += hazards.isEmpty() ? 1 : 0;
                hazards.forEach(h -> kinds.merge(h.kind().name(), 1, Integer::sum));
            } catch (UnsupportedFormatException script) {
                // not a program
            }
        }
        System.out.printf("%d programs, %d harmless, %s%n", all, harmless, kinds);
        assertThat(harmless).isGreaterThan(all / 2);
        assertThat(kinds.keySet().stream().collect(Collectors.joining())).doesNotContain("PACKED", "SELF_CHECKSUM");
    }
}
