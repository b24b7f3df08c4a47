package dev.stet.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The programs of `it/targets`, each compiled when it is first asked for, and again when its source or
/// the command has changed, into `it/target/targets`. What each does and prints is written at the top of
/// its source.
///
/// A built file is moved into place, never written over: one that runs, or is being traced, stays as it
/// is.
final class Targets {
    private static final Path IT = StetProcess.HOME.resolve("it");
    private static final Path SOURCES = IT.resolve("targets");
    private static final Path BUILT = IT.resolve("target/targets");
    private static final List<String> C_FLAGS = List.of("-O2", "-g", "-Wall", "-Wextra", "-Werror");
    private static final long LIMIT_SECONDS = 300;

    private Targets() {}

    /// `caller INTERVAL_MICROS COUNT [BATCH [THREADS]]`.
    static Path caller() {
        return c("caller", "-pthread");
    }

    /// `uselib [OPTION...] loop INTERVAL_MICROS COUNT | cost ROUNDS CALLS REPEAT`, with [#libstetdemo()]
    /// beside it.
    static Path uselib() {
        var _ = libstetdemo();
        return c("uselib");
    }

    /// The shared library with `shared_fn` and `f000` to `f199`. Its functions begin with `push %rbp`.
    static Path libstetdemo() {
        return build("libstetdemo.so", "c/libshared.c", compiler("gcc", "-shared", "-fPIC", "-fno-omit-frame-pointer"));
    }

    /// `sqlite_user INTERVAL_MICROS COUNT`.
    static Path sqliteUser() {
        return c("sqlite_user", "-lsqlite3");
    }

    /// `traced INTERVAL_MICROS`: requests, some of whose callers say who they are.
    static Path traced() {
        return c("traced");
    }

    /// `dns_user INTERVAL_MICROS COUNT`.
    static Path dnsUser() {
        return c("dns_user");
    }

    /// `forbidden`: what the kernel answers to calls that a tracer has no business with.
    static Path forbidden() {
        return c("forbidden", "-static");
    }

    /// `tls_pair INTERVAL_MICROS COUNT`.
    static Path tlsPair() {
        return c("tls_pair", "-pthread", "-lssl", "-lcrypto");
    }

    /// `gnutls_pair INTERVAL_MICROS COUNT`.
    static Path gnutlsPair() {
        return c("gnutls_pair", "-pthread", "-lgnutls");
    }

    /// `pq_user INTERVAL_MICROS COUNT CONNECTION`.
    static Path pqUser() {
        return c("pq_user", "-I/usr/include/postgresql", "-lpq");
    }

    /// `mariadb_user INTERVAL_MICROS COUNT SOCKET`.
    static Path mariadbUser() {
        return c("mariadb_user", "-I/usr/include/mariadb", "-lmariadb");
    }

    /// `zlib_user INTERVAL_MICROS COUNT`.
    static Path zlibUser() {
        return c("zlib_user", "-lz");
    }

    /// `throws INTERVAL_MICROS COUNT`, in C++.
    static Path throwing() {
        return build("throws", "cxx/throws.cc", compiler("g++"));
    }

    /// [#throwing()] with libstdc++ in itself, and no debug information.
    static Path throwingStatic() {
        return build("throws-static", "cxx/throws.cc", compiler("g++", "-static-libstdc++", "-static-libgcc", "-g0"));
    }

    /// A script of `it/targets/scripts`.
    static Path script(String name) {
        return SOURCES.resolve("scripts").resolve(name);
    }

    /// `fragile HOW [MILLIS]`, which some probes kill.
    static Path fragile() {
        return c("fragile", "-no-pie", "-pthread");
    }

    /// `relay ROUNDS OTHER`, which runs itself by another name, and back.
    static Path relay() {
        return c("relay");
    }

    /// `shapes INTERVAL_MICROS COUNT`, in C++.
    static Path shapes() {
        return build("shapes", "cxx/shapes.cc", compiler("g++"));
    }

    /// `rust_main INTERVAL_MICROS COUNT`, in Rust.
    static Path rustMain() {
        return build("rust_main", "rust/main.rs", List.of(tool("rustc"), "-O", "-g", "--crate-name", "rust_main"));
    }

    /// `hot -self SECONDS -goroutines G | -listen ADDRESS ...`, in Go, with its symbol table.
    static Path goHot() {
        return go("hot", "");
    }

    /// [#goHot()] without symbols: only `.gopclntab` names its functions.
    static Path goHotStripped() {
        return go("hot-stripped", "-s -w");
    }

