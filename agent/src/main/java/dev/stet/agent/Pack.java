package dev.stet.agent;

import dev.stet.facts.Glob;
import dev.stet.probe.Probe;
import java.util.List;

/// A set of probes for one library or one kind of program.
///
/// @param name for output
/// @param binary which files it is about
/// @param probes what to look at in them
public record Pack(String name, Binary binary, List<Probe> probes) {
    public Pack {
        probes = List.copyOf(probes);
    }

    /// Which of the files that a process maps.
    public sealed interface Binary {
        /// Its executable, whatever it is.
        record Main() implements Binary {}

        /// Its executable, if Go made it.
        record GoMain() implements Binary {}

        /// A library of such a file name: `libssl.so*`.
        record Library(Glob name) implements Binary {}
    }
}
