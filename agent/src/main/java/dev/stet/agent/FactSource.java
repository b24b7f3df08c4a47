package dev.stet.agent;

import dev.stet.facts.FactKey;
import dev.stet.facts.ProcessFacts;
import java.util.Set;

/// Reads facts about a process when a decision turns on them.
interface FactSource {
    /// The facts with those that were wanted: known, absent or unreadable. None of them is
    /// [dev.stet.facts.Fact.NotRead] then.
    ProcessFacts read(ProcessFacts facts, Set<FactKey<?>> wanted);
}
