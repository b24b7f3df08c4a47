package dev.stet.procfs;

import dev.stet.facts.Fact;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/// What the state of a running process says against probing it. Names as [dev.stet.facts.FactKey#HAZARD_NAMES].
final class RunningHazards {
    private static final String LARGE_PAGES = "--use-largepages";

    private final ProcessFiles files;

    RunningHazards(ProcessFiles files) {
        this.files = files;
    }

    /// Unreadable if any of it is: that one hazard is there says nothing of the others.
    Fact<Set<String>> all() {
        return files.statusNumber("TracerPid")
                .then(tracer -> files.statusNumber("Seccomp")
                        .then(seccomp -> files.exe()
                                .then(exe -> remapped(exe).map(remapped -> {
                                    Set<String> found = new TreeSet<>();
                                    add(found, tracer != 0, "debugger-attached");
                                    add(found, seccomp != 0, "seccomp");
                                    add(found, dispatchesSyscalls(exe), "syscall-dispatch");
                                    add(found, remapped, "text-remapped");
                                    return Collections.unmodifiableSet(found);
                                }))));
    }

    private static void add(Set<String> found, boolean present, String name) {
        if (present) {
            found.add(name);
        }
    }

    /// Does it take its own system calls, by Syscall User Dispatch? No file of `/proc` says so (hazards R6): Wine and
    /// Proton are known by their names.
    static boolean dispatchesSyscalls(String exe) {
        String name = exe.substring(exe.lastIndexOf('/') + 1);
        return name.startsWith("wine") || name.startsWith("proton");
    }

    /// Does it run its code from other pages than those of its file, or will it (hazards T2)? Node is asked by its
    /// options too, for it moves its code a moment after its start.
    private Fact<Boolean> remapped(String exe) {
        return files.memory().then(memory -> {
            if (memory.hasCodeInPlaceOfFile()) {
                return Fact.of(true);
            }
            String name = exe.substring(exe.lastIndexOf('/') + 1);
            return name.startsWith("node")
                    ? files.args().then(args -> isAsked(args) ? Fact.of(true) : byEnvironment())
                    : Fact.of(false);
        });
    }

    private Fact<Boolean> byEnvironment() {
        return files.env()
                .map(env -> isAsked(List.of(env.getOrDefault("NODE_OPTIONS", "").split("[ \t\n]+", -1))));
    }

    /// Do Node's options ask for large pages? Node takes `_` for `-`, and of an option that is there twice the last;
    /// one that asks for them is enough here.
    static boolean isAsked(List<String> options) {
        Predicate<String> asks = option -> {
            String plain = option.replace("\"", "").replace('_', '-');
            return plain.startsWith(LARGE_PAGES) && !plain.equals(LARGE_PAGES + "=off");
        };
        return options.stream().anyMatch(asks);
    }
}
