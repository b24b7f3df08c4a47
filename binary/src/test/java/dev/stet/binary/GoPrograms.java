package dev.stet.binary;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Programs built by several versions of Go in several ways. What was built is kept, beside the compilers'
/// own cache, in the directory that the system property `stet.go.cache` names, or else in `target`: the
/// first run takes about two minutes on two cores, most of it for the standard library, later ones nothing.
final class GoPrograms {
    static final List<String> VERSIONS = List.of("1.19", "1.21", "1.22", "1.23", "1.24", "1.26");

    /// Inlines and is inlined; has an interface.
    private static final String SMALL = """
            package main

            import (
                "fmt"
                "os"
            )

            type Shape interface{ Area() float64 }

            type Square struct {
                Side float64
                Tag  string `json:"tag"`
            }

            func (s *Square) Area() float64 { return s.Side * s.Side }

            func tiny(a int) int { return a*3 + 1 }

            func outer(a int) int { return tiny(a) ^ 5 }

            //go:noinline
            func Handle(a int) string { return fmt.Sprint(outer(a), tiny(a+len(os.Args))) }

            func main() {
                var s Shape = &Square{Side: float64(len(os.Args))}
                fmt.Println(Handle(len(os.Args)), s.Area(), s)
            }
            """;

    /// A server; with an argument it prints what reflection says of some types.
    private static final String WEB = """
            package main

            import (
                "fmt"
                "net/http"
                "net/url"
                "os"
                "reflect"
            )

            func show(v interface{}) {
                t := reflect.TypeOf(v)
                fmt.Println("type", t.PkgPath()+"."+t.Name(), t.Size())
                for i := 0; i < t.NumField(); i++ {
                    f := t.Field(i)
                    fmt.Println(f.Name, f.Offset, f.Type.Size(), f.Anonymous)
                }
            }

            type handler struct{ greeting string }

            func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
                fmt.Fprintln(w, h.greeting, r.Method, r.URL.Path)
            }

            type Generic[T any] struct {
                http.Handler
                Value T
                Next  *Generic[T]
            }

            func main() {
                http.Handle("/", &handler{"hi"})
                if len(os.Args) > 1 {
                    show(http.Request{})
                    show(url.URL{})
                    show(http.Response{})
                    show(http.Cookie{})
                    show(handler{})
                    show(Generic[url.Values]{})
                    return
                }
                _ = http.ListenAndServe("127.0.0.1:0", nil)
            }
            """;

    private static final Path CACHE =
            Path.of(System.getProperty("stet.go.cache", "target/go")).toAbsolutePath();

    private GoPrograms() {}

    static Path go(String version) {
        return Tools.needFile("/usr/lib/go-" + version + "/bin/go");
    }

    static Path small(String version, String... flags) {
        return build(version, "small", SMALL, Map.of("CGO_ENABLED", "0"), flags);
    }

    static Path web(String version, String... flags) {
        return build(version, "web", WEB, Map.of("CGO_ENABLED", "0"), flags);
    }

    /// @param environment such as `GOARCH`
    static Path small(String version, Map<String, String> environment, String... flags) {
        return build(version, "small", SMALL, environment, flags);
    }

    private static Path build(
            String version, String program, String text, Map<String, String> environment, String... flags) {
        String name = (program + "-" + version + String.join("", flags) + environment.getOrDefault("GOARCH", "")
                        + environment.getOrDefault("CGO_ENABLED", "") + "-" + Integer.toHexString(text.hashCode()))
                .replaceAll("[^A-Za-z0-9.-]", "");
        Path built = CACHE.resolve(name);
        if (!Files.exists(built)) {
            Path source = CACHE.resolve(program + ".src");
            write(source.resolve("main.go"), text);
            write(source.resolve("go.mod"), "module example.com/" + program + "\n\ngo 1.18\n");
            List<String> command = new ArrayList<>(List.of("env", "GOCACHE=" + CACHE.resolve("cache"), "GOFLAGS="));
            command.addAll(List.of("GOTOOLCHAIN=local", "GO111MODULE=on"));
            environment.forEach((key, value) -> command.add(key + "=" + value));
            command.addAll(List.of(go(version).toString(), "build"));
            command.addAll(List.of(flags));
            command.addAll(List.of("-o", built.toString(), "."));
            Tools.run(source, command.toArray(String[]::new));
        }
        return built;
    }

    /// The line of the small program that begins so, from 1.
    static int lineOf(String start) {
        return SMALL.lines().takeWhile(line -> !line.startsWith(start)).toList().size() + 1;
    }

    /// What the compiler says of its optimisations in the small program.
    static List<String> inlining(String version) {
        Path source = small(version).resolveSibling("small.src");
        String[] command = {
            "env",
            "GOCACHE=" + CACHE.resolve("cache"),
            "GOFLAGS=",
            "GOTOOLCHAIN=local",
            "CGO_ENABLED=0",
            go(version).toString(),
            "build",
            "-gcflags=-m=1",
            "-o",
            "/dev/null",
            "."
        };
        return Tools.run(source, command);
    }

    private static void write(Path path, String text) {
        try {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            if (!Files.exists(path) || !Arrays.equals(Files.readAllBytes(path), bytes)) {
                Files.createDirectories(path.getParent());
                Files.write(path, bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
