package dev.stet.binary.dwarf;

import dev.stet.binary.MalformedBinaryException;

/// How much work one question may cause, whatever the file says. A step is about one attribute that is read,
/// one range that is compared, or 32 bytes that come from the file.
final class Budget {
    /// A walk over all of a program's 300 MB of DWARF takes half of it; a second and a half on a slow machine.
    static final long MAX_STEPS = 120_000_000;

    private long left = MAX_STEPS;

    /// Begins a new question.
    void renew() {
        left = MAX_STEPS;
    }

    void spend(long steps) throws MalformedBinaryException {
        left -= steps;
        if (left < 0) {
            throw new MalformedBinaryException(
                    "debug information: more than " + MAX_STEPS + " steps of work for one question", 0);
        }
    }
}
