package dev.stet.probe.unwind;

import java.util.Optional;

/// What is known of a call that may have been left.
final class Suspect {
    /// When the call began: another one may be in its place.
    final long entry;

    /// A proof was found after the last reading of the kernel's map.
    boolean isProven;

    /// Its thread was gone after the last reading of the kernel's map.
    boolean wasGone;

    private Optional<Target.Slot.Holds> first = Optional.empty();

    Suspect(long entry) {
        this.entry = entry;
    }

    /// Has what was at the return address's place changed since the first look?
    boolean hasChanged(Target.Slot slot) {
        return switch (slot) {
            case Target.Slot.Holds holds -> {
                Target.Slot.Holds before = first.orElse(holds);
                first = Optional.of(before);
                yield before.word() != holds.word();
            }
            case Target.Slot.Unmapped _ -> true;
            case Target.Slot.Unknown _ -> false;
        };
    }

    boolean isWorthKeeping() {
        return isProven || wasGone || first.isPresent();
    }
}
