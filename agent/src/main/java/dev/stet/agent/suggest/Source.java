package dev.stet.agent.suggest;

/// Who tells of a bad end.
public enum Source {
    LEDGER("guardian's ledger"),
    JOURNAL("Stet's crash journal"),
    KERNEL("kernel log"),
    COREDUMP("core dumps"),
    POD("container states"),
    ALERT("alerts");

    private final String words;

    Source(String words) {
        this.words = words;
    }

    @Override
    public String toString() {
        return words;
    }
}
