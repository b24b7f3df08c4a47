package dev.stet.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PagemapEntryTest {
    @ParameterizedTest
    @CsvSource({
        "not there,            0000000000000000, false",
        "the file's page,      a000000000001234, false",
        "written,              8000000000001234, true",
        "written and exclusive,8180000000000000, true",
        "written and swapped,  4000000000000123, true",
        "shared and swapped,   6000000000000123, false"
    })
    void writtenPagesAreTheProcesssOwn(String what, String bits, boolean written) {
        assertThat(new PagemapEntry(Long.parseUnsignedLong(bits, 16)).isWritten())
                .as(what)
                .isEqualTo(written);
    }
}
