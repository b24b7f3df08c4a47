package dev.stet.probe;

/// How many links there may be at once. Each is a descriptor of Stet's, and without descriptors Stet can do nothing at
/// all, for no process. Safe for use by several threads.
final class LinkBudget {
    private final int max;
    private int taken;

    LinkBudget(int max) {
        this.max = max;
    }

    /// @return false if there are not so many left; then none is taken
    synchronized boolean take(int links) {
        boolean enough = links <= max - taken;
        taken += enough ? links : 0;
        return enough;
    }

    synchronized void give(int links) {
        taken -= links;
    }

    /// Why nothing is attached when there are none left.
    String exhausted() {
        return "Stet has as many links open as its limit of open files allows (" + max + ")";
    }
}
