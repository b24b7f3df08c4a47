package dev.stet.binary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.facts.Function;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
            Set<String> found = new HashSet<>();
            executable.functions().forEach(s -> {
                if (s.kind() != FunctionKind.LABEL) {
                    Function f = s.function();
                    String size = s.isSizeKnown() ? "" + f.size() : "?";
                    found.add("%x %s %s %s".formatted(f.virtualAddress(), s.kind(), s.versionedName(), size));
                }
            });
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
        Map<String, String> functions = new HashMap<>();
        Set<String> versioned = new HashSet<>();
        Map<Long, Long> sizes = new HashMap<>();
        for (String line : lines) {
            // Num: Value Size Type Bind Vis Ndx Name
            String[] word = line.strip().split("\\s+", 9);
            if (word.length < 8
                    || !(word[3].equals("FUNC") || word[3].equals("IFUNC"))
                    || word[6].matches("UND|ABS|COM")) {
                continue;
            }
            long address = Long.parseUnsignedLong(word[1], 16);
            if (address != 0 && executable.fileOffsetOf(address).isPresent()) {
                String kind = word[3].equals("FUNC") ? "FUNCTION" : "RESOLVER";
                String base = "%x %s ".formatted(address, kind);
                long size = Long.decode(word[2]);
                sizes.merge(address, size, (a, b) -> a == 0 ? b : a);
                functions.put(base + word[7], base + word[7] + " " + size);
                int at = word[7].indexOf('@', 1);
                if (at > 0) {
                    versioned.add(base + word[7].substring(0, at));
                }
            }
        }
        // A name without a version says nothing new where there is the same with one.
        functions.keySet().removeAll(versioned);
        return functions.values().stream()
                .map(f -> f.endsWith(" 0") ? f.substring(0, f.length() - 1) + size(f, sizes) : f)
                .collect(Collectors.toSet());
    }

    /// The size of another name of the place, if this one has none.
    private static String size(String function, Map<Long, Long> sizes) {
        long known = sizes.get(Long.parseUnsignedLong(function.substring(0, function.indexOf(' ')), 16));
        return known == 0 ? "?" : "" + known;
    }

    private static Optional<String> buildId(List<String> lines) {
        return lines.stream()
                .filter(line -> line.contains("Build ID: "))
                .map(line -> line.substring(line.indexOf("Build ID: ") + 10).strip())
                .findFirst();
    }
}
