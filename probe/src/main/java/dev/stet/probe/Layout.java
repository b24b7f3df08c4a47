package dev.stet.probe;

import java.util.ArrayList;
import java.util.List;

/// How one call is laid out, both as the value that waits in the `calls` map and as the ring's record:
///
/// ```
///  0 u64 cookie        attachment id << 32 | function id, and [#TAIL_BIT]
///  8 u64 pid_tgid      bpf_get_current_pid_tgid at entry
/// 16 u64 entry         CLOCK_MONOTONIC, nanoseconds
/// 24 u64 exit          the same; 0 if nobody waited for the end
/// 32 u64 unreadable    bit n: the n-th slot could not be read
/// 40 u64 stack pointer  at entry
/// 48     slots         entry captures, then return captures
///
/// word slot:  u64 value
/// text slot:  s64 length        bytes that were read; for C with the NUL
///             s64 full length   as Go says; -1 for C
///             u8  text[maxText]
/// ```
///
/// @param convention of the binary
/// @param probe what to take
/// @param maxText bytes of a text that are taken, a multiple of 8
record Layout(Convention convention, Probe probe, int maxText) {
    static final int COOKIE = 0;
    static final int PID_TGID = 8;
    static final int ENTRY = 16;
    static final int EXIT = 24;
    static final int UNREADABLE = 32;
    static final int STACK_POINTER = 40;
    static final int SLOTS = 48;
    static final int TEXT_FULL = 8;
    static final int TEXT_BYTES = 16;
    /// In a cookie: this exit is a jump to another function, so there is no result.
    static final int TAIL_BIT = 1 << 31;
    /// What `unreadable` has bits for.
    static final int MAX_SLOTS = 64;

    /// @param at offset in the record, in bytes
    /// @param index its bit in `unreadable`
    record Slot(Capture capture, int at, int index) {}

    Layout {
        if (maxText <= 0 || maxText % 8 != 0) {
            throw new IllegalArgumentException("text of " + maxText + " bytes");
        }
        if (probe.atEntry().size() + probe.atReturn().size() > MAX_SLOTS) {
            throw new IllegalArgumentException("more than " + MAX_SLOTS + " captures");
        }
    }

    List<Slot> entrySlots() {
        return slots().subList(0, probe.atEntry().size());
    }

    List<Slot> returnSlots() {
        return slots().subList(probe.atEntry().size(), slots().size());
    }

    private List<Slot> slots() {
        List<Slot> slots = new ArrayList<>();
        int at = SLOTS;
        for (List<Capture> side : List.of(probe.atEntry(), probe.atReturn())) {
            for (Capture capture : side) {
                slots.add(new Slot(capture, at, slots.size()));
                at += bytes(capture);
            }
        }
        return slots;
    }

    private int bytes(Capture capture) {
        return capture.isText() ? TEXT_BYTES + maxText : 8;
    }

    /// The whole record, in bytes.
    int bytes() {
        int bytes = SLOTS;
        for (Slot slot : slots()) {
            bytes += bytes(slot.capture);
        }
        return bytes;
    }

    /// Two probes of the same shape share their programs: only what is taken counts, not what it is called.
    Object shape() {
        List<Object> shape = new ArrayList<>();
        shape.add(convention);
        shape.add(maxText);
        shape.add(probe.returns());
        shape.add(slots().size());
        for (Slot slot : slots()) {
            shape.add(slot.capture.expression());
            shape.add(slot.capture.format() == Capture.Format.GO_TEXT);
            shape.add(slot.capture.isText());
            shape.add(slot.index < probe.atEntry().size());
        }
        return List.copyOf(shape);
    }
}
