package dev.stet.agent;

import dev.stet.facts.Fact;
import dev.stet.facts.Glob;
import dev.stet.facts.MappedFile;
import dev.stet.facts.ProcessFacts;
import dev.stet.policy.Permission;
import dev.stet.probe.Markers;
import dev.stet.probe.Probe;
import java.util.ArrayList;
import java.util.List;

/// The packs, and what tells how calls end: of Go always, of other languages for a person's own functions.
///
/// @param packs what to probe where
/// @param named a person named the functions
record PacksInForce(List<Pack> packs, boolean named) {
    PacksInForce {
        packs = List.copyOf(packs);
    }

    /// What may be about a file of a process; only the file itself tells whether it is.
    List<Pack> likely(MappedFile mapped, ProcessFacts facts, Permission permission) {
        boolean isMain = isMain(mapped, facts);
        boolean mayOpen = isMain ? permission.executable() : permission.mayProbeLibrary(mapped.name());
        return !permission.probe() || !mayOpen
                ? List.of()
                : allowed(permission).stream()
                        .filter(pack -> PackFit.mayFit(pack, mapped.name(), isMain))
                        .toList();
    }

    static boolean isMain(MappedFile mapped, ProcessFacts facts) {
        return facts.exe() instanceof Fact.Known<String> exe && exe.value().equals(mapped.path());
    }

    /// May a pack be about a file of this path? What an executable is called nobody knows, but libraries are told
    /// apart by their names.
    boolean mayWant(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        boolean mayBeMain = path.startsWith("/") && !name.contains(".so");
        return allowed(Permission.ALL).stream().anyMatch(pack -> PackFit.mayFit(pack, name, mayBeMain));
    }

    private List<Pack> allowed(Permission permission) {
        List<Pack> all = new ArrayList<>(packs);
        all.removeIf(pack -> !permission.mayUsePack(pack.name()));
        boolean follows = permission.returns()
                && all.stream().flatMap(pack -> pack.probes().stream()).anyMatch(Probe::returns);
        if (follows) {
            all.add(new Pack(Markers.PACK, new Pack.Binary.GoMain(), Markers.ofGo()));
        }
        if (follows && named) {
            all.add(library("libgcc_s.so*", Markers.ofUnwinder()));
            all.add(library("libstdc++.so*", Markers.ofCxx()));
            all.add(library("libc.so*", Markers.ofC()));
        }
        return all;
    }

    private static Pack library(String name, List<Probe> probes) {
        return new Pack(Markers.PACK, new Pack.Binary.Library(Glob.name(name)), probes);
    }
}
