package dev.stet.binary.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stet.binary.BinaryException;
import dev.stet.binary.ByteSource;
import dev.stet.binary.DebugFiles;
import dev.stet.binary.MalformedBinaryException;
import dev.stet.binary.Tools;
import dev.stet.facts.BuildId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompanionsTest {
    @TempDir
    Path directory;

    @BeforeEach
    void compile() throws IOException {
        Files.writeString(directory.resolve("a.c"), """
                #include <stdio.h>
                static __attribute__((noinline)) int hidden(int x) { return x * 3; }
                int main(int n, char **v) { return puts(v[0]) + hidden(n); }
                """);
        run("gcc", "-g", "-O1", "-Wl,--build-id", "-o", "a", "a.c");
        run("objcopy", "--only-keep-debug", "a", "a.debug");
    }

    private void run(String... command) {
        var ignored = Tools.run(directory, command);
    }

    private byte[] bytes(String name) throws IOException {
        return Files.readAllBytes(directory.resolve(name));
    }

    private Elf elf(String name) throws IOException {
        return Elf.parse(ByteSource.of(bytes(name)));
    }

    /// Finds what is in a directory, by ID what is called `by-id`.
    private DebugFiles files() {
        return new DebugFiles() {
            @Override
            public Optional<Found> byBuildId(BuildId buildId) throws IOException {
                return byName("by-id");
            }

            @Override
            public Optional<Found> byName(String name) throws IOException {
                Path path = directory.resolve(name);
                return Files.exists(path)
                        ? Optional.of(new Found(name, ByteSource.of(Files.readAllBytes(path))))
                        : Optional.empty();
            }
        };
    }

    private static List<String> functions(Elf elf) throws BinaryException {
        List<String> names = new ArrayList<>();
        ElfSymbols.visit(elf, (symbol, from, at, length) -> {
            if (symbol.isFunction()) {
                names.add(new String(from.slice(at, length, "name").copy(1000, "name"), StandardCharsets.UTF_8));
            }
        });
        return names;
    }

    @Test
    void theDebugFileIsFoundByBuildId() throws IOException {
        run("strip", "-o", "stripped", "a");
        Files.copy(directory.resolve("a.debug"), directory.resolve("by-id"));
        assertThat(functions(elf("stripped"))).doesNotContain("hidden");
        Companions companions = new Companions(elf("stripped"), files());
        assertThat(companions.debugFile()).isInstanceOfSatisfying(DebugFile.Found.class, found -> {
            assertThat(found.path()).isEqualTo("by-id");
            assertThat(found.elf().segments().all()).isEmpty();
        });
        Elf debug = ((DebugFile.Found) companions.debugFile()).elf();
        assertThat(functions(debug)).contains("hidden", "main");
        assertThat(debug.debugSection("info")).isPresent();
        assertThat(companions.debugFile()).isSameAs(companions.debugFile());
    }

    @Test
    void aDebugFileOfAnotherBuildIsRefused() throws IOException {
        run("gcc", "-g", "-O2", "-Wl,--build-id", "-o", "by-id", "a.c");
        assertThat(new Companions(elf("a"), files()).debugFile())
                .isInstanceOfSatisfying(
                        DebugFile.Missing.class,
                        missing -> assertThat(missing.why()).contains("by-id has another build ID"));
    }

    @Test
    void theDebugLinkIsFollowedIfItsChecksumHolds() throws IOException {
        run(
                "objcopy",
                "--strip-all",
                "--remove-section=.note.gnu.build-id",
                "--add-gnu-debuglink=a.debug",
                "a",
                "linked");
        assertThat(new Companions(elf("linked"), files()).debugFile()).isInstanceOf(DebugFile.Found.class);
        byte[] changed = bytes("a.debug");
        changed[changed.length - 1] ^= 1;
        Files.write(directory.resolve("a.debug"), changed);
        assertThat(new Companions(elf("linked"), files()).debugFile())
                .isEqualTo(new DebugFile.Missing("a.debug has not the checksum that .gnu_debuglink says"));
        Files.delete(directory.resolve("a.debug"));
        assertThat(new Companions(elf("linked"), files()).debugFile())
                .isEqualTo(new DebugFile.Missing("no debug file for .gnu_debuglink a.debug"));
        Files.writeString(directory.resolve("a.debug"), "no ELF file");
        assertThat(new Companions(elf("linked"), files()).debugFile()).isInstanceOf(DebugFile.Missing.class);
    }

    @Test
    void linksThatAreTooShortAreRefused() throws IOException {
        run("strip", "-o", "stripped", "a");
        String[] links = {"", "\0", "abc", "a\0", "abc\0", "abc\0\1\2\3", "\0\0\0\0\1\2\3\4"};
        for (String link : links) {
            Files.write(directory.resolve("link"), link.getBytes(StandardCharsets.ISO_8859_1));
            for (String section : new String[] {".gnu_debuglink", ".gnu_debugaltlink"}) {
                run("objcopy", "--add-section", section + "=link", "stripped", "linked");
                Companions companions = new Companions(elf("linked"), files());
                if (section.equals(".gnu_debuglink")) {
                    assertThatThrownBy(companions::debugFile).as(link).isInstanceOf(MalformedBinaryException.class);
                } else if (!link.equals("abc\0\1\2\3")) {
                    assertThatThrownBy(companions::alternate).as(link).isInstanceOf(MalformedBinaryException.class);
                }
            }
        }
    }

    /// What dwz took out of two files is found by the build ID that it wrote into them.
    @Test
    void theFileThatDwzMadeIsFound() throws IOException {
        run("gcc", "-g", "-O1", "-o", "b", "a.c");
        run("gcc", "-g", "-O2", "-o", "c", "a.c");
        run("dwz", "-m", "common", "b", "c");
        assertThat(new Companions(elf("b"), files()).alternate())
                .isInstanceOfSatisfying(
                        DebugFile.Found.class, found -> assertThat(found.path()).isEqualTo("common"));
        assertThat(new Companions(elf("a"), files()).alternate())
                .isEqualTo(new DebugFile.Missing("no .gnu_debugaltlink"));
        run("objcopy", "--remove-section=.note.gnu.build-id", "common", "common");
        assertThat(new Companions(elf("b"), files()).alternate()).isInstanceOf(DebugFile.Missing.class);
    }

    @Test
    void packedSymbolsAreFound() throws IOException {
        fedora();
        Elf stripped = elf("mini");
        assertThat(functions(stripped)).doesNotContain("hidden");
        Elf inner = new Companions(stripped, DebugFiles.NONE).debugData().orElseThrow();
        assertThat(functions(inner)).contains("hidden");
        assertThat(new Companions(elf("a"), DebugFiles.NONE).debugData()).isEmpty();
    }

    /// As Fedora's find-debuginfo does it.
    private void fedora() {
        run("objcopy", "-S", "--remove-section", ".comment", "--keep-symbol=hidden", "a.debug", "mini.debug");
        run("xz", "-f", "mini.debug");
        run("strip", "-o", "stripped", "a");
        run("objcopy", "--add-section", ".gnu_debugdata=mini.debug.xz", "stripped", "mini");
    }

    @Test
    void hostilePackedSymbolsHaveOneWayToFail() throws IOException {
        fedora();
        byte[] xz = bytes("mini.debug.xz");
        byte[] file = bytes("mini");
        int at = new String(file, StandardCharsets.ISO_8859_1).indexOf("\u00fd7zXZ");
        long seed = Long.getLong("stet.seed", System.nanoTime());
        Random random = new Random(seed);
        int refused = 0;
        for (int round = 0; round < 300; round++) {
            byte[] hostile = file.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                hostile[at + random.nextInt(xz.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                var ignored = DebugData.find(Elf.parse(ByteSource.of(hostile)));
            } catch (MalformedBinaryException expected) {
                refused++;
            } catch (Exception escaped) {
                throw new AssertionError("replay: -Dstet.seed=" + seed, escaped);
            }
        }
        assertThat(refused).isGreaterThan(250);
    }

    @Test
    void aBombAndAGreedyDictionaryAreRefused() throws IOException {
        run("strip", "-o", "stripped", "a");
        run("sh", "-c", "head -c 300M /dev/zero | xz -1 > bomb; echo stet | xz --lzma2=dict=64MiB > greedy");
        run("objcopy", "--add-section", ".gnu_debugdata=bomb", "stripped", "bombed");
        assertThatThrownBy(() -> DebugData.find(elf("bombed")))
                .isInstanceOf(MalformedBinaryException.class)
                .hasMessageContaining("unpacks to more than");
        run("objcopy", "--add-section", ".gnu_debugdata=greedy", "stripped", "bombed");
        assertThatThrownBy(() -> DebugData.find(elf("bombed")))
                .isInstanceOf(MalformedBinaryException.class)
                .hasMessageContaining("memory");
    }

    /// Debian's own debug files for its own C library.
    @Test
    void theDebugFileOfTheCLibraryBelongsToIt() throws IOException {
        Path libc = Tools.needFile("/lib/x86_64-linux-gnu/libc.so.6");
        Elf elf = Elf.parse(ByteSource.of(Files.readAllBytes(libc)));
        String id = Notes.buildId(elf).orElseThrow().hex();
        Path debug =
                Tools.needFile("/usr/lib/debug/.build-id/" + id.substring(0, 2) + "/" + id.substring(2) + ".debug");
        Files.copy(debug, directory.resolve("by-id"));
        DebugFile found = new Companions(elf, files()).debugFile();
        assertThat(found).isInstanceOf(DebugFile.Found.class);
        Elf file = ((DebugFile.Found) found).elf();
        assertThat(functions(file)).contains("_int_malloc");
        assertThat(file.debugSection("info")
                        .orElseThrow()
                        .read(0, 1 << 20, "start")
                        .size())
                .isEqualTo(1 << 20);
    }
}
