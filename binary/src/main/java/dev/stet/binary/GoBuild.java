package dev.stet.binary;

import java.util.List;
import java.util.Optional;

/// What Go's linker says of the program that it built: what `go version -m` shows.
///
/// @param toolchain as the linker wrote it: `go1.22.5`, `devel go1.23-0e2f1b9 Thu Jul 4`; empty if it does not
///     say
/// @param version the number in it
/// @param path of the main package, as it is imported; empty if not known
/// @param main module that the main package is in
/// @param dependencies modules that the program has code of
/// @param settings of the build: `-ldflags`, `CGO_ENABLED`, `vcs.revision`
public record GoBuild(
        String toolchain,
        Optional<GoVersion> version,
        String path,
        Optional<Module> main,
        List<Module> dependencies,
        List<Setting> settings) {
    public GoBuild {
        dependencies = List.copyOf(dependencies);
        settings = List.copyOf(settings);
    }

    /// @param version `v1.8.0`, or `(devel)`
    /// @param sum checksum as in `go.sum`; empty if there is none
    /// @param replacement what was built in its stead
    public record Module(String path, String version, String sum, Optional<Module> replacement) {}

    /// @param value without quotes
    public record Setting(String key, String value) {}
}
