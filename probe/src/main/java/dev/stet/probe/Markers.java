package dev.stet.probe;

import dev.stet.probe.Probe.Limits;
import dev.stet.probe.Probe.Measure;
import dev.stet.probe.Probe.Site;
import dev.stet.probe.unwind.Marker;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Probes on what leaves functions without a return, so that calls that end so can be told from those that go on.
/// They report to nobody but Stet.
public final class Markers {
    /// The pack that they are said to be of.
    public static final String PACK = "stet.exits";

    private static final Map<String, Marker.Kind> KINDS = Map.of(
            "_Unwind_RaiseException", Marker.Kind.RAISE,
            "_Unwind_ForcedUnwind", Marker.Kind.FORCED_UNWIND,
            "__cxa_begin_catch", Marker.Kind.CATCH,
            "longjmp", Marker.Kind.LONGJMP,
            "__longjmp_chk", Marker.Kind.LONGJMP,
            "runtime.gopanic", Marker.Kind.PANIC,
            "runtime.Goexit", Marker.Kind.GOEXIT);

    private Markers() {}

    /// Of `libgcc_s.so*`, which throws, for all languages.
    public static List<Probe> ofUnwinder() {
        return probes("_Unwind_RaiseException", "_Unwind_ForcedUnwind");
    }

    /// Of `libstdc++.so*`, which catches.
    public static List<Probe> ofCxx() {
        return probes("__cxa_begin_catch");
    }

    /// Of `libc.so*`.
    public static List<Probe> ofC() {
        return probes("longjmp", "__longjmp_chk"); // the others are names of the first
    }

    /// Of programs that Go built.
    public static List<Probe> ofGo() {
        return probes("runtime.gopanic", "runtime.Goexit");
    }

    private static List<Probe> probes(String... functions) {
        return Stream.of(functions)
                .map(function -> new Probe(
                        PACK,
                        "",
                        new Site.Functions(function),
                        List.of(),
                        List.of(),
                        Optional.empty(),
                        Measure.CALLS,
                        Limits.DEFAULT))
                .toList();
    }

    /// Is nothing but such probes attached?
    public static boolean isOnly(Attachment attachment) {
        return attachment.points().stream().allMatch(point -> is(point.probe()));
    }

    static boolean is(Probe probe) {
        return probe.pack().equals(PACK);
    }

    /// What a call of such a function means. A function of two names is one place: it has the name that was found
    /// first.
    static Optional<Marker.Kind> kind(AttachPoint point) {
        return point.probe().site() instanceof Site.Functions(var name)
                ? Optional.ofNullable(KINDS.get(name))
                : Optional.empty();
    }
}
