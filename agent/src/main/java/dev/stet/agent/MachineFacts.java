package dev.stet.agent;

import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.facts.ProcessFacts;
import java.util.Set;

/// Facts about processes of this machine.
final class MachineFacts implements FactSource {
    private final Binaries binaries;

    MachineFacts(Binaries binaries) {
        this.binaries = binaries;
    }

    @Override
    public ProcessFacts read(ProcessFacts facts, Set<FactKey<?>> wanted) {
        ProcessFacts more = facts;
        for (FactKey<?> key : wanted) {
            more = key.equals(FactKey.BUILD_ID)
                    ? more.with(FactKey.BUILD_ID, binaries.buildId(facts.identity().pid()))
                    : unreadable(more, key);
        }
        return more;
    }

    private static <T> ProcessFacts unreadable(ProcessFacts facts, FactKey<T> key) {
        return facts.with(key, Fact.<T>unreadable("this version cannot read it"));
    }
}
