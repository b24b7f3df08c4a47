package dev.stet.procfs;

import dev.stet.facts.Fact;
import dev.stet.facts.ProcessFacts;
import dev.stet.facts.ProcessIdentity;
import dev.stet.facts.Relative;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The processes above one. While they are read any of them may end, and then its children have another parent; so a
/// parent counts only if it is the child's still when all of it has been read.
final class Lineage {
    /// Shells in shells: people do not get far.
    static final int MAX_DEPTH = 256;
    /// How often a parent may end under the reader's eyes.
    private static final int MAX_TRIES = 4;

    private final ProcReader proc;

    Lineage(ProcReader proc) {
        this.proc = proc;
    }

    private record Step(StatLine stat, Relative relative) {}

    Fact<Relative> parent(ProcessIdentity child) {
        return above(child).map(Step::relative);
    }

    Fact<List<Relative>> ancestors(ProcessIdentity process) {
        List<Relative> found = new ArrayList<>();
        ProcessIdentity child = process;
        while (true) {
            switch (above(child)) {
                case Fact.Known<Step>(var step) -> {
                    if (found.size() == MAX_DEPTH) {
                        return Fact.unreadable("more than " + MAX_DEPTH + " of them");
                    }
                    found.add(step.relative);
                    child = step.stat.identity();
                }
                case Fact.Absent<Step> _, Fact.NotRead<Step> _ -> {
                    return found.isEmpty() ? Fact.absent() : Fact.of(List.copyOf(found));
                }
                case Fact.Unreadable<Step>(var why) -> {
                    return Fact.unreadable(why);
                }
            }
        }
    }

    private Fact<Step> above(ProcessIdentity child) {
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            Optional<StatLine> stat = of(child);
            if (stat.isEmpty()) {
                return Fact.unreadable("process " + child + " has ended");
            }
            int pid = stat.get().parentPid();
            if (pid <= 0) {
                return Fact.absent();
            }
            Optional<Step> step = proc.rawStat(pid).map(this::read);
            // A parent is never younger than its child: such a one has the pid of one that has ended.
            boolean older = step.isPresent() && step.get().stat.identity().startTicks() <= child.startTicks();
            if (older && of(child).filter(again -> again.parentPid() == pid).isPresent()) {
                return Fact.of(step.get());
            }
        }
        return Fact.unreadable("its parents end too fast to be read");
    }

    private Optional<StatLine> of(ProcessIdentity process) {
        return proc.rawStat(process.pid()).filter(stat -> stat.identity().equals(process));
    }

    private Step read(StatLine stat) {
        ProcessFiles files = proc.files(ProcessFacts.of(stat.identity(), stat.parentPid(), stat.isKernelThread()));
        return new Step(stat, new Relative(stat.identity().pid(), files.exe(), files.comm()));
    }
}
