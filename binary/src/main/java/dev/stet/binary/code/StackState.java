package dev.stet.binary.code;

/// Where the stack pointer is, in bytes below where it was at the function's entry, as far as it can be told
/// from the instructions alone.
final class StackState {
    static final int UNKNOWN = Integer.MIN_VALUE;

    /// More than a stack is never a frame: what adds up to it is not counted any further.
    private static final int MAX_DEPTH = 1 << 28;

    /// Of the stack pointer.
    private int depth;

    /// Of where the frame pointer points; unknown if it is none.
    private int frame;

    void enter() {
        depth = 0;
        frame = UNKNOWN;
    }

    void forget() {
        depth = UNKNOWN;
        frame = UNKNOWN;
    }

    int depth() {
        return depth;
    }

    int frame() {
        return frame;
    }

    void lower(int bytes) {
        if (depth != UNKNOWN) {
            depth = bounded((long) depth + bytes);
        }
    }

    void setDepth(int depth) {
        this.depth = depth;
    }

    void setFrame(int frame) {
        this.frame = frame;
    }

    /// The stack pointer becomes the frame pointer plus so many bytes.
    void toFrame(int plus) {
        depth = frame == UNKNOWN ? UNKNOWN : bounded((long) frame - plus);
    }

    /// The frame pointer becomes the stack pointer plus so many bytes.
    void makeFrame(int plus) {
        frame = depth == UNKNOWN ? UNKNOWN : bounded((long) depth - plus);
    }

    private static int bounded(long depth) {
        return Math.abs(depth) > MAX_DEPTH ? UNKNOWN : (int) depth;
    }

    /// All of it in one number, never 0.
    long packed() {
        return (long) depth << 32 | (frame & 0xffff_fffcL) | 1;
    }

    void unpack(long packed) {
        depth = (int) (packed >> 32);
        frame = (int) packed & ~3;
    }
}
