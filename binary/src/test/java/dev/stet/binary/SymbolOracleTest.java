package dev.stet.binary;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// A sample of the machine's own programs and libraries, compared with readelf.
class SymbolOracleTest {
    private static final int SAMPLE = 120;
    private static final int MAX_BYTES = 32 << 20;

    @Test
    void functionsAndBuildIdsAreThoseOfReadelf() throws IOException {
        Tools.need("readelf");
        long seed = Long.getLong("stet.seed", System.nanoTime());
        List<Path> sample = sample(seed);
        int compared = 0;
        for (Path path : sample) {
            byte[] bytes = Files.readAllBytes(path);
            Executable executable;
            try {
                executable = Executable.parse(ByteSource.of(bytes));
            } catch (UnsupportedFormatException notAnalysed) {
                continue;
            }
            if (executable.language() == Language.GO) {
                continue; // has functions that readelf does not know
            }
            String what = path + ", -Dstet.seed=" + seed;
            Set<String> found = executable.functions().matching(_ -> true).stream()
                    .map(f -> "%x %s".formatted(f.virtualAddress(), f.name()))
                    .collect(Collectors.toSet());
            List<String> lines = Tools.run(Path.of("/"), "readelf", "-W", "-n", "-s", path.toString());
            assertThat(found).as(what).isEqualTo(functions(lines, executable));
            assertThat(executable.buildId().map(Object::toString)).as(what).isEqualTo(buildId(lines));
            compared++;
        }
        assertThat(compared).isGreaterThan(10);
        System.out.println("compared with readelf: " + compared + " files");
    }

    private static List<Path> sample(long seed) throws IOException {
        List<Path> all = new ArrayList<>();
        for (String directory : new String[] {"/usr/bin", "/usr/lib/x86_64-linux-gnu"}) {
            try (Stream<Path> files = Files.list(Path.of(directory))) {
                files.sorted().filter(SymbolOracleTest::isElf).forEach(all::add);
            }
        }
        Collections.shuffle(all, new Random(seed));
        return all.subList(0, Math.min(SAMPLE, all.size()));
    }

    private static boolean isElf(Path path) {
        try {
            if (!Files.isRegularFile(path) || Files.isSymbolicLink(path) || Files.size(path) > MAX_BYTES) {
                return false;
            }
            try (var in = Files.newInputStream(path)) {
                byte[] magic = in.readNBytes(4);
                return magic.length == 4 && magic[0] == 0x7f && magic[1] == 'E' && magic[2] == 'L' && magic[3] == 'F';
            }
        } catch (IOException unreadable) {
            return false;
        }
    }

    private static Set<String> functions(List<String> lines, Executable executable) {
        Set<String> functions = new HashSet<>();
        for (String line : lines) {
            // Num: Value Size Type Bind Vis Ndx Name
            String[] word = line.strip().split("\\s+", 9);
            if (word.length >= 8 && word[3].equals("FUNC") && !word[6].equals("UND")) {
                long address = Long.parseUnsignedLong(word[1], 16);
                if (address != 0 && executable.fileOffsetOf(address).isPresent()) {
                    functions.add("%x %s".formatted(address, word[7].replaceFirst("(?<=.)@.*", "")));
                }
            }
        }
        return functions;
    }

    private static Optional<String> buildId(List<String> lines) {
        return lines.stream()
                .filter(line -> line.contains("Build ID: "))
                .map(line -> line.substring(line.indexOf("Build ID: ") + 10).strip())
                .findFirst();
    }
}
