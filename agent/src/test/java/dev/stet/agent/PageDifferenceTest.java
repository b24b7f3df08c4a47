package dev.stet.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PageDifferenceTest {
    private static final byte INT3 = (byte) 0xcc;

    @Test
    void samePageHasNone() {
        assertThat(PageDifference.of(new byte[] {1, 2, INT3}, new byte[] {1, 2, INT3}, 3))
                .isEqualTo(new PageDifference.Breakpoints(List.of()));
    }

    @Test
    void int3sThatTheFileHasNot() {
        assertThat(PageDifference.of(new byte[] {INT3, 2, INT3, INT3}, new byte[] {1, 2, INT3, 4}, 4))
                .isEqualTo(new PageDifference.Breakpoints(List.of(0, 3)));
    }

    /// A program that changes its own text may have int3s of its own.
    @Test
    void anythingElseIsNobodysBusiness() {
        assertThat(PageDifference.of(new byte[] {INT3, 9}, new byte[] {1, 2}, 2))
                .isEqualTo(new PageDifference.Changed());
        assertThat(PageDifference.of(new byte[] {1}, new byte[] {INT3}, 1)).isEqualTo(new PageDifference.Changed());
    }

    @Test
    void whatIsBehindTheFilesEndIsNotCompared() {
        assertThat(PageDifference.of(new byte[] {1, 7}, new byte[] {1, 0}, 1))
                .isEqualTo(new PageDifference.Breakpoints(List.of()));
        assertThat(PageDifference.of(new byte[0], new byte[0], -1))
                .isEqualTo(new PageDifference.Breakpoints(List.of()));
    }
}
