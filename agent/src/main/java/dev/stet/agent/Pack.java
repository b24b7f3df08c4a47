package dev.stet.agent;

import dev.stet.facts.Glob;
import dev.stet.probe.Capture;
import dev.stet.probe.Probe;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A set of probes for one library or one kind of program.
///
/// @param name for output; a pack of one's own replaces a built-in one of the same name
/// @param summary one line for people; may be empty
/// @param binary which files it is about
/// @param goModule the module that a Go program must have been built with, if it matters
/// @param entries what to look at in them
public record Pack(String name, String summary, Binary binary, Optional<String> goModule, List<Entry> entries) {
    public Pack {
        entries = List.copyOf(entries);
    }

    /// Probes that somebody names, without anything private to keep back.
    public Pack(String name, Binary binary, List<Probe> probes) {
        this(name, "", binary, Optional.empty(), probes.stream().map(Entry::of).toList());
    }

    /// A probe and the contents that it takes only when somebody asks for contents.
    ///
    /// @param probe without them
    /// @param payloadAtEntry taken when the function is called
    /// @param payloadAtReturn taken when it returns
    public record Entry(Probe probe, List<Capture> payloadAtEntry, List<Capture> payloadAtReturn) {
        public Entry {
            payloadAtEntry = List.copyOf(payloadAtEntry);
            payloadAtReturn = List.copyOf(payloadAtReturn);
        }

        /// A probe that has none.
        public static Entry of(Probe probe) {
            return new Entry(probe, List.of(), List.of());
        }

        /// The probe that takes contents too.
        public Probe withPayload() {
            return new Probe(
                    probe.pack(),
                    probe.kind(),
                    probe.site(),
                    both(probe.atEntry(), payloadAtEntry),
                    both(probe.atReturn(), payloadAtReturn),
                    probe.where(),
                    probe.measure(),
                    probe.limits());
        }

        private static List<Capture> both(List<Capture> first, List<Capture> second) {
            List<Capture> both = new ArrayList<>(first);
            both.addAll(second);
            return both;
        }
    }

    /// Its probes, without contents.
    public List<Probe> probes() {
        return probes(false);
    }

    /// Its probes.
    ///
    /// @param payload take contents too
    public List<Probe> probes(boolean payload) {
        return entries.stream()
                .map(entry -> payload ? entry.withPayload() : entry.probe)
                .toList();
    }

    /// Which of the files that a process maps.
    public sealed interface Binary {
        /// Its executable, whatever it is.
        record Main() implements Binary {}

        /// Its executable, if Go made it.
        record GoMain() implements Binary {}

        /// Its executable, if the file has such a name: `postgres`.
        record Executable(Glob name) implements Binary {}

        /// Its executable, if it has this function itself: a library that was linked into it.
        record Exports(String function) implements Binary {}

        /// A library of such a file name: `libssl.so*`.
        record Library(Glob name) implements Binary {}

        /// Any of several.
        record Any(List<Binary> of) implements Binary {
            public Any {
                of = List.copyOf(of);
            }
        }
    }
}
