package dev.stet.facts;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// What a policy may ask about one process, at one moment. An exec makes another moment. Immutable; equal by
/// content.
public final class ProcessFacts {
    private final ProcessIdentity identity;
    private final int parentPid;
    private final boolean kernelThread;
    private final Fact<?>[] facts;

    private ProcessFacts(ProcessIdentity identity, int parentPid, boolean kernelThread, Fact<?>[] facts) {
        this.identity = identity;
        this.parentPid = parentPid;
        this.kernelThread = kernelThread;
        this.facts = facts;
    }

    /// Of which nothing was read yet.
    ///
    /// @param parentPid the parent's pid; 0 if it has none that is visible
    /// @param kernelThread it runs no program at all
    public static ProcessFacts of(ProcessIdentity identity, int parentPid, boolean kernelThread) {
        Fact<?>[] facts = new Fact<?>[FactKey.ALL.size()];
        Arrays.fill(facts, Fact.notRead());
        return new ProcessFacts(identity, parentPid, kernelThread, facts);
    }

    /// The same process with one fact more, or another one.
    public <T> ProcessFacts with(FactKey<T> key, Fact<T> fact) {
        Fact<?>[] more = facts.clone();
        more[key.index()] = fact;
        return new ProcessFacts(identity, parentPid, kernelThread, more);
    }

    /// The same process with a fact that is known.
    public <T> ProcessFacts with(FactKey<T> key, T value) {
        return with(key, Fact.of(value));
    }

    /// A fact; [Fact.NotRead] if nobody has looked for it.
    @SuppressWarnings("unchecked") // with() keeps a key and its fact of one type
    public <T> Fact<T> get(FactKey<T> key) {
        return (Fact<T>) facts[key.index()];
    }

    public ProcessIdentity identity() {
        return identity;
    }

    public int parentPid() {
        return parentPid;
    }

    public boolean kernelThread() {
        return kernelThread;
    }

    public Fact<String> exe() {
        return get(FactKey.EXE);
    }

    public Fact<String> comm() {
        return get(FactKey.COMM);
    }

    public Fact<List<String>> args() {
        return get(FactKey.ARGS);
    }

    public Fact<Integer> uid() {
        return get(FactKey.UID);
    }

    public Fact<BuildId> buildId() {
        return get(FactKey.BUILD_ID);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ProcessFacts that
                && that.identity.equals(identity)
                && that.parentPid == parentPid
                && that.kernelThread == kernelThread
                && Arrays.equals(that.facts, facts);
    }

    @Override
    public int hashCode() {
        return 31 * identity.hashCode() + Arrays.hashCode(facts);
    }

    /// The facts that were looked for, by name.
    @Override
    public String toString() {
        return identity
                + FactKey.ALL.stream()
                        .filter(key -> !(get(key) instanceof Fact.NotRead))
                        .collect(Collectors.toMap(FactKey::name, key -> (Object) get(key)))
                        .toString();
    }
}