    /// `caller`, without any symbol.
    static Path callerStripped() {
        return build("caller-stripped", "c/caller.c", compiler("gcc", "-pthread", "-s"));
    }

    /// `tails INTERVAL_MICROS COUNT`.
    static Path tails() {
        return c("tails");
    }

    /// [#tails()] without names of static functions.
    static Path tailsStripped() {
        return build("tails-stripped", "c/tails.c", compiler("gcc", "-rdynamic", "-s"));
    }

    /// `odd INTERVAL_MICROS COUNT`.
    static Path odd() {
        return c("odd");
    }

    /// `sqlite_late COUNT`: opens libsqlite3 at SIGUSR1.
    static Path sqliteLate() {
        return c("sqlite_late");
    }

    /// `mapper [@LIST | FILE]...`.
    static Path mapper() {
        return c("mapper");
    }

    /// `blocker -goroutines G -calls N`, in Go.
    static Path goBlocker() {
        return go("blocker", "go/blocker", "");
    }

    /// `old GOROUTINES`, by Go 1.15, the last of Debian's that passes arguments on the stack.
    static Path goOld() {
        Path compiler = Path.of("/usr/lib/go-1.15/bin/go");
        Requires.require(Files.isExecutable(compiler), "Go 1.15 (Debian bullseye: golang-1.15-go)");
        return build("old", "go/old", List.of(compiler.toString(), "build", "-trimpath"));
    }

    /// `services -interval MILLIS -count COUNT`, by Go 1.24.
    static Path goServices() {
        return build("services", "go/services", goBuild(goVersion("1.24"), ""));
    }

    /// [#goServices()] by Go 1.26, without symbols and debug information.
    static Path goServicesStripped() {
        return build("services-stripped", "go/services", goBuild(goVersion("1.26"), "-s -w"));
    }

    /// [#goServices()] by Go 1.15, without symbols and debug information.
    static Path goServicesOld() {
        // As [#goOld()], which knows no -buildvcs.
        return build("services-old", "go/services", List.of(goVersion("1.15"), "build", "-trimpath", "-ldflags=-s -w"));
    }

    /// `grpc -interval MILLIS -count COUNT`, with Debian's grpc-go.
    static Path goGrpc() {
        return goGrpc("grpc", "");
    }

    /// [#goGrpc()] without symbols and debug information.
    static Path goGrpcStripped() {
        return goGrpc("grpc-stripped", "-s -w");
    }

    /// `values`, in C: waits for SIGUSR1.
    static Path values() {
        return c("values");
    }

    /// [#values()] without debug information.
    static Path valuesPlain() {
        return build("values-plain", "c/values.c", compiler("gcc", "-g0"));
    }

    /// `values`, in C++: waits for SIGUSR1.
    static Path cxxValues() {
        return build("cxx-values", "cxx/values.cc", compiler("g++"));
    }

    /// [#cxxValues()] with the `std::string` of GCC 4.
    static Path cxxValuesOld() {
        return build("cxx-values-old", "cxx/values.cc", compiler("g++", "-D_GLIBCXX_USE_CXX11_ABI=0"));
    }

    /// `rust_values`: waits for SIGUSR1.
    static Path rustValues() {
        return build(
                "rust_values", "rust/values.rs", List.of(tool("rustc"), "-O", "-g", "--crate-name", "rust_values"));
    }

    /// `values`, in Go: waits for SIGUSR1.
    static Path goValues(String version) {
        return build("go-values-" + version, "go/values", goBuild(goVersion(version), ""));
    }

    /// [#goValues] by Go 1.26, without symbols and debug information.
    static Path goValuesStripped() {
        return build("go-values-stripped", "go/values", goBuild(goVersion("1.26"), "-s -w"));
    }

    /// `shop COUNT [PAUSE_EVERY]`: waits for SIGUSR1. With frame pointers.
    static Path shop() {
        return c("shop", "-fno-omit-frame-pointer");
    }

    /// `fibers INTERVAL_MICROS COUNT`.
    static Path fibers() {
        return c("fibers");
    }

    /// `checksum INTERVAL_MICROS COUNT`.
    static Path checksum() {
        return c("checksum");
    }

    /// `ledger -interval MILLIS`, in Go, built with `example.com/queue` of this version.
    static Path goLedger(String version) {
        String name = "ledger-" + version;
        Path source = BUILT.resolve(name + "-source");
        copyWith("v1.3.2", version, SOURCES.resolve("go/ledger"), source);
        return build(name, source.toString(), goBuild(""));
    }

