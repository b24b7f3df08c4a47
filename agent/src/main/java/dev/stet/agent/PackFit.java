package dev.stet.agent;

import java.io.IOException;

/// Is a pack about a file?
final class PackFit {
    private PackFit() {}

    /// What packs ask about a file that a process maps. Everything but the first two has to open it.
    interface Candidate {
        /// The file's name, without directories.
        String name();

        /// Is it the process's executable, and no library?
        boolean isMain();

        /// Was it built by Go?
        boolean isGo() throws IOException;

        /// Does it have a function of this name, in any of its symbol tables?
        boolean defines(String function) throws IOException;

        /// Was it built with this module?
        boolean hasGoModule(String path) throws IOException;
    }

    /// May a pack be about a file of this name? Nothing is opened for the answer; `true` may turn out to be
    /// wrong, `false` may not.
    ///
    /// @param isMain it is the process's executable
    static boolean mayFit(Pack pack, String name, boolean isMain) {
        return mayFit(pack.binary(), name, isMain);
    }

    private static boolean mayFit(Pack.Binary binary, String name, boolean isMain) {
        return switch (binary) {
            case Pack.Binary.Main _, Pack.Binary.GoMain _, Pack.Binary.Exports _ -> isMain;
            case Pack.Binary.Executable(var glob) -> isMain && glob.matches(name);
            case Pack.Binary.Library(var glob) -> glob.matches(name);
            case Pack.Binary.Any(var of) -> of.stream().anyMatch(one -> mayFit(one, name, isMain));
        };
    }

    /// Is the pack about this file?
    ///
    /// @throws IOException if the file cannot be read, and the answer depends on it
    static boolean fits(Pack pack, Candidate file) throws IOException {
        return fits(pack.binary(), file)
                && (pack.goModule().isEmpty()
                        || file.hasGoModule(pack.goModule().get()));
    }

    private static boolean fits(Pack.Binary binary, Candidate file) throws IOException {
        return switch (binary) {
            case Pack.Binary.Main _ -> file.isMain();
            case Pack.Binary.GoMain _ -> file.isMain() && file.isGo();
            case Pack.Binary.Executable(var glob) -> file.isMain() && glob.matches(file.name());
            case Pack.Binary.Exports(var function) -> file.isMain() && file.defines(function);
            case Pack.Binary.Library(var glob) -> glob.matches(file.name());
            case Pack.Binary.Any(var of) -> {
                boolean fits = false;
                for (Pack.Binary one : of) {
                    fits = fits || fits(one, file);
                }
                yield fits;
            }
        };
    }
}
