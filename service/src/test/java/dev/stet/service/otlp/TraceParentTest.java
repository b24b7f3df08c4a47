package dev.stet.service.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceParentTest {
    private static final String RIGHT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    @Test
    void aHeaderSaysWhoCalled() {
        assertThat(TraceParent.parse(RIGHT)).hasValueSatisfying(context -> {
            assertThat(context.getTraceId()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
            assertThat(context.getSpanId()).isEqualTo("00f067aa0ba902b7");
            assertThat(context.isSampled()).isTrue();
            assertThat(context.isRemote()).isTrue();
        });
        assertThat(TraceParent.parse(RIGHT.replaceFirst("01$", "00")))
                .hasValueSatisfying(context -> assertThat(context.isSampled()).isFalse());
    }

    @Test
    void whatALaterVersionAddsIsLeftAside() {
        assertThat(TraceParent.parse("cc" + RIGHT.substring(2) + "-more")).isPresent();
        assertThat(TraceParent.parse(RIGHT + "-more")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
                "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\n00-x"
            })
    void anythingElseIsNone(String text) {
        assertThat(TraceParent.parse(text)).isEmpty();
    }
}
