package dev.stet.binary.dwarf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.binary.BinaryException;
import dev.stet.binary.ByteSource;
import dev.stet.binary.Executable;
import dev.stet.binary.MalformedBinaryException;
import dev.stet.binary.Signature;
import dev.stet.binary.Tools;
import dev.stet.binary.Type;
import dev.stet.binary.TypeRef;
import dev.stet.binary.UnsupportedFormatException;
import dev.stet.facts.Function;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Debug information that lies gives answers or refusals, soon.
class DwarfHostileTest {
    /// Seven milliseconds each; 1500 for each compiler have been seen to pass.
    private static final int ROUNDS = Integer.getInteger("stet.rounds", 200);
    private static final long MAX_NANOS = 5_000_000_000L;
    private static final byte[] NASTY = {0, 1, 0x7f, (byte) 0x80, (byte) 0xff, 0x16, 0x20, 0x21};

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gcc -gdwarf-2 -O1",
                "gcc -gdwarf-4 -O2 -fdebug-types-section",
                "gcc -gdwarf-5 -O2",
                "gcc -gdwarf-5 -gdwarf64 -O2",
                "clang -gdwarf-5 -O2",
            })
    void liesInDebugSections(String compiler) throws IOException {
        Path file = Fixtures.compile(directory, compiler, Fixtures.C);
        byte[] sound = Files.readAllBytes(file);
        List<long[]> sections = debugSections(file);
        assertThat(sections).isNotEmpty();
        List<Function> functions =
                Executable.parse(ByteSource.of(sound)).functions().matching(_ -> true);
        long seed = Long.getLong("stet.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = sound.clone();
            for (int n = 1 + random.nextInt(6); n > 0; n--) {
                long[] section = sections.get(random.nextInt(sections.size()));
                int at = (int) (section[0] + random.nextLong(section[1]));
                bytes[at] = random.nextBoolean()
                        ? NASTY[random.nextInt(NASTY.length)]
                        : (byte) (bytes[at] ^ 1 << random.nextInt(8));
            }
            check(bytes, functions, "replay: -Dstet.seed=%d, round %d".formatted(seed, round));
        }
    }

    /// Offset and size in the file.
    private List<long[]> debugSections(Path file) {
        return Tools.run(directory, "readelf", "-SW", file.toString()).stream()
                .filter(it -> it.contains(" .debug_") && !it.contains(".debug_str"))
                .map(it -> it.replaceAll(".*PROGBITS", "").strip().split(" +", -1))
                .map(it -> new long[] {Long.parseLong(it[1], 16), Long.parseLong(it[2], 16)})
                .toList();
    }

    private static void check(byte[] bytes, List<Function> functions, String how) {
        long before = System.nanoTime();
        try {
            Executable executable = Executable.parse(ByteSource.of(bytes));
            ask(executable::debugInfo);
            ask(() -> executable.inlined("square"));
            ask(() -> follow(executable.type("conn")));
            for (Function function : functions) {
                ask(() -> {
                    Optional<Signature> signature = executable.signature(function);
                    if (signature.isPresent()) {
                        for (Signature.Parameter each : signature.get().parameters()) {
                            follow(Optional.of(each.type()));
                        }
                    }
                });
            }
        } catch (Throwable escaped) {
            throw new AssertionError(how, escaped);
        }
        assertThat(System.nanoTime() - before).as(how).isLessThan(MAX_NANOS);
    }

    private static void follow(Optional<TypeRef> first) throws BinaryException {
        Optional<TypeRef> at = first;
        for (int hops = 0; at.isPresent() && hops < 20; hops++) {
            at = switch (at.get().type()) {
                case Type.Pointer it -> Optional.of(it.target());
                case Type.Array it -> Optional.of(it.element());
                case Type.Alias it -> Optional.of(it.target());
                case Type.Composite it ->
                    it.fields().stream().map(Type.Field::type).findFirst();
                case Type.Callable it -> it.results().stream().findFirst();
                case Type.Base _, Type.Variants _, Type.Enumeration _, Type.Nothing _, Type.Opaque _ ->
                    Optional.empty();
            };
        }
    }

    private interface Question {
        void ask() throws IOException;
    }

    private static void ask(Question question) throws IOException {
        try {
            question.ask();
        } catch (MalformedBinaryException | UnsupportedFormatException refused) {
            // what callers plan for
        }
    }
}
