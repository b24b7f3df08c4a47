package dev.stet.probe.resolve;

import dev.stet.probe.compile.Take;
import java.util.ArrayList;
import java.util.List;

/// The takes of one capture, as they are found to be needed.
final class Takes {
    /// What a capture may take beside the value's own bytes: texts and items that are elsewhere. A record has
    /// room for 64 takes of all captures.
    private static final int MAX_ELSEWHERE = 16;

    /// Takes in all.
    private static final int MAX = 24;

    /// Bytes of the record for one capture, headers included.
    private static final int MAX_BYTES = 20 << 10;

    private final List<Take> takes = new ArrayList<>();
    private int bytes;

    /// Is there room for `count` more that the value can do without?
    boolean hasRoom(int count) {
        return takes.size() + count <= MAX_ELSEWHERE && bytes < MAX_BYTES;
    }

    /// Is there room for one that the value cannot do without?
    boolean hasRoom() {
        return takes.size() < MAX;
    }

    /// @return its number; that of an equal one if there is one
    int add(Take take) {
        int same = takes.indexOf(take);
        if (same >= 0) {
            return same;
        }
        takes.add(take);
        bytes += take.bytes();
        return takes.size() - 1;
    }

    List<Take> list() {
        return takes;
    }
}
