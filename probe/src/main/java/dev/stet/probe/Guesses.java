package dev.stet.probe;

import dev.stet.binary.Executable;
import dev.stet.binary.Signature;
import dev.stet.facts.Function;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What to take of a call when nobody said: where the binary names the parameters, all of them.
final class Guesses {
    /// More do not fit into a line.
    private static final int MAX = 12;

    private Guesses() {}

    /// The probe with what is guessed made definite for a function.
    static Probe definite(Executable executable, Function function, Probe probe) throws IOException {
        boolean arguments = isGuess(probe.atEntry());
        boolean results = isGuess(probe.atReturn());
        if (!arguments && !results) {
            return probe;
        }
        Optional<Signature> signature = executable.signature(function);
        if (signature.isEmpty()) {
            return probe;
        }
        return new Probe(
                probe.pack(),
                probe.kind(),
                probe.site(),
                arguments ? captures(signature.get().parameters(), "arg") : probe.atEntry(),
                results ? captures(signature.get().results(), "ret") : probe.atReturn(),
                probe.where(),
                probe.measure(),
                probe.limits());
    }

    private static boolean isGuess(List<Capture> captures) {
        return !captures.isEmpty() && captures.stream().allMatch(Capture::guessed);
    }

    private static List<Capture> captures(List<Signature.Parameter> parameters, String stem) {
        List<Capture> captures = new ArrayList<>();
        for (int i = 0; i < Math.min(parameters.size(), MAX); i++) {
            String position = stem.equals("ret") && parameters.size() == 1 ? stem : stem + (i + 1);
            String given = parameters.get(i).name();
            boolean shown = !given.isEmpty() && !given.equals("_") && !given.startsWith("~");
            captures.add(new Capture(shown ? given : position, new Expression.Name(position, 0), position, true));
        }
        return captures;
    }
}
