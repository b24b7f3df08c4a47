package dev.stet.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OutcomesTest {
    private final AtomicInteger asked = new AtomicInteger();

    @Test
    void failuresAreRememberedLikeAnswers() throws IOException {
        Outcomes<String, Integer> outcomes = new Outcomes<>(10);
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> outcomes.get("broken", () -> {
                        asked.incrementAndGet();
                        throw new IOException("bad magic");
                    }))
                    .isInstanceOf(IOException.class)
                    .hasMessage("bad magic");
            assertThat(outcomes.get("fine", asked::incrementAndGet)).isEqualTo(2);
        }
        assertThat(asked).hasValue(2);
    }

    @Test
    void theLeastRecentlyAskedAreForgotten() throws IOException {
        Outcomes<Integer, Integer> outcomes = new Outcomes<>(2);
        for (int key : List.of(1, 2, 1, 3, 1, 2)) {
            assertThat(outcomes.get(key, () -> asked.incrementAndGet() * 0 + key))
                    .isEqualTo(key);
        }
        assertThat(asked)
                .as("1, 2 and 3 once, and 2 again after 3 took its place")
                .hasValue(4);
    }

    @Test
    void whoAsksMeanwhileWaitsForTheFirst() throws Exception {
        Outcomes<String, Integer> outcomes = new Outcomes<>(10);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        var first = CompletableFuture.supplyAsync(() -> ask(outcomes, begun, go));
        begun.await();
        var second = CompletableFuture.supplyAsync(() -> ask(outcomes, begun, go));
        go.countDown();
        assertThat(first.join()).isEqualTo(1);
        assertThat(second.join()).isEqualTo(1);
    }

    private int ask(Outcomes<String, Integer> outcomes, CountDownLatch begun, CountDownLatch go) {
        try {
            return outcomes.get("slow", () -> {
                begun.countDown();
                try {
                    go.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return asked.incrementAndGet();
            });
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// A bug in a question must not leave others waiting for ever.
    @Test
    void aCrashIsNoOutcomeAndHangsNobody() {
        Outcomes<String, Integer> outcomes = new Outcomes<>(10);
        assertThatThrownBy(() -> outcomes.get("bug", () -> {
                    throw new IllegalStateException("bug");
                }))
                .hasMessage("bug");
        assertThatThrownBy(() -> outcomes.get("bug", asked::incrementAndGet)).hasMessageContaining("no outcome");
    }
}
