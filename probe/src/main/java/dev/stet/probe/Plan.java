package dev.stet.probe;

import dev.stet.binary.CallingConvention;
import dev.stet.binary.Executable;
import dev.stet.binary.Exit;
import dev.stet.binary.Exits;
import dev.stet.binary.FunctionTable;
import dev.stet.binary.UsdtProbe;
import dev.stet.facts.Function;
import dev.stet.facts.Glob;
import dev.stet.probe.compile.Recording;
import dev.stet.probe.compile.Take;
import dev.stet.probe.compile.Word;
import dev.stet.probe.resolve.Resolved;
import dev.stet.probe.resolve.Resolver;
import dev.stet.probe.resolve.Shown;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/// What some probes mean in one binary: where to attach, and what cannot be attached and why. It follows
/// from the binary and the probes alone.
///
/// @param points in the order of the probes, each place once per probe
/// @param refusals functions, or whole probes, that were asked for and are left alone
public record Plan(List<AttachPoint> points, List<Refusal> refusals) {
    /// Functions that one pattern may stand for. Each costs a breakpoint or more, and a register call each;
    /// a million would stop the machine for minutes.
    public static final int MAX_FUNCTIONS = 20_000;
    /// So many functions of one pattern get programs of their own, by their own parameters; of more, what nobody
    /// asked for is taken by position.
    private static final int MAX_BY_NAME = 256;
    /// For so many functions of one probe exits of others are borrowed: each costs all callers of those.
    private static final int MAX_BORROWERS = 16;
    /// struct pt_regs, x86-64.
    private static final int RSP = 152;
    /// What the kernel gives by default (`kernel.perf_event_max_stack`).
    private static final int MAX_FRAMES = 127;

    /// @param function a function's name, or the probe's pattern
    /// @param why for a person
    public record Refusal(String function, String why) {}

    /// What may be done.
    ///
    /// @param returns may the ends of calls be probed? Else a probe's entry part is all there is
    /// @param payload may text, bytes and structures be taken?
    /// @param usdt may static probes be attached?
    /// @param exempt functions that may not be probed, by name: no instruction of theirs is
    public record Permission(boolean returns, boolean payload, boolean usdt, List<Glob> exempt) {
        /// All of it.
        public static final Permission ALL = new Permission(true, true, true, List.of());

        public Permission {
            exempt = List.copyOf(exempt);
        }
    }

    public Plan {
        points = List.copyOf(points);
        refusals = List.copyOf(refusals);
    }

    /// A plan that does nothing.
    public static final Plan NOTHING = new Plan(List.of(), List.of());

    /// @throws IOException if the binary cannot be read or is broken
    public static Plan of(Executable executable, List<Probe> probes, Permission permission) throws IOException {
        Planner planner = new Planner(executable, permission);
        for (Probe probe : probes) {
            planner.plan(permission.returns ? probe : probe.entryOnly());
        }
        return new Plan(planner.points, planner.refusals);
    }

    /// Would another plan attach the very same?
    public boolean isSame(Plan other) {
        if (points.size() != other.points.size()) {
            return false;
        }
        for (int i = 0; i < points.size(); i++) {
            if (!points.get(i).isSame(other.points.get(i))) {
                return false;
            }
        }
        return true;
    }

    /// The functions a pattern stands for, by address. A name may be as the binary spells it, or as people do.
    ///
    /// @throws IOException if the binary's names cannot be read any more, or too many match
    public static List<Function> find(FunctionTable functions, String pattern) throws IOException {
        List<Function> exact = functions.find(pattern);
        if (!exact.isEmpty() || !Glob.isPattern(pattern)) {
            return exact;
        }
        // Go's names are full of `(*T)`: a pattern may well be one, so the exact name came first.
        Glob glob = Glob.name(pattern);
        return functions.matching(glob::matches).stream()
                .sorted(Comparator.comparingLong(Function::fileOffset))
                .toList();
    }

    /// The probes of the author's that a site stands for.
    ///
    /// @throws IOException if the binary's notes are broken
    public static List<UsdtProbe> find(Executable executable, Probe.Site.Usdt site) throws IOException {
        Glob provider = Glob.name(site.provider());
        Glob name = Glob.name(site.name());
        return executable.usdt().stream()
                .filter(each -> provider.matches(each.provider()) && name.matches(each.name()))
                .toList();
    }

