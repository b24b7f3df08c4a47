package dev.stet.testkit;

import static dev.stet.testkit.ElfSection.SHF_ALLOC;
import static dev.stet.testkit.ElfSection.SHF_WRITE;
import static dev.stet.testkit.ElfSection.SHT_PROGBITS;
import static dev.stet.testkit.ElfSegment.EXECUTE;
import static dev.stet.testkit.ElfSegment.READ;
import static dev.stet.testkit.ElfSegment.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Go's own readers read what the builders make.
class GoBuildersTest {
    private static final String MODULES = "path\texample.com/a\nmod\texample.com\tv1.2.3\th1:x=\n";

    @TempDir
    Path directory;

    @Test
    void buildInformation() throws IOException {
        for (boolean inline : new boolean[] {true, false}) {
            ElfBuilder elf = ElfBuilder.program();
            elf.load(READ | EXECUTE);
            elf.text(0xc3);
            ElfSegment data = elf.load(READ | WRITE);
            elf.align(16);
            long address = elf.address();
            Bytes blob = inline
                    ? GoBuildInfoBuilder.inline("go1.22.5", MODULES)
                    : GoBuildInfoBuilder.pointers(address, "go1.22.5", MODULES);
            elf.section(".go.buildinfo", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, blob);
            assertThat(data.get(ElfField.Segment.P_FILESZ)).isGreaterThanOrEqualTo(blob.size());
            Path file = directory.resolve("go" + inline);
            elf.build().write(file);
            assertThat(file.toFile().setExecutable(true)).isTrue();
            assertThat(Oracle.run(directory, Oracle.newestGo(), "version", "-m", "go" + inline))
                    .contains(
                            "go" + inline + ": go1.22.5", "\tpath\texample.com/a", "\tmod\texample.com\tv1.2.3\th1:x=");
        }
    }

    /// `go tool addr2line` has only this table to name functions and lines from.
    @Test
    void functions() throws IOException {
        for (PclntabBuilder.Format format : PclntabBuilder.Format.values()) {
            ElfBuilder elf = ElfBuilder.program();
            elf.load(READ | EXECUTE);
            ElfSection text = elf.text(new int[48]);
            elf.load(READ);
            elf.align(32);
            Bytes table = new PclntabBuilder(format, text.address())
                    .function("main.main", text.address(), text.address() + 16)
                    .function("main.(*T).Do", text.address() + 16, text.address() + 48)
                    .build();
            elf.section(".gopclntab", SHT_PROGBITS, SHF_ALLOC, table);
            elf.build().write(directory.resolve(format.name()));
            String asks = "(echo 0x%x; echo 0x%x) | %s tool addr2line %s"
                    .formatted(text.address() + 15, text.address() + 16, Oracle.newestGo(), format);
            assertThat(Oracle.run(directory, "sh", "-c", asks))
                    .as(format.name())
                    .containsExactly("main.main", "/src/main.go:10", "main.(*T).Do", "/src/main.go:20");
        }
    }
}
