package dev.stet.probe.unwind;

/// The frame that is furthest out of those seen so far.
final class Outermost {
    private final Owner owner;
    private boolean isAny;
    private long frame;

    Outermost(Owner owner) {
        this.owner = owner;
    }

    void add(long another) {
        frame = !isAny || owner.isOuter(another, frame) ? another : frame;
        isAny = true;
    }

    /// False if none was seen.
    boolean isOuterThan(long another) {
        return isAny && owner.isOuter(frame, another);
    }
}
