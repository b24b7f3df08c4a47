package dev.stet.binary.fuzz;

import dev.stet.binary.Everything;

/// Runs through the analysis once, with a small file of each kind.
public final class WarmUp {
    private WarmUp() {}

    public static void once() {
        for (FuzzTarget target : FuzzTarget.values()) {
            for (byte[] seed : Seeds.of(target).values()) {
                try {
                    var ignored = Everything.ask(target.file(seed));
                } catch (AssertionError fault) {
                    // other tests are for that
                }
            }
        }
    }
}
