package dev.stet.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.facts.ProcessFacts;
import dev.stet.facts.ProcessIdentity;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeptFactsTest {
    private static final ProcessFacts USUAL = ProcessFacts.of(new ProcessIdentity(5, 1), 1, false)
            .with(FactKey.EXE, "/bin/x")
            .with(FactKey.ARGS, List.of("x", "--port"))
            .with(FactKey.ENV, Map.of("PATH", "/bin"))
            .with(FactKey.LINKS, Set.of("/bin/x"));

    @Test
    void whatIsUsualIsKept() {
        assertThat(KeptFacts.of(USUAL)).isEqualTo(USUAL);
    }

    @Test
    void whatIsLongIsReadAnew() {
        String text = "x".repeat(1 << 20);
        assertThat(KeptFacts.of(USUAL.with(FactKey.ENV, Map.of("A", text))).get(FactKey.ENV))
                .isEqualTo(Fact.notRead());
        assertThat(KeptFacts.of(USUAL.with(FactKey.ENV, Map.of(text, ""))).get(FactKey.ENV))
                .isEqualTo(Fact.notRead());
        assertThat(KeptFacts.of(USUAL.with(FactKey.ARGS, List.of("x", text))).args())
                .isEqualTo(Fact.notRead());
        assertThat(KeptFacts.of(USUAL.with(FactKey.LINKS, Set.of(text))))
                .isEqualTo(USUAL.with(FactKey.LINKS, Fact.notRead()));
    }
}
