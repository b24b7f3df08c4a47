package dev.stet.binary.fuzz;

import dev.stet.binary.Cost;
import dev.stet.binary.Everything;
import java.util.List;

/// What Jazzer calls, in a virtual machine of its own. The property `stet.fuzz.target` names one target;
/// without it the last byte of an input chooses, so that one run can be of all.
public final class FuzzMain {
    /// Of processor time. No file of some kilobytes may keep an answer from us as long.
    private static final long MAX_NANOS = 1_000_000_000L;

    /// All answers to one input together. A virtual machine for fuzzing has 128 MB, so this bounds the waste and
    /// that the peak.
    private static final long MAX_ALLOCATED_BYTES = 512L << 20;

    private static final FuzzTarget[] TARGETS = FuzzTarget.values();
    private static final String TARGET = System.getProperty("stet.fuzz.target", "");

    private FuzzMain() {}

    /// Called by Jazzer before the first input: what the first use of a class costs is not an input's fault.
    public static void fuzzerInitialize() {
        WarmUp.once();
    }

    /// @throws AssertionError if the input shows a fault
    public static void fuzzerTestOneInput(byte[] input) {
        if (!TARGET.isEmpty()) {
            check(FuzzTarget.valueOf(TARGET), input);
        } else if (input.length > 0) {
            int last = input.length - 1;
            check(TARGETS[(input[last] & 0xff) % TARGETS.length], java.util.Arrays.copyOf(input, last));
        }
    }

    /// Makes a file of the input and asks everything of it.
    static List<Everything.Answer> check(FuzzTarget target, byte[] input) {
        byte[] file = target.file(input);
        List<Everything.Answer> answers = List.of();
        // What is slow once may have been the compiler or the neighbours; what is slow twice is slow.
        for (int attempt = 0; ; attempt++) {
            Cost before = Cost.now();
            answers = Everything.ask(file);
            Cost cost = Cost.now().minus(before);
            if (cost.allocatedBytes() > MAX_ALLOCATED_BYTES) {
                throw new AssertionError("%s: %d bytes of input cost %d MB of allocation: %s"
                        .formatted(target, input.length, cost.allocatedBytes() >> 20, slowest(answers)));
            }
            if (cost.nanos() <= MAX_NANOS) {
                return answers;
            }
            if (attempt == 1) {
                throw new AssertionError("%s: %d bytes of input took %d ms of processor time: %s"
                        .formatted(target, input.length, cost.nanos() / 1_000_000, slowest(answers)));
            }
        }
    }

    private static Everything.Answer slowest(List<Everything.Answer> answers) {
        return answers.stream()
                .max(java.util.Comparator.comparingLong(Everything.Answer::nanos))
                .orElseThrow();
    }
}
