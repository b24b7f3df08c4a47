package dev.stet.probe.compile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the programs of a probe do, and how one call is laid out, both as the value that waits in the `calls`
/// map and as the ring's record:
///
/// ```
///  0 u64 cookie        attachment id << 32 | flags << 24 | index of the point in it: see below
///  8 u64 pid_tgid      bpf_get_current_pid_tgid at the entry
/// 16 u64 entry         CLOCK_MONOTONIC, nanoseconds
/// 24 u64 exit          the same; 0 if nobody waited for the end
/// 32 u64 failed        bit n: the n-th take could not be had
/// 40 u64 stack pointer at the entry
/// 48 u64 goroutine     its address; 0 if it is none
/// 56 u64 frame         what tells the owner's frames apart: the stack pointer, or in Go its distance to the stack's
///                      upper end
/// 64 u64 shared        bit n: the n-th word that several takes are made of was read; for the program only
/// 72     shared words  each 8 bytes; for the program only
///        takes         saved words, entry, return; each at a multiple of 8
/// ```
///
/// Two probes whose recordings are equal share programs and maps.
///
/// @param owner who makes calls
/// @param atEntry what is taken when a call begins
/// @param atReturn what is taken when it ends
/// @param saved words that are kept from the entry for the end
/// @param entryFilter take only calls for which this is not 0
/// @param exitFilter report only calls for which this is not 0 at the end
/// @param follow each call is followed to its end
/// @param marker what is recorded is for Stet itself, and counted apart: nobody's call
/// @param histogram count values by powers of two in place of reporting calls: [Histogram]
/// @param sampleEvery of so many calls one is taken
/// @param perSecond calls of one function in one process that are taken in a second; 0 for all
public record Recording(
        Owner owner,
        List<Take> atEntry,
        List<Take> atReturn,
        List<Word> saved,
        Optional<Word> entryFilter,
        Optional<Word> exitFilter,
        boolean follow,
        boolean marker,
        Optional<Histogram> histogram,
        int sampleEvery,
        int perSecond) {
    public static final int COOKIE = 0;
    public static final int PID_TGID = 8;
    public static final int ENTRY = 16;
    public static final int EXIT = 24;
    public static final int FAILED = 32;
    public static final int STACK_POINTER = 40;
    public static final int GOROUTINE = 48;
    public static final int FRAME = 56;
    static final int SHARED = 64;
    static final int SHARED_WORDS = 72;
    /// What the mask of failures has bits for.
    public static final int MAX_TAKES = 64;
    /// More would take up a ring for a few calls.
    public static final int MAX_BYTES = 64 << 10;

    /// In a cookie: this exit is a jump to another function, so there is no result.
    public static final int TAIL_BIT = 1 << 31;
    /// In a cookie: this exit is a jump that is taken only if the condition in [#CONDITION_SHIFT] holds.
    public static final int CONDITIONAL_BIT = 1 << 30;
    /// In a record's cookie: the call was left without a return, for another began in its frame.
    public static final int ABANDONED_BIT = 1 << 29;
    /// In a cookie: this exit is another function's, which calls that are recorded here may end in. Others come by,
    /// too: a call's return address tells them apart, so it is in [#saved] as [#RETURN_ADDRESS].
    public static final int BORROWED_BIT = 1 << 28;
    /// In a cookie: four bits of an x86-64 condition.
    public static final int CONDITION_SHIFT = 24;
    /// Where a call goes back to, at its first instruction and at its RET (struct pt_regs, x86-64: RSP).
    public static final Word RETURN_ADDRESS = new Word.Register(152).load();
    /// Points of one attachment that can be told apart.
    public static final int MAX_POINTS = 1 << CONDITION_SHIFT;

    /// Who makes a call, which tells what is the same frame.
    public enum Owner {
        /// A thread, or whoever runs on its stack: stack pointers are enough within a process.
        STACK,
        /// A goroutine, in R14 (Go from 1.17).
        GOROUTINE_IN_REGISTER,
        /// A goroutine, in thread-local storage (Go before 1.17).
        GOROUTINE_IN_THREAD
    }

    /// What is counted.
    ///
    /// @param value empty for the latency
    public record Histogram(Optional<Word> value) {}

    /// @param at offset in the record, in bytes
    /// @param bit in the mask of failures
    public record Slot(Take take, int at, int bit) {}

    public Recording {
        atEntry = List.copyOf(atEntry);
        atReturn = List.copyOf(atReturn);
        saved = List.copyOf(saved);
        if (!follow && !(atReturn.isEmpty() && saved.isEmpty() && exitFilter.isEmpty())) {
            throw new IllegalArgumentException("something is wanted of the end, and it is not followed");
        }
    }

    /// The cookie of an attachment's point.
    public static long cookie(int attachment, int point) {
        return (long) attachment << 32 | point;
    }

    /// Which of its attachment's points a cookie is of.
    public static int point(long cookie) {
        return (int) cookie & (MAX_POINTS - 1);
    }

    /// Why it cannot be carried out; empty if it can.
    public Optional<String> excess() {
        if (saved.size() + atEntry.size() + atReturn.size() > MAX_TAKES) {
            return Optional.of("it takes " + (saved.size() + atEntry.size() + atReturn.size())
                    + " values of a call; at most " + MAX_TAKES + " are possible");
        }
        return bytes() > MAX_BYTES
                ? Optional.of("it takes " + bytes() + " bytes of a call; at most " + MAX_BYTES + " are possible")
                : Optional.empty();
    }

    public List<Slot> savedSlots() {
        return slots().subList(0, saved.size());
    }

    public List<Slot> entrySlots() {
        return slots().subList(saved.size(), saved.size() + atEntry.size());
    }

    public List<Slot> returnSlots() {
        return slots().subList(saved.size() + atEntry.size(), slots().size());
    }

    /// Where takes begin.
    int takesAt() {
        List<Take> before = new ArrayList<>(atEntry);
        saved.forEach(word -> before.add(new Take.Number(word)));
        return SHARED_WORDS
                + 8 * Math.max(Sharing.of(before).size(), Sharing.of(atReturn).size());
    }

    private List<Slot> slots() {
        List<Take> takes = new ArrayList<>();
        saved.forEach(word -> takes.add(new Take.Number(word)));
        takes.addAll(atEntry);
        takes.addAll(atReturn);
        List<Slot> slots = new ArrayList<>();
        int at = takesAt();
        for (Take take : takes) {
            slots.add(new Slot(take, at, slots.size()));
            at += take.bytes();
        }
        return slots;
    }

    /// The whole record, in bytes.
    public int bytes() {
        long bytes = takesAt();
        for (Slot slot : slots()) {
            bytes += slot.take.bytes();
        }
        return Math.toIntExact(bytes);
    }
}