    /// Has the binary anything that the probe is about?
    public static boolean fits(Executable executable, Probe probe) throws IOException {
        return switch (probe.site()) {
            case Probe.Site.Functions(var pattern) ->
                !find(executable.functions(), pattern).isEmpty();
            case Probe.Site.Usdt usdt -> !find(executable, usdt).isEmpty();
        };
    }

    /// What is planned so far.
    private static final class Planner {
        private final Executable executable;
        private final Permission permission;
        private final ExemptFunctions exempt;
        private final List<AttachPoint> points = new ArrayList<>();
        private final List<Refusal> refusals = new ArrayList<>();

        Planner(Executable executable, Permission permission) {
            this.executable = executable;
            this.permission = permission;
            this.exempt = new ExemptFunctions(executable, permission.exempt);
        }

        void plan(Probe probe) throws IOException {
            switch (probe.site()) {
                case Probe.Site.Functions(var pattern) -> functions(probe, find(executable.functions(), pattern));
                case Probe.Site.Usdt usdt -> {
                    for (UsdtProbe each : find(executable, usdt)) {
                        usdt(probe.entryOnly(), each);
                    }
                }
            }
        }

        private void functions(Probe probe, List<Function> found) throws IOException {
            if (found.size() > MAX_FUNCTIONS) {
                refuse(
                        probe.site().text(),
                        "stands for " + found.size() + " functions; at most " + MAX_FUNCTIONS
                                + " can be traced at once");
                return;
            }
            boolean byName = found.size() <= MAX_BY_NAME;
            Set<Long> seen = new HashSet<>();
            for (Function function : found) {
                if (!seen.add(function.fileOffset())) {
                    continue; // another name of the same code
                }
                Optional<String> refusal =
                        exempt.has(function) ? Optional.of(ExemptFunctions.WHY) : executable.entryRefusal(function);
                if (refusal.isPresent()) {
                    refuse(function.name(), refusal.get());
                } else {
                    function(probe, function, byName, found.size() <= MAX_BORROWERS && asksForEnd(probe));
                }
            }
        }

        /// Is anything wanted that only the very end of a call can tell?
        private static boolean asksForEnd(Probe probe) {
            return !probe.atReturn().isEmpty()
                    || probe.where().isPresent()
                    || probe.measure() == Probe.Measure.HISTOGRAM;
        }

        private void function(Probe probe, Function function, boolean byName, boolean borrows) throws IOException {
            AttachPoint.Ends ends = probe.returns() ? ends(function, borrows) : AttachPoint.Ends.NOT_FOLLOWED;
            Probe wanted = byName ? Guesses.definite(executable, function, probe) : probe;
            Probe possible = wanted.returns() && !ends.isFollowed() ? wanted.entryOnly() : wanted;
            CallingConvention convention = executable.convention(function);
            add(
                    possible,
                    function.name(),
                    executable.entryOffset(function),
                    OptionalLong.empty(),
                    ends,
                    owner(convention),
                    () -> Resolver.resolve(executable, function, possible, byName));
        }

        private void usdt(Probe probe, UsdtProbe usdt) throws IOException {
            String name = "usdt:" + usdt.provider() + ":" + usdt.name();
            Optional<String> refusal = !permission.usdt || exempt.hasPlace(usdt.fileOffset())
                    ? Optional.of(ExemptFunctions.WHY)
                    : executable.placeRefusal(usdt);
            if (refusal.isPresent()) {
                refuse(name, refusal.get());
                return;
            }
            Recording.Owner owner = Recording.Owner.STACK;
            add(
                    probe,
                    name,
                    usdt.fileOffset(),
                    usdt.semaphoreOffset(),
                    AttachPoint.Ends.NOT_FOLLOWED,
                    owner,
                    () -> Resolver.resolve(executable, usdt, probe));
        }

        /// What names mean.
        private interface Meaning {
            Resolved resolve() throws ExpressionException, IOException;
        }

        private void add(
                Probe probe,
                String name,
                long entry,
                OptionalLong semaphore,
                AttachPoint.Ends ends,
                Recording.Owner owner,
                Meaning meaning)
                throws IOException {
            try {
                Resolved resolved = meaning.resolve();
                Resolved allowed = permission.payload ? resolved : Payload.without(resolved);
                Recording recording =
                        recording(probe, allowed, owner, !ends.borrowed().isEmpty());
                Optional<String> excess = recording.excess();
                if (excess.isPresent()) {
                    refuse(name, excess.get());
                } else {
                    points.add(new AttachPoint(probe, name, entry, semaphore, ends, allowed, recording));
                }
            } catch (ExpressionException e) {
                refuse(name, e.getMessage());
            }
        }

