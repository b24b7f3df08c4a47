package dev.stet.probe;

import dev.stet.binary.Condition;
import dev.stet.binary.Executable;
import dev.stet.binary.Exit;
import dev.stet.binary.Exits;
import dev.stet.facts.Function;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Follows calls that end by a jump to another function: that one's RET is then the return of the call, with the
/// stack pointer of its entry and the result that the caller gets. So its exits are probed in place of the jump.
///
/// A breakpoint there costs other callers of that function, too; so not too many are borrowed, and none of a
/// function whose exits are not all known, or that policy exempts.
final class TailCalls {
    /// From function to function. PQexec, for one, is one.
    private static final int MAX_HOPS = 2;

    /// Borrowed by one function.
    private static final int MAX_EXITS = 64;

    private final Executable executable;
    private final ExemptFunctions exempt;
    private final Function function;
    private final Set<Long> visited = new HashSet<>();

    /// Where calls of a function end.
    ///
    /// @param own exits, less the jumps that are followed
    /// @param borrowed exits of functions that it jumps to
    record Followed(List<Exit> own, List<Exit> borrowed) {
        Followed {
            own = List.copyOf(own);
            borrowed = List.copyOf(borrowed);
        }
    }

    private TailCalls(Executable executable, ExemptFunctions exempt, Function function) {
        this.executable = executable;
        this.exempt = exempt;
        this.function = function;
    }

    /// @param exits of the function, as far as a probe there can tell whether it is left
    static Followed follow(Executable executable, ExemptFunctions exempt, Function function, List<Exit> exits)
            throws IOException {
        TailCalls calls = new TailCalls(executable, exempt, function);
        List<Exit> own = new ArrayList<>();
        List<Exit> borrowed = new ArrayList<>();
        for (Exit exit : exits) {
            Optional<List<Exit>> ends = calls.ends(exit, MAX_HOPS);
            if (ends.isPresent() && borrowed.size() + ends.get().size() <= MAX_EXITS) {
                borrowed.addAll(ends.get());
            } else {
                own.add(exit);
            }
        }
        return new Followed(own, borrowed);
    }

    /// The exits of what the jump goes to.
    ///
    /// @return empty if it is no direct jump, or not all of them are known, or it goes to where it came from: then
    ///     the next call is in the frame of this one
    private Optional<List<Exit>> ends(Exit jump, int hops) throws IOException {
        long target = jump.target().orElse(function.virtualAddress());
        if (target == function.virtualAddress() || hops == 0) {
            return Optional.empty();
        }
        if (visited.contains(target)) {
            return Optional.of(List.of()); // probed already
        }
        Optional<Function> next = executable.functionAt(target);
        if (next.isEmpty()
                || exempt.has(next.get())
                || !(executable.exits(next.get()) instanceof Exits.Sites exits)
                || !exits.isComplete()
                || exits.sites().isEmpty()
                || exits.sites().size() > MAX_EXITS
                || !exits.sites().stream().allMatch(TailCalls::canTell)) {
            return Optional.empty();
        }
        visited.add(target);
        List<Exit> found = new ArrayList<>();
        for (Exit exit : exits.sites()) {
            ends(exit, hops - 1).ifPresentOrElse(found::addAll, () -> found.add(exit));
        }
        return Optional.of(found);
    }

    /// Can a program at this exit tell whether the function is left here?
    static boolean canTell(Exit exit) {
        return exit.condition().isEmpty() || exit.condition().get() instanceof Condition.X86Flags;
    }
}
