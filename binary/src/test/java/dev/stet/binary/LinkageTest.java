package dev.stet.binary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.binary.Linkage.Kind;
import dev.stet.facts.Function;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinkageTest {
    @TempDir
    Path directory;

    private Path compile(String options) throws IOException {
        Files.writeString(directory.resolve("a.c"), """
                #include <stdio.h>
                int there = 7;
                int work(int x) { return x + there; }
                int main() { return puts("stet") + work(1); }
                """);
        List<String> command = new ArrayList<>(List.of("gcc", "-o", "a", "a.c"));
        command.addAll(List.of(options.split(" ")));
        var ignored = Tools.run(directory, command.toArray(String[]::new));
        return directory.resolve("a");
    }

    @ParameterizedTest
    @CsvSource({
        "-no-pie, EXECUTABLE",
        "-pie -fPIE, PIE",
        "-static, STATIC",
        "-static-pie -fPIE, STATIC_PIE",
        "-shared -fPIC, LIBRARY",
        "-shared -fPIC -Wl%-soname%libstet.so.1, LIBRARY"
    })
    void kindsAreToldApart(String options, Kind kind) throws IOException {
        Linkage linkage = Tools.parse(compile(options.replace('%', ','))).linkage();
        assertThat(linkage.kind()).isEqualTo(kind);
        assertThat(linkage.interpreter().isPresent()).isEqualTo(kind == Kind.PIE || kind == Kind.EXECUTABLE);
        assertThat(linkage.needed().isEmpty()).isEqualTo(kind == Kind.STATIC || kind == Kind.STATIC_PIE);
        assertThat(linkage.soname())
                .isEqualTo(options.contains("soname") ? Optional.of("libstet.so.1") : Optional.empty());
    }

    /// Interpreter, soname and needed libraries of what Debian ships, against readelf.
    @Test
    void realFilesAgreeWithReadelf() throws IOException {
        List<String> paths = new ArrayList<>(List.of("/lib/x86_64-linux-gnu/libc.so.6", "/lib64/ld-linux-x86-64.so.2"));
        try (Stream<Path> files = Files.list(Path.of("/usr/bin"))) {
            files.filter(Files::isRegularFile)
                    .filter(LinkageTest::isElf)
                    .sorted()
                    .limit(60)
                    .map(Path::toString)
                    .forEach(paths::add);
        }
        assertThat(paths).hasSizeGreaterThan(20);
        for (String path : paths) {
            List<String> expected = new ArrayList<>();
            for (String line : Tools.run(directory, "readelf", "-W", "-l", "-d", path)) {
                if (line.contains("[Requesting program interpreter")
                        || line.contains("(NEEDED)")
                        || line.contains("(SONAME)")) {
                    String value = line.substring(line.lastIndexOf('[') + 1, line.lastIndexOf(']'));
                    expected.add(value.substring(value.lastIndexOf(' ') + 1));
                }
            }
            Linkage linkage = Tools.parse(Path.of(path)).linkage();
            List<String> all = new ArrayList<>(linkage.needed());
            linkage.soname().ifPresent(all::add);
            linkage.interpreter().ifPresent(all::add);
            assertThat(all).as(path).containsExactlyInAnyOrderElementsOf(expected);
            assertThat(linkage.kind() == Kind.LIBRARY).as(path).isEqualTo(path.contains(".so"));
        }
    }

    private static boolean isElf(Path path) {
        try (var in = Files.newInputStream(path)) {
            return Arrays.equals(in.readNBytes(5), new byte[] {0x7f, 'E', 'L', 'F', 2});
        } catch (IOException unreadable) {
            return false;
        }
    }

    @Test
    void notesAreListed() throws IOException {
        List<Note> notes =
                Tools.parse(compile("-pie -fPIE -Wl,--build-id=sha1")).notes();
        assertThat(notes).contains(new Note("GNU", 3, 20), new Note("GNU", 1, 16));
    }

    /// The loader maps each PT_LOAD at its own address, whatever their order (`fs/binfmt_elf.c`:
    /// total_mapping_size takes the least and the greatest address).
    @Test
    void descendingSegmentsGiveTheSamePlaces() throws IOException {
        byte[] file = Files.readAllBytes(compile("-no-pie -fno-pie"));
        Executable plain = Executable.parse(ByteSource.of(file));
        Executable descending = Executable.parse(ByteSource.of(descending(file)));
        for (String name : new String[] {"main", "work"}) {
            assertThat(descending.functions().named(name))
                    .isEqualTo(plain.functions().named(name));
            assertThat(plain.functions().named(name)).isNotEmpty();
        }
        assertThat(descending.linkage()).isEqualTo(plain.linkage());
        Files.write(directory.resolve("descending"), descending(file));
        assertThat(directory.resolve("descending").toFile().setExecutable(true)).isTrue();
        // It says "stet" (5 characters) and adds 8: the kernel takes it too.
        assertThat(Tools.run(directory, "sh", "-c", "./descending; echo $?")).containsExactly("stet", "13");
    }

    /// A library that prelink has given an address has the same code at the same place of the file.
    @Test
    void aLibraryAtAnAddressGivesTheSamePlaces() throws IOException {
        Function plain = work("-shared -fPIC");
        Function moved = work("-shared -fPIC -Wl,-Ttext-segment=0x3000000000");
        assertThat(moved.fileOffset()).isEqualTo(plain.fileOffset());
        assertThat(moved.virtualAddress()).isEqualTo(plain.virtualAddress() + 0x3000000000L);
    }

    private Function work(String options) throws IOException {
        return Tools.parse(compile(options)).functions().named("work").getFirst();
    }

    private static byte[] descending(byte[] sound) {
        byte[] file = sound.clone();
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int at = (int) bytes.getLong(32);
        List<Integer> loads = new ArrayList<>();
        for (int i = 0; i < bytes.getShort(56); i++) {
            if (bytes.getInt(at + 56 * i) == 1) {
                loads.add(at + 56 * i);
            }
        }
        List<Integer> from = new ArrayList<>(loads);
        Collections.reverse(from);
        for (int i = 0; i < loads.size(); i++) {
            System.arraycopy(sound, from.get(i), file, loads.get(i), 56);
        }
        return file;
    }
}
