package dev.stet.policy;

import dev.stet.facts.Glob;
import java.util.Collection;
import java.util.List;

/// What may be done to one process: what is left when everything that its verdict and its tier remove is removed.
///
/// @param probe may anything be attached at all, or its files be opened for that?
/// @param returns may function exits be probed?
/// @param payload may text, bytes and structures be taken?
/// @param usdt may static probes be attached, which may write a counter into the target's memory?
/// @param executable may its executable be opened and analysed? Libraries may in any case
/// @param packs packs that must not be used, by name
/// @param functions functions that must not be probed, by name
/// @param libraries libraries that must not be probed, by the names of their files
public record Permission(
        boolean probe,
        boolean returns,
        boolean payload,
        boolean usdt,
        boolean executable,
        List<Glob> packs,
        List<Glob> functions,
        List<Glob> libraries) {
    /// Everything.
    public static final Permission ALL = new Permission(true, true, true, true, true, List.of(), List.of(), List.of());
    /// Nothing.
    public static final Permission NONE =
            new Permission(false, false, false, false, false, List.of(), List.of(), List.of());

    public Permission {
        packs = List.copyOf(packs);
        functions = List.copyOf(functions);
        libraries = List.copyOf(libraries);
    }

    /// What these aspects leave; their order does not matter.
    static Permission without(Collection<Aspect> aspects) {
        return aspects.contains(Aspect.ALL)
                ? NONE
                : new Permission(
                        true,
                        !aspects.contains(Aspect.RETURNS),
                        !aspects.contains(Aspect.PAYLOAD),
                        !aspects.contains(Aspect.USDT),
                        !aspects.contains(Aspect.ANALYSIS),
                        names(aspects, Aspect.Pack.class),
                        names(aspects, Aspect.Function.class),
                        names(aspects, Aspect.Library.class));
    }

    private static List<Glob> names(Collection<Aspect> aspects, Class<? extends Aspect> kind) {
        return aspects.stream()
                .filter(kind::isInstance)
                .map(aspect -> switch (aspect) {
                    case Aspect.Pack(var name) -> name;
                    case Aspect.Function(var name) -> name;
                    case Aspect.Library(var name) -> name;
                    case Aspect.Kind other -> throw new IllegalArgumentException(other + " has no name");
                })
                .distinct()
                .sorted((a, b) -> a.toString().compareTo(b.toString()))
                .toList();
    }

    public boolean mayUsePack(String name) {
        return packs.stream().noneMatch(glob -> glob.matches(name));
    }

    public boolean mayProbeFunction(String name) {
        return functions.stream().noneMatch(glob -> glob.matches(name));
    }

    public boolean mayProbeLibrary(String file) {
        return libraries.stream().noneMatch(glob -> glob.matches(file));
    }
}