        private void refuse(String what, String why) {
            refusals.add(new Refusal(what, why));
        }

        private Recording.Owner owner(CallingConvention convention) throws IOException {
            return switch (convention) {
                case C -> Recording.Owner.STACK;
                case GO_REGISTERS -> Recording.Owner.GOROUTINE_IN_REGISTER;
                case GO_STACK -> Recording.Owner.GOROUTINE_IN_THREAD;
                case GO_UNKNOWN ->
                    executable
                                    .goVersion()
                                    .filter(version -> version.isAtLeast(17))
                                    .isPresent()
                            ? Recording.Owner.GOROUTINE_IN_REGISTER
                            : Recording.Owner.GOROUTINE_IN_THREAD;
            };
        }

        private AttachPoint.Ends ends(Function function, boolean borrows) throws IOException {
            return switch (executable.exits(function)) {
                case Exits.Unknown(var reason) -> notFollowed(reason);
                case Exits.Sites exits -> ends(function, exits, borrows);
            };
        }

        private static AttachPoint.Ends notFollowed(String why) {
            return new AttachPoint.Ends(List.of(), List.of(), Optional.of(why), Optional.empty());
        }

        private AttachPoint.Ends ends(Function function, Exits.Sites exits, boolean borrows) throws IOException {
            List<Exit> seen = exits.sites().stream().filter(TailCalls::canTell).toList();
            Optional<String> missed = missed(exits, seen);
            if (seen.isEmpty()) {
                return notFollowed(missed.orElse("it has no RET instruction"));
            }
            TailCalls.Followed followed = borrows
                    ? TailCalls.follow(executable, exempt, function, seen)
                    : new TailCalls.Followed(seen, List.of());
            long entry = executable.entryOffset(function);
            if (followed.own().stream().anyMatch(exit -> exit.fileOffset() == entry)) {
                return notFollowed("its first instruction is its last");
            }
            return new AttachPoint.Ends(followed.own(), followed.borrowed(), Optional.empty(), missed);
        }

        private static Optional<String> missed(Exits.Sites exits, List<Exit> seen) {
            if (!exits.unseen().isEmpty()) {
                Exits.Unseen first = exits.unseen().getFirst();
                return Optional.of("the instruction at file offset " + first.fileOffset() + " " + first.why());
            }
            return exits.sites().stream()
                    .filter(exit -> !seen.contains(exit))
                    .findFirst()
                    .map(exit -> "the jump at file offset " + exit.fileOffset()
                            + " to another function depends on what a probe cannot tell");
        }

        private static Recording recording(Probe probe, Resolved resolved, Recording.Owner owner, boolean borrows) {
            List<Word> saved = new ArrayList<>(resolved.saved());
            if (borrows) {
                saved.add(Recording.RETURN_ADDRESS);
            }
            boolean histogram = probe.measure() == Probe.Measure.HISTOGRAM;
            return new Recording(
                    owner,
                    histogram ? List.of() : entryTakes(probe, resolved),
                    histogram ? List.of() : takes(resolved.atReturn()),
                    saved,
                    resolved.entryFilter(),
                    resolved.exitFilter(),
                    probe.returns(),
                    Markers.is(probe),
                    histogram ? Optional.of(new Recording.Histogram(measured(resolved))) : Optional.empty(),
                    probe.limits().sampleEvery(),
                    probe.limits().perSecond());
        }

        /// The number that a histogram is of; empty for the latency.
        private static Optional<Word> measured(Resolved resolved) {
            return Stream.concat(resolved.atReturn().stream(), resolved.atEntry().stream())
                    .flatMap(shown -> shown.takes().stream())
                    .flatMap(take -> take instanceof Take.Number(var word) ? Stream.of(word) : Stream.empty())
                    .findFirst();
        }

        private static List<Take> entryTakes(Probe probe, Resolved resolved) {
            List<Take> takes = new ArrayList<>();
            int frames = probe.limits().stackFrames();
            if (frames > 0) {
                takes.add(new Take.Stack(Math.min(frames + 1, MAX_FRAMES))); // the first is the place itself
                if (probe.site() instanceof Probe.Site.Functions) {
                    takes.add(new Take.Number(new Word.Register(RSP).load()));
                }
            }
            takes.addAll(takes(resolved.atEntry()));
            return takes;
        }

        private static List<Take> takes(List<Shown> shown) {
            return shown.stream().flatMap(each -> each.takes().stream()).toList();
        }
    }
}