    /// Copies sources with one text for another, but for files that are so already.
    private static synchronized void copyWith(String text, String other, Path from, Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                String wanted = Files.readString(file).replace(text, other);
                if (Files.notExists(copy) || !Files.readString(copy).equals(wanted)) {
                    Files.createDirectories(copy.getParent());
                    Files.writeString(copy, wanted);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// `leaves ROUNDS`, in C: waits for SIGUSR1.
    static Path leaves() {
        return c("leaves", "-pthread");
    }

    /// `leaves ROUNDS`, in C++: waits for SIGUSR1.
    static Path cxxLeaves() {
        return build("cxx-leaves", "cxx/leaves.cc", compiler("g++"));
    }

    /// [#cxxLeaves()] with frame pointers.
    static Path cxxLeavesWithFrames() {
        return build("cxx-leaves-frames", "cxx/leaves.cc", compiler("g++", "-fno-omit-frame-pointer"));
    }

    /// `exits ROUNDS`, in Go: waits for SIGUSR1.
    static Path goExits(String version) {
        return build("go-exits-" + version, "go/exits", goBuild(goVersion(version), ""));
    }

    /// `usdt COUNT`: waits for SIGUSR1, twice.
    static Path usdt(boolean semaphores) {
        Requires.require(
                Files.exists(Path.of("/usr/include/x86_64-linux-gnu/sys/sdt.h"))
                        || Files.exists(Path.of("/usr/include/sys/sdt.h")),
                "sys/sdt.h (Debian: systemtap-sdt-dev)");
        return semaphores
                ? build("usdt-semaphores", "c/usdt.c", compiler("gcc", "-DSEMAPHORES"))
                : build("usdt", "c/usdt.c", compiler("gcc"));
    }

    /// A target of the zoo, in C: `it/targets/zoo/NAME.c`.
    static Path zoo(String name) {
        return build("zoo-" + name, "zoo/" + name + ".c", compiler("gcc", "-pthread", "-ldl"));
    }

    /// [#zoo] with a macro defined.
    static Path zoo(String name, String macro) {
        // env(1), which starts them, takes a path with "=" for a variable.
        return build(
                "zoo-" + name + "-" + macro.replace('=', '-'),
                "zoo/" + name + ".c",
                compiler("gcc", "-pthread", "-D" + macro));
    }

    /// The library that `loads` of the zoo opens; the other one has its functions elsewhere.
    static Path zooLibrary(boolean other) {
        return other
                ? build("zoo-library-other.so", "zoo/library.c", compiler("gcc", "-shared", "-fPIC", "-DOTHER"))
                : build("zoo-library.so", "zoo/library.c", compiler("gcc", "-shared", "-fPIC"));
    }

    /// A target of the zoo, linked in another way: `-static-pie`.
    static Path zooLinked(String name, String how, String... options) {
        List<String> all = new ArrayList<>(List.of("-pthread"));
        all.addAll(List.of(options));
        return build("zoo-" + name + "-" + how, "zoo/" + name + ".c", compiler("gcc", all.toArray(String[]::new)));
    }

    /// A target of the zoo, in C++.
    static Path zooCxx(String name) {
        return build("zoo-" + name, "zoo/" + name + ".cc", compiler("g++"));
    }

    /// A target of the zoo, in Rust.
    static Path zooRust(String name) {
        return build("zoo-" + name, "zoo/" + name + ".rs", List.of(tool("rustc"), "-O", "-g", "--crate-name", name));
    }

    /// The goroutines of the zoo.
    static Path zooGo(String version) {
        // As [#goOld()], which knows no -buildvcs.
        return build(
                "zoo-go-" + version,
                "zoo/go",
                version.equals("1.15")
                        ? List.of(goVersion(version), "build", "-trimpath")
                        : goBuild(goVersion(version), ""));
    }

    /// [#zooGo] for 32-bit x86.
    static Path zooGo386() {
        List<String> command = new ArrayList<>(List.of(tool("env"), "GOARCH=386"));
        command.addAll(goBuild(""));
        return build("zoo-go-386", "zoo/go", command);
    }

    private static Path goGrpc(String name, String linkerFlags) {
        Requires.require(
                Files.isDirectory(Path.of("/usr/share/gocode/src/google.golang.org/grpc")),
                "grpc-go (Debian: golang-google-grpc-dev)");
        List<String> command = new ArrayList<>(List.of(tool("env"), "GO111MODULE=off", "GOPATH=/usr/share/gocode"));
        command.addAll(goBuild(tool("go"), linkerFlags));
        return build(name, "go/grpc", command);
    }

    private static String goVersion(String version) {
        Path compiler = Path.of("/usr/lib/go-" + version + "/bin/go");
        Requires.require(Files.isExecutable(compiler), "Go " + version + " (Debian: golang-" + version + "-go)");
        return compiler.toString();
    }

    /// [#goHot()] for 32-bit x86.
    static Path goHot386() {
        List<String> command = new ArrayList<>(List.of(tool("env"), "GOARCH=386"));
        command.addAll(goBuild(""));
        return build("hot-386", "go/hot", command);
    }

    private static Path c(String name, String... options) {
        return build(name, "c/" + name + ".c", compiler("gcc", options));
    }

    private static Path go(String name, String linkerFlags) {
        return go(name, "go/hot", linkerFlags);
    }

    private static Path go(String name, String source, String linkerFlags) {
        return build(name, source, goBuild(linkerFlags));
    }

    private static List<String> goBuild(String linkerFlags) {
        return goBuild(tool("go"), linkerFlags);
    }

    private static List<String> goBuild(String compiler, String linkerFlags) {
        // No VCS stamp: git refuses to look into a checkout of somebody else's, and then so does go build.
        return List.of(compiler, "build", "-trimpath", "-buildvcs=false", "-ldflags=" + linkerFlags);
    }

    /// Options that follow `-l` must come after the source, so the source's place is marked by
    /// [#SOURCE].
    private static List<String> compiler(String name, String... options) {
        List<String> command = new ArrayList<>(List.of(tool(name)));
        command.addAll(C_FLAGS);
        command.add(SOURCE);
        command.addAll(List.of(options));
        return command;
    }

    private static final String SOURCE = "{source}";

    private static String tool(String name) {
        return Requires.tool(name).toString();
    }

    /// @param source a file, or a directory for Go, below `it/targets`
    /// @param template the command, without its output; the source goes to the end if it has no
    ///     [#SOURCE]
    private static synchronized Path build(String name, String source, List<String> template) {
        Path from = SOURCES.resolve(source);
        Path built = BUILT.resolve(name);
        Path made = BUILT.resolve(name + ".new");
        Path recipe = BUILT.resolve(name + ".command");
        List<String> command = command(template, from, made);
        try {
            Files.createDirectories(BUILT);
            if (Files.exists(built)
                    && Files.exists(recipe)
                    && Files.readString(recipe).equals(command.toString())
                    && newest(from).compareTo(Files.getLastModifiedTime(built)) <= 0) {
                return built;
            }
            run(command, Files.isDirectory(from) ? from : BUILT);
            Files.move(made, built, StandardCopyOption.ATOMIC_MOVE);
            Files.writeString(recipe, command.toString());
            return built;
        } catch (IOException e) {
            throw new UncheckedIOException("building " + name, e);
        }
    }

    private static List<String> command(List<String> template, Path from, Path made) {
        List<String> command = new ArrayList<>(template);
        int place = command.indexOf(SOURCE);
        if (place >= 0) {
            command.set(place, from.toString());
            command.addAll(List.of("-o", made.toString()));
        } else {
            command.addAll(List.of("-o", made.toString(), Files.isDirectory(from) ? "." : from.toString()));
        }
        return command;
    }

    private static FileTime newest(Path source) throws IOException {
        try (Stream<Path> files = Files.walk(source)) {
            FileTime newest = FileTime.fromMillis(0);
            for (Path file : files.toList()) {
                FileTime time = Files.getLastModifiedTime(file);
                newest = time.compareTo(newest) > 0 ? time : newest;
            }
            return newest;
        }
    }

    private static void run(List<String> command, Path directory) throws IOException {
        Path output = BUILT.resolve("compiler.log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        // Go: nothing from the network, and the same binary whether or not there is a C compiler.
        builder.environment().put("GOPROXY", "off");
        builder.environment().put("GOTOOLCHAIN", "local");
        builder.environment().put("GOFLAGS", "");
        builder.environment().put("CGO_ENABLED", "0");
        builder.environment()
                .putIfAbsent("GOCACHE", BUILT.resolveSibling("go-cache").toString());
        Process process = builder.start();
        try {
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("not done after " + LIMIT_SECONDS + " s: " + String.join(" ", command));
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        if (process.exitValue() != 0) {
            throw new AssertionError(String.join(" ", command) + " failed:\n" + Files.readString(output));
        }
    }
}
