package dev.stet.probe.decode;

import static org.junit.jupiter.api.Assertions.fail;

import dev.stet.binary.BinaryException;
import dev.stet.binary.ByteSource;
import dev.stet.binary.Executable;
import dev.stet.binary.Type;
import dev.stet.binary.TypeRef;
import dev.stet.probe.Probe;
import dev.stet.probe.compile.Word;
import dev.stet.probe.resolve.Place;
import dev.stet.probe.resolve.Shapes;
import dev.stet.probe.resolve.Shown;
import dev.stet.probe.resolve.TypeNames;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/// A program that has said `name address` of its values, and waits. Its memory is read as it is.
final class Target implements AutoCloseable {
    private final Process process;
    private final Executable executable;
    private final Map<String, Long> addresses = new HashMap<>();

    private Target(Process process, Executable executable) {
        this.process = process;
        this.executable = executable;
    }

    static void need(boolean there, String missing) {
        if (!there && "true".equals(System.getenv("CI"))) {
            fail(missing);
        }
        Assumptions.assumeTrue(there, missing);
    }

    /// Builds a program.
    ///
    /// @param command the compiler and its arguments; `PROGRAM` and `SOURCE` stand for the files
    static Path build(Path directory, String file, String source, String... command) throws Exception {
        Path path = Files.writeString(directory.resolve(file), source);
        Path program = directory.resolve(file + ".out");
        List<String> full = java.util.Arrays.stream(command)
                .map(it -> it.replace("PROGRAM", program.toString()).replace("SOURCE", path.toString()))
                .toList();
        boolean there = full.getFirst().startsWith("/")
                ? Files.isExecutable(Path.of(full.getFirst()))
                : java.util.Arrays.stream(System.getenv("PATH").split(":", -1))
                        .anyMatch(it -> Files.isExecutable(Path.of(it, full.getFirst())));
        need(there, full.getFirst() + " is not installed");
        ProcessBuilder builder = new ProcessBuilder(full).redirectErrorStream(true);
        Path cache = Path.of(System.getProperty("stet.go.cache", "target/go"));
        builder.environment().putIfAbsent("GOCACHE", cache.toAbsolutePath() + "/cache");
        builder.environment().put("GO111MODULE", "off");
        builder.environment().put("CGO_ENABLED", "0");
        Process compiler = builder.start();
        String output = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (compiler.waitFor() != 0) {
            fail(String.join(" ", full) + ": " + output);
        }
        return program;
    }

    static Target start(Path program) throws Exception {
        Executable executable = Executable.parse(ByteSource.of(Files.readAllBytes(program)));
        Process process = new ProcessBuilder(program.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Target target = new Target(process, executable);
        BufferedReader reader = process.inputReader();
        String line = reader.readLine();
        while (line != null && !line.equals("ready")) {
            String[] words = line.split(" ", -1);
            target.addresses.put(words[0], Long.decode(words[1]));
            line = reader.readLine();
        }
        need(
                target.memory()
                        .read(target.addresses.values().iterator().next(), 1)
                        .isPresent(),
                "may not read a child");
        return target;
    }

    Memory memory() {
        return Memory.of(process.pid());
    }

    Executable executable() {
        return executable;
    }

    long address(String name) {
        return addresses.get(name);
    }

    Type type(String name) {
        try {
            TypeRef found = executable.type(name).orElseThrow(() -> new AssertionError("no type " + name));
            return found.type();
        } catch (BinaryException e) {
            throw new AssertionError(e);
        }
    }

    private Optional<TypeRef> find(String name) {
        try {
            return executable.type(name);
        } catch (BinaryException e) {
            throw new AssertionError(e);
        }
    }

    Shapes shapes(Probe.Limits limits) {
        TypeNames names = this::find;
        return new Shapes(limits, names);
    }

    Place place(String name) {
        return new Place.Memory(Word.of(address(name)));
    }

    /// The value of this type at the address of this name.
    String show(String type, String name) {
        return show(type, name, Probe.Limits.DEFAULT);
    }

    String show(String type, String name, Probe.Limits limits) {
        return decode(shapes(limits).show(name, type(type), place(name)));
    }

    String decode(Shown shown) {
        Taken record = new Program(memory(), Map.of()).run(shown);
        return Rendering.of(ShapeDecoder.decode(shown, record, this::goType));
    }

    /// A field of the value, by its type.
    Map<String, String> fields(String type, String name, Probe.Limits limits) {
        Map<String, String> shown = new HashMap<>();
        for (Type.Field field : ((Type.Composite) bare(type(type))).fields()) {
            Place place = new Place.Memory(Word.of(address(name) + field.offset()));
            shown.put(field.name(), decode(shapes(limits).show(field.name(), field.type(), place)));
        }
        return shown;
    }

    long length(String type, String name, String field) {
        Type.Field member = field(type, field);
        Place place = new Place.Memory(Word.of(address(name) + member.offset()));
        try {
            Word word = shapes(Probe.Limits.DEFAULT)
                    .length(member.type().type(), place)
                    .orElseThrow();
            return new Program(memory(), Map.of()).value(word).orElseThrow();
        } catch (BinaryException e) {
            throw new AssertionError(e);
        }
    }

    Type.Field field(String type, String field) {
        return ((Type.Composite) bare(type(type)))
                .fields().stream()
                        .filter(it -> it.name().equals(field))
                        .findFirst()
                        .orElseThrow();
    }

    private static Type bare(Type type) {
        try {
            return type instanceof Type.Alias alias ? bare(alias.target().type()) : type;
        } catch (BinaryException e) {
            throw new AssertionError(e);
        }
    }

    private Optional<Type> goType(long address) {
        try {
            Optional<TypeRef> found = executable.goTypeAt(address);
            return found.isPresent() ? Optional.of(found.get().type()) : Optional.empty();
        } catch (BinaryException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        try {
            process.waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
