package dev.stet.probe;

import java.util.List;
import java.util.Optional;

/// What to look at in which places of a binary.
///
/// @param pack the pack it comes from, for output
/// @param kind what its events mean, `http.server`; empty if nobody said
/// @param site which places
/// @param atEntry what to take when the function is called
/// @param atReturn what to take when it returns; words of the entry are kept for it
/// @param where only calls for which this is not 0 and can be read
/// @param measure what is made of the calls
/// @param limits how many calls and bytes at most
public record Probe(
        String pack,
        String kind,
        Site site,
        List<Capture> atEntry,
        List<Capture> atReturn,
        Optional<Capture> where,
        Measure measure,
        Limits limits) {
    public Probe {
        atEntry = List.copyOf(atEntry);
        atReturn = List.copyOf(atReturn);
    }

    /// The places that a probe is about.
    public sealed interface Site {
        /// Functions.
        ///
        /// @param pattern a name, or a pattern of names ([dev.stet.facts.Glob#name])
        record Functions(String pattern) implements Site {}

        /// Probes that the program's author put in.
        ///
        /// @param provider a name or a pattern
        /// @param name a name or a pattern
        record Usdt(String provider, String name) implements Site {}

        /// As people write it.
        default String text() {
            return switch (this) {
                case Functions(var pattern) -> pattern;
                case Usdt(var provider, var name) -> "usdt:" + provider + ":" + name;
            };
        }
    }

    /// What is made of calls.
    public enum Measure {
        /// An event for each that begins; its end is not looked at.
        CALLS,
        /// An event for each that ends, with how long it took.
        LATENCY,
        /// No events: the kernel counts how long calls took, or what [Probe#atReturn]'s or
        /// [Probe#atEntry]'s only capture was, by powers of two.
        HISTOGRAM
    }

    /// @param sampleEvery of so many calls one is taken, at random; 1 for all
    /// @param perSecond calls of one function in one process that are taken in a second; 0 for all
    /// @param textBytes of a text or of bytes that say nothing else, at most: 1 to 16,384
    /// @param depth of structures: 1 is the structure's own fields
    /// @param stackFrames return addresses to take at the entry; 0 for none
    public record Limits(int sampleEvery, int perSecond, int textBytes, int depth, int stackFrames) {
        /// All calls, 128 bytes of a text, structures to depth 2.
        public static final Limits DEFAULT = new Limits(1, 0, 128, 2, 0);
    }

    /// Is each call followed to its end?
    public boolean returns() {
        return switch (measure) {
            case CALLS -> false;
            case LATENCY -> true;
            case HISTOGRAM -> !measuresArgument();
        };
    }

    private boolean measuresArgument() {
        return atReturn.stream().allMatch(Capture::guessed) && atEntry.stream().anyMatch(capture -> !capture.guessed());
    }

    /// The same without anything at the return.
    public Probe entryOnly() {
        Measure possible = measure == Measure.LATENCY || returns() ? Measure.CALLS : measure;
        return new Probe(pack, kind, site, atEntry, List.of(), where, possible, limits);
    }
}
