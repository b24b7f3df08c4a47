package dev.stet.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.agent.AgentEvent;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WatcherTest {
    private final Broadcast broadcast = new Broadcast(_ -> List.of());

    @Test
    void whoIsTooSlowLosesTheNewestAndIsTold() {
        Watcher watcher = broadcast
                .watch(new StreamRequest(Set.of(), EventFilter.ALL), () -> {})
                .orElseThrow();
        for (int i = 0; i < Watcher.MAX_LINES + 10; i++) {
            watcher.offer("{\"n\":" + i + "}");
        }
        assertThat(watcher.droppedSince()).isEqualTo(10);
        assertThat(watcher.droppedSince()).isZero();
        assertThat(watcher.take(8)).containsExactly("{\"n\":0}");
        assertThat(watcher.take(Integer.MAX_VALUE))
                .hasSize(Watcher.MAX_LINES - 1)
                .first()
                .isEqualTo("{\"n\":1}");
        assertThat(watcher.take(100)).isEmpty();
        broadcast.leave(watcher);
        assertThat(broadcast.dropped()).isEqualTo(10);
    }

    @Test
    void oneLongLineDoesNotFillTheMemory() {
        Watcher watcher = broadcast
                .watch(new StreamRequest(Set.of(), EventFilter.ALL), () -> {})
                .orElseThrow();
        watcher.offer("x".repeat(Watcher.MAX_CHARS));
        watcher.offer("y");
        assertThat(watcher.droppedSince()).isEqualTo(1);
        assertThat(watcher.take(1)).hasSize(1);
    }

    @Test
    void eachGetsWhatItAskedFor() {
        AtomicInteger woken = new AtomicInteger();
        Watcher notices = broadcast
                .watch(new StreamRequest(Set.of("notice"), EventFilter.of("text ~ *disk*")), woken::incrementAndGet)
                .orElseThrow();
        Watcher verdicts = broadcast
                .watch(new StreamRequest(Set.of("verdict"), EventFilter.ALL), woken::incrementAndGet)
                .orElseThrow();
        broadcast.event(new AgentEvent.Notice("the disk is full"));
        broadcast.event(new AgentEvent.Notice("the moon is full"));
        assertThat(notices.take(1000)).singleElement().asString().contains("the disk is full");
        assertThat(verdicts.take(1000)).isEmpty();
        assertThat(woken).hasValue(1);
    }

    @Test
    void notMoreThanSoManyWatch() {
        for (int i = 0; i < Broadcast.MAX_WATCHERS; i++) {
            assertThat(broadcast.watch(new StreamRequest(Set.of(), EventFilter.ALL), () -> {}))
                    .isPresent();
        }
        assertThat(broadcast.watch(new StreamRequest(Set.of(), EventFilter.ALL), () -> {}))
                .isEmpty();
        assertThat(broadcast.watching()).isEqualTo(Broadcast.MAX_WATCHERS);
    }
}
