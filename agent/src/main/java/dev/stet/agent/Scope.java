package dev.stet.agent;

import dev.stet.facts.Fact;
import dev.stet.facts.Glob;
import dev.stet.facts.ProcessFacts;

/// Which processes are looked at at all. It only ever narrows: within it policy decides.
public sealed interface Scope {
    /// Every process on the machine.
    record Everything() implements Scope {}

    /// One process, while it lives.
    record OneProcess(int pid) implements Scope {}

    /// Processes whose executable's path matches, now and later.
    record Executables(Glob path) implements Scope {}

    /// May a process of this pid be in it?
    default boolean mayInclude(int candidate) {
        return switch (this) {
            case Everything _, Executables _ -> true;
            case OneProcess(int pid) -> pid == candidate;
        };
    }

    /// Is it?
    default boolean includes(ProcessFacts facts) {
        return switch (this) {
            case Everything _ -> true;
            case OneProcess(int pid) -> facts.identity().pid() == pid;
            case Executables(var path) -> facts.exe() instanceof Fact.Known<String> exe && path.matches(exe.value());
        };
    }
}
