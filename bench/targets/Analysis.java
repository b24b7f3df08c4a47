import dev.stet.agent.BinaryFile;
import dev.stet.binary.Executable;
import dev.stet.binary.Exits;
import dev.stet.facts.Function;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/// Asks one thing of a binary again and again, each time from the first byte: `functions FILE ROUNDS`,
/// `signature FILE ROUNDS FUNCTION`, `returns FILE ROUNDS`. Prints a line a round: nanoseconds, and what was
/// found, so that it can be compared with what the peer found.
final class Analysis {
    public static void main(String[] args) throws Exception {
        for (int round = 0; round < Integer.parseInt(args[2]); round++) {
            long before = System.nanoTime();
            long found;
            try (BinaryFile file = BinaryFile.open(Path.of(args[1]))) {
                found = switch (args[0]) {
                    case "functions" -> functions(file.executable());
                    case "signature" -> signature(file.executable(), args[3]);
                    case "returns" -> returns(file.executable());
                    default -> throw new IllegalArgumentException(args[0]);
                };
            }
            System.out.println((System.nanoTime() - before) + " " + found);
        }
    }

    /// Names, places and sizes of all functions are looked at, as a listing does.
    private static long functions(Executable binary) throws Exception {
        AtomicLong found = new AtomicLong();
        AtomicLong bytes = new AtomicLong();
        binary.functions().forEach(symbol -> {
            Function function = symbol.function();
            found.incrementAndGet();
            bytes.addAndGet(function.name().length() + function.size());
        });
        return bytes.get() > 0 ? found.get() : 0;
    }

    private static long signature(Executable binary, String name) throws Exception {
        Function function = binary.functions().named(name).getFirst();
        return binary.signature(function).orElseThrow().parameters().stream()
                .peek(parameter -> {
                    try {
                        var ignored = parameter.type().type();
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                })
                .count();
    }

    private static long returns(Executable binary) throws Exception {
        AtomicLong found = new AtomicLong();
        binary.exits(binary.functions().matching(_ -> true), (_, exits) -> {
            if (exits instanceof Exits.Sites sites) {
                found.addAndGet(sites.sites().size());
            }
        });
        return found.get();
    }
}
