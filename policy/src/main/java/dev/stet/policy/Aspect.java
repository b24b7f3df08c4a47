package dev.stet.policy;

import dev.stet.facts.Glob;
import java.util.Locale;

/// What an exemption removes.
public sealed interface Aspect {
    /// Every probe, and the reading of the process's binary.
    Aspect ALL = Kind.ALL;
    /// Probes on function exits only.
    Aspect RETURNS = Kind.RETURNS;
    /// The contents of calls: text, bytes and structures. Calls, numbers and latency stay.
    Aspect PAYLOAD = Kind.PAYLOAD;
    /// The reading of the executable, and so every probe in it. Libraries that it shares with others are probed.
    Aspect ANALYSIS = Kind.ANALYSIS;

    /// Static probes, for which a counter may be written into the target's memory.
    Aspect USDT = Kind.USDT;

    /// The aspects that have no name of anything in them.
    enum Kind implements Aspect {
        ALL,
        RETURNS,
        PAYLOAD,
        ANALYSIS,
        USDT;

        /// As documents spell it: `all`.
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Packs of such names.
    record Pack(Glob name) implements Aspect {
        @Override
        public String toString() {
            return "pack " + name;
        }
    }

    /// Functions of such names, in whatever file; names as [dev.stet.facts.Function] has them, demangled ones too.
    record Function(Glob name) implements Aspect {
        @Override
        public String toString() {
            return "function " + name;
        }
    }

    /// Libraries whose files have such names: `libssl.so*`.
    record Library(Glob name) implements Aspect {
        @Override
        public String toString() {
            return "library " + name;
        }
    }
}
