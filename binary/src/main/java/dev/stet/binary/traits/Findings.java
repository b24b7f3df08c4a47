package dev.stet.binary.traits;

import dev.stet.binary.Hazard;
import dev.stet.binary.Language;
import dev.stet.binary.Origin;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Collects what the parts of a file tell, and draws the conclusion.
final class Findings {
    /// For a person: more findings of one hazard do not make it more of one.
    private static final int MAX_EVIDENCE_PER_HAZARD = 4;

    private static final int MAX_EVIDENCE = 40;

    static final String LIBSTDCXX = "libstdc++";
    static final String LIBCXX = "libc++";

    /// Whole programs are in these, whatever else they have: where their signs are, they win over C, C++ and
    /// Rust, which their run-time libraries are made of.
    private static final List<Language> RARE = List.of(
            Language.CRYSTAL,
            Language.D,
            Language.ZIG,
            Language.SWIFT,
            Language.HASKELL,
            Language.OCAML,
            Language.NIM,
            Language.PASCAL,
            Language.ADA);

    private final Set<String> compilers = new LinkedHashSet<>();
    private final Set<String> runtimes = new LinkedHashSet<>();
    private final Set<String> evidence = new LinkedHashSet<>();
    private final Set<Language> languages = EnumSet.noneOf(Language.class);
    private final Map<Hazard.Kind, Set<String>> hazards = new EnumMap<>(Hazard.Kind.class);
    private long names;
    private long rustNames;
    private long cxxNames;

    /// @param found for a person: `section .gopclntab`
    void add(Meaning meaning, String found) {
        // C is what is left when nothing else is known: more signs of it are noise.
        boolean tells = meaning.language().isPresent()
                && (languages.isEmpty() || !meaning.language().get().equals(Language.C));
        meaning.language().ifPresent(languages::add);
        meaning.runtime().ifPresent(runtimes::add);
        meaning.hazard().ifPresent(kind -> addHazard(kind, found));
        if (tells || meaning.runtime().isPresent()) {
            addEvidence(found);
        }
    }

    private void addHazard(Hazard.Kind kind, String found) {
        Set<String> ofKind = hazards.computeIfAbsent(kind, _ -> new LinkedHashSet<>());
        if (ofKind.size() < MAX_EVIDENCE_PER_HAZARD) {
            ofKind.add(found);
        }
    }

    void addEvidence(String found) {
        if (evidence.size() < MAX_EVIDENCE) {
            evidence.add(found);
        }
    }

    void addCompiler(String name) {
        compilers.add(name);
    }

    /// Counts symbols mangled as Rust does, and as C++ compilers do.
    ///
    /// @param all symbols that were seen
    void addNames(long all, long rust, long cxx) {
        names += all;
        rustNames += rust;
        cxxNames += cxx;
        if (rust > 0) {
            addEvidence(rust + " names mangled as rustc does");
        }
        if (cxx > 0) {
            addEvidence(cxx + " names mangled as C++ compilers do");
        }
    }

    boolean has(Language language) {
        return languages.contains(language);
    }

    boolean has(Hazard.Kind kind) {
        return hazards.containsKey(kind);
    }

    Origin origin() {
        return new Origin(language(), List.copyOf(compilers), List.copyOf(runtimes), List.copyOf(evidence));
    }

    List<Hazard> hazards() {
        List<Hazard> all = new ArrayList<>();
        hazards.forEach((kind, found) -> all.add(new Hazard(kind, List.copyOf(found))));
        return all;
    }

    private Language language() {
        if (has(Language.GO)) {
            return Language.GO;
        }
        for (Language rare : RARE) {
            if (has(rare)) {
                return rare;
            }
        }
        boolean rust = has(Language.RUST) || rustNames > 0;
        // C programs need libstdc++ too, for its demangler. A C++ program has names that show.
        boolean needsCxx = runtimes.contains(LIBSTDCXX) || runtimes.contains(LIBCXX);
        boolean cxx = has(Language.CXX) || cxxNames > 0 || (needsCxx && names == 0);
        if (rust && cxx) {
            return rustNames >= cxxNames ? Language.RUST : Language.CXX;
        }
        if (rust || cxx) {
            return rust ? Language.RUST : Language.CXX;
        }
        if (has(Language.FORTRAN)) {
            return Language.FORTRAN;
        }
        return has(Language.C) ? Language.C : Language.UNKNOWN;
    }
}
