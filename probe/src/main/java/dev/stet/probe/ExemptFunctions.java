package dev.stet.probe;

import dev.stet.binary.Executable;
import dev.stet.binary.FunctionSymbol;
import dev.stet.binary.Names;
import dev.stet.facts.Function;
import dev.stet.facts.Glob;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Functions of one binary that policy exempts by name: as the binary spells it, or as people write it, with
/// parameters or without. A place that has several names is exempt by any of them.
final class ExemptFunctions {
    static final String WHY = "exempt by policy";

    /// What [dev.stet.binary.FunctionTable#symbolsAt] gives at most; of more, some are not known.
    private static final int MAX_NAMES = 64;

    private final Executable executable;
    private final List<Glob> globs;

    ExemptFunctions(Executable executable, List<Glob> globs) {
        this.executable = executable;
        this.globs = globs;
    }

    boolean has(Function function) throws IOException {
        if (globs.isEmpty()) {
            return false;
        }
        if (matches(function.name())) {
            return true;
        }
        List<FunctionSymbol> names = executable.functions().symbolsAt(function.fileOffset());
        return names.size() >= MAX_NAMES
                || names.stream().anyMatch(symbol -> matches(symbol.function().name()));
    }

    /// Is the instruction at this place one of such a function?
    boolean hasPlace(long fileOffset) throws IOException {
        if (globs.isEmpty()) {
            return false;
        }
        Optional<Function> around = executable.functions().at(fileOffset);
        return around.isPresent() && has(around.get());
    }

    private boolean matches(String name) {
        return globs.stream()
                .anyMatch(glob -> glob.matches(name)
                        || Names.demangle(name).filter(glob::matches).isPresent()
                        || Names.name(name).filter(glob::matches).isPresent());
    }
}
