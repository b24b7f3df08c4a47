package dev.stet.testkit;

import static dev.stet.testkit.ElfSection.SHF_ALLOC;
import static dev.stet.testkit.ElfSection.SHF_COMPRESSED;
import static dev.stet.testkit.ElfSection.SHF_WRITE;
import static dev.stet.testkit.ElfSection.SHT_NOBITS;
import static dev.stet.testkit.ElfSection.SHT_PROGBITS;
import static dev.stet.testkit.ElfSegment.EXECUTE;
import static dev.stet.testkit.ElfSegment.READ;
import static dev.stet.testkit.ElfSegment.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stet.testkit.ElfField.Header;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the builder makes is what readelf reads, and readelf finds no fault with it.
class ElfBuilderTest {
    @TempDir
    Path directory;

    private static ElfBuilder honest() {
        ElfBuilder elf = ElfBuilder.program();
        elf.load(READ | EXECUTE);
        ElfSection text = elf.text(0xf3, 0x0f, 0x1e, 0xfa, 0xc3, 0x90, 0x90, 0x90, 0xc3);
        elf.load(READ);
        elf.notes(".note.gnu.build-id", new Notes().buildId(0xde, 0xad, 0xbe, 0xef, 5, 6, 7, 8));
        elf.symbols(".dynsym", new SymbolTable().imported("puts").function("exported", text, 8, 1));
        elf.load(READ | WRITE);
        elf.section(".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, new Bytes().u64(text.address()));
        elf.section(".bss", SHT_NOBITS, SHF_ALLOC | SHF_WRITE, Content.zeros(64));
        elf.noLoad();
        elf.notes(".note.stapsdt", new Notes().usdt(text.address() + 5, 0, 0, "app", "start", "-4@%edi 8@%rsi"));
        elf.section(
                        ".debug_str",
                        SHT_PROGBITS,
                        SHF_COMPRESSED,
                        Compressed.zlib("hello\0world\0".getBytes(StandardCharsets.US_ASCII)))
                .set(ElfField.Section.SH_ADDRALIGN, 8);
        elf.symbols(
                ".symtab",
                new SymbolTable()
                        .add("local", SymbolTable.STB_LOCAL, SymbolTable.STT_FUNC, text.index(), text.address() + 5, 3)
                        .function("main", text, 0, 5)
                        .function("last", text, 8, 1));
        return elf;
    }

    @Test
    void readelfReadsIt() throws IOException {
        Path file = directory.resolve("honest");
        honest().build().write(file);
        String all = String.join("\n", Oracle.run(directory, "readelf", "-aW", "honest"));
        assertThat(all).doesNotContainIgnoringCase("warning").doesNotContainIgnoringCase("error");
        assertThat(all)
                .containsPattern("Type: +EXEC")
                .containsPattern("LOAD .* R E 0x1000")
                .containsPattern("0000000000402.{3} +5 FUNC +GLOBAL DEFAULT +1 main|5 FUNC +GLOBAL DEFAULT +1 main")
                .containsPattern("3 FUNC +LOCAL +DEFAULT +1 local")
                .containsPattern("0 FUNC +GLOBAL DEFAULT +UND puts")
                .contains("Build ID: deadbeef05060708")
                .contains("Provider: app", "Name: start", "Arguments: -4@%edi 8@%rsi");
        assertThat(String.join("\n", Oracle.run(directory, "readelf", "-zp", ".debug_str", "honest")))
                .contains("hello", "world");
    }

    @Test
    void zstdIsZstd() throws IOException {
        byte[] content = "0123456789".repeat(30_000).getBytes(StandardCharsets.US_ASCII);
        Files.write(directory.resolve("stored.zst"), Compressed.zstdStored(content));
        Files.write(directory.resolve("bomb.zst"), Compressed.zstdBomb(3L * (128 << 10), 3));
        Oracle.run(directory, "zstd", "-q", "-d", "stored.zst", "bomb.zst");
        assertThat(directory.resolve("stored")).hasBinaryContent(content);
        assertThat(directory.resolve("bomb")).hasBinaryContent(new byte[3 * (128 << 10)]);
    }

    /// Any field can be a lie, and lies change nothing else.
    @Test
    void lies() {
        byte[] honest = honest().toArray();
        for (Header field : Header.values()) {
            byte[] lying = honest().lie(field, -1).toArray();
            assertThat(lying).hasSameSizeAs(honest);
            for (int i = 0; i < honest.length; i++) {
                boolean lie = i >= field.at() && i < field.at() + field.width();
                assertThat(lying[i]).as(field + ", byte " + i).isEqualTo(lie ? (byte) 0xff : honest[i]);
            }
        }
        ElfBuilder elf = ElfBuilder.library();
        elf.load(READ | EXECUTE).set(ElfField.Segment.P_FILESZ, -2);
        assertThat(new Bytes().add(elf.toArray()).toArray()).containsSequence(-2, -1, -1, -1, -1, -1, -1, -1);
    }

    /// A file that is not in memory is the same file, and its holes take no room.
    @Test
    void largeFilesTakeNoRoom() throws IOException {
        ElfBuilder elf = ElfBuilder.library();
        elf.load(READ | EXECUTE);
        elf.text(0xc3);
        elf.noLoad().skip(8L << 30);
        elf.section(".rows", SHT_PROGBITS, 0, Content.rows(1000, 3, (index, into, at) -> into[at + 1] = (byte) index));
        Pieces pieces = elf.build();
        Path file = directory.resolve("sparse");
        pieces.write(file);
        assertThat(Files.size(file)).isEqualTo(pieces.size()).isGreaterThan(8L << 30);
        assertThat(Oracle.run(directory, "du", "-k", "sparse").getFirst()).matches("[0-9]{1,3}\t.*");
        assertThat(String.join("\n", Oracle.run(directory, "readelf", "-SW", "sparse")))
                .doesNotContainIgnoringCase("warning")
                .contains(".rows");
    }

    @Test
    void contentsReadInAnyPieces() {
        Pieces pieces = new Pieces()
                .put(3, Content.of(new byte[] {1, 2, 3}))
                .put(10, Content.rows(5, 4, (index, into, at) -> java.util.Arrays.fill(into, at, at + 4, (byte) index)))
                .resize(40);
        byte[] all = pieces.toArray();
        assertThat(all)
                .startsWith(0, 0, 0, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2)
                .hasSize(40);
        for (int from = 0; from < all.length; from++) {
            for (int length = 1; length <= all.length - from; length++) {
                byte[] into = new byte[length + 2];
                for (int done = 0; done < length; ) {
                    int count = pieces.read(from + done, into, 1 + done, length - done);
                    assertThat(count).isPositive();
                    done += count;
                }
                assertThat(List.of(into[0], into[length + 1])).containsOnly((byte) 0);
                assertThat(java.util.Arrays.copyOfRange(into, 1, length + 1))
                        .isEqualTo(java.util.Arrays.copyOfRange(all, from, from + length));
            }
        }
        assertThat(pieces.read(40, new byte[1], 0, 1)).isZero();
    }

    @Test
    void bytesRefuseToBeOverwrittenBehindTheEnd() {
        assertThat(new Bytes().uleb(624_485).sleb(-123_456).toArray())
                .containsExactly(0xe5, 0x8e, 0x26, 0xc0, 0xbb, 0x78);
        assertThatThrownBy(() -> new Bytes().u16(1).set(1, 2, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
